#include "apps/partyline/talk.hpp"

#include <utility>

namespace partyline_tool {

using partyline::ack;
using partyline::args;
using partyline::client_socket;
using partyline::errc;
using partyline::result;

talk::talk(settings const& with, connection& through, screen& out, ending& end, input& in)
    : with_(with), through_(through), out_(out), end_(end), in_(in)
{}

void talk::begin()
{
    for (auto const& each : through_.sockets())
        each.on_any([this, each](std::string_view event, args const& all, ack<args> const& reply) {
            hear(each, event, all, reply);
        });
    if (with_.talks >= verbosity::verbose)
        for (auto const& each : through_.sockets())
            each.on_any_outgoing([this](std::string_view event, args const& all) {
                out_.note(verbosity::verbose, "sends " + bare_event_line({event, all.values(), {}}));
            });
    if (with_.duration)
        through_.line().after(*with_.duration, [this] {
            if (!started_) return end_.finish(exit_code::unreachable, "no connection came about in time");
            if (awaited_ != 0 || with_.count || !with_.until.empty()) through_.remember(exit_code::too_late);
            through_.finish();
        });
    through_.open([this] { start(); });
}

void talk::interrupt(exit_code code) { end_.finish(code); }

// --- what comes -----------------------------------------------------------------------------------------------------

void talk::hear(client_socket const& from, std::string_view event, args const& all, ack<args> const& reply)
{
    if (end_.is_over()) return;
    shown_event shown{event, all.values(), from.name(), milliseconds_since_1970()};
    if (reply) {
        shown.ack = keep(reply);
        if (with_.answer) {
            shown.answered = with_.answer;
            asked_.erase(*shown.ack);
            reply(args::from(*with_.answer));
        }
    }
    if (with_.prints_events()) out_.line(with_.bare ? bare_event_line(shown) : event_line(shown, out_.is_coloured()));
    count(event);
}

void talk::count(std::string_view event)
{
    if (!with_.until.empty() && event != with_.until) return;
    ++counted_;
    if (with_.count ? counted_ >= *with_.count : !with_.until.empty()) through_.finish();
}

// Who never answers is no leak: the oldest are forgotten.
std::uint64_t talk::keep(ack<args> const& reply)
{
    constexpr std::size_t most = 10'000;
    asked_.emplace(++last_asked_, reply);
    if (asked_.size() > most) asked_.erase(asked_.begin());
    return last_asked_;
}

// --- what goes ------------------------------------------------------------------------------------------------------

void talk::start()
{
    started_ = true;
    for (auto const& each : with_.orders) send(each);
    if (with_.what == command::listen && in_.exists())
        in_.allow();
    else
        input_over_ = with_.what != command::listen;
    settle();
}

void talk::take(std::vector<std::string> lines)
{
    through_.line().after(std::chrono::milliseconds(0), [this, lines = std::move(lines)]() mutable {
        for (auto& each : lines) lines_.push_back(std::move(each));
        if (!pumping_) pump();
    });
}

void talk::input_over()
{
    through_.line().after(std::chrono::milliseconds(0), [this] {
        input_over_ = true;
        settle();
    });
}

// The connection takes what it can write; the rest stays in the file or pipe that it comes from.
void talk::pump()
{
    constexpr std::chrono::milliseconds pause(5);
    constexpr std::size_t many_lines = 64;
    constexpr std::size_t many_bytes = 1 << 16;
    pumping_ = true;
    std::size_t lines = many_lines; // since the last look
    std::size_t bytes = 0;
    while (!lines_.empty() && !end_.is_over()) {
        if (lines == many_lines || bytes > many_bytes) {
            if (!has_room()) break;
            lines = bytes = 0;
        }
        auto const line = std::move(lines_.front());
        lines_.pop_front();
        ++lines;
        bytes += line.size();
        obey(line);
    }
    if (!lines_.empty()) return through_.line().after(pause, [this] { pump(); });
    pumping_ = false;
    in_.allow();
    settle();
}

bool talk::has_room()
{
    constexpr std::size_t enough_acks = 1'000;
    constexpr std::size_t enough_bytes = 1 << 20;
    constexpr std::size_t enough_packets = 1'000;
    bool room = false;
    through_.line().statistics().then([&](result<partyline::client_statistics> const& now) { // here it answers at once
        room = now && now->pending_acks < enough_acks && now->queued_for_retry < enough_acks &&
               now->buffered_packets < enough_packets && now->buffered_bytes + now->queued_bytes < enough_bytes;
    });
    return room;
}

void talk::obey(std::string_view line)
{
    ++line_number_;
    auto const read = read_order(line);
    if (auto const* const what = std::get_if<order>(&read)) return send(*what);
    fail(exit_code::usage, "input line " + std::to_string(line_number_) + ": " + std::get<std::string>(read));
}

void talk::send(order const& what)
{
    if (what.answers) return answer(what);
    auto const* const to = what.nsp ? through_.find(*what.nsp) : &through_.main();
    if (!to) return fail(exit_code::usage, "there is no namespace " + *what.nsp + " here; --namespace joins it");
    try {
        if (what.ack.value_or(with_.wants_acks)) return ask(*to, what);
        through_.skip_goodbye();
        auto const values = args::from(what.args);
        bool const taken = what.is_volatile ? to->volatile_().emit(what.event, values) : to->emit(what.event, values);
        if (taken) return;
        if (what.is_volatile) return out_.note(verbosity::normal, "dropped: " + what.event);
        fail(exit_code::lost, "too much is waiting to be sent; not sent: " + what.event);
    } catch (partyline::error const& why) {
        fail(exit_code::usage, "\"" + what.event + "\" cannot be sent: " + why.what());
    }
}

void talk::ask(client_socket const& to, order const& what)
{
    ++awaited_;
    stopwatch const since;
    auto const emitter = what.is_volatile ? to.timeout(with_.timeout).volatile_() : to.timeout(with_.timeout);
    emitter.emit(what.event, args::from(what.args),
                 [this, to, what, since](result<args> const& answer) { answered(to, what, since, answer); });
}

void talk::answered(client_socket const& by, order const& what, stopwatch const& since, result<args> const& answer)
{
    --awaited_;
    shown_answer shown{.event = what.event,
                       .id = what.id,
                       .args = {},
                       .nsp = by.name(),
                       .milliseconds = since.milliseconds(),
                       .time = milliseconds_since_1970()};
    if (answer) {
        shown.args = answer->values();
    } else {
        shown.error =
            answer.error() == errc::timed_out ? "timed out" : std::string(partyline::describe(answer.error()));
        fail(answer.error() == errc::timed_out ? exit_code::too_late : exit_code::lost,
             "no acknowledgement of \"" + what.event + "\": " + shown.error);
    }
    if (end_.is_over()) return;
    auto text = with_.bare ? bare_answer_line(shown) : answer_line(shown, out_.is_coloured());
    if (!text.empty()) out_.line(std::move(text));
    settle();
}

void talk::answer(order const& what)
{
    auto const found = asked_.find(*what.answers);
    if (found == asked_.end())
        return fail(exit_code::usage, "no event waits for answer " + std::to_string(*what.answers));
    auto const reply = std::move(found->second);
    asked_.erase(found);
    reply(args::from(what.args));
}

void talk::fail(exit_code code, std::string_view sentence)
{
    if (end_.is_over()) return;
    out_.complain(sentence);
    through_.remember(code);
}

void talk::settle()
{
    if (with_.keeps_listening || with_.has_end()) return;
    if (input_over_ && lines_.empty() && awaited_ == 0) through_.finish();
}

} // namespace partyline_tool
