#include "apps/partyline/ping.hpp"

#include <algorithm>

namespace partyline_tool {

using partyline::args;
using partyline::errc;
using partyline::result;
using partyline::value;

namespace {

constexpr std::size_t usual_count = 5;
constexpr std::chrono::milliseconds while_away(100);

} // namespace

ping::ping(settings const& with, connection& through, screen& out, ending& end)
    : with_(with), through_(through), out_(out), end_(end)
{}

void ping::begin()
{
    if (!with_.echo.empty()) through_.main().on(with_.echo, [this](args const& all) { echoed(all); });
    if (with_.duration)
        through_.line().after(*with_.duration, [this] {
            if (trips_.count_of_sent() == 0)
                return end_.finish(exit_code::unreachable, "no connection came about in time");
            finish();
        });
    through_.open([this] { next(); });
}

void ping::interrupt(exit_code code)
{
    through_.line().after(std::chrono::milliseconds(0), [this, code] {
        if (trips_.count_of_sent() == 0) return end_.finish(code);
        finish();
    });
}

void ping::next()
{
    if (end_.is_over()) return;
    auto const count = with_.count.value_or(usual_count); // 0: without end
    if (!through_.main().connected()) return through_.line().after(while_away, [this] { next(); });
    send(trips_.count_of_sent() + 1);
    if (count == 0 || trips_.count_of_sent() < count) through_.line().after(with_.interval, [this] { next(); });
}

void ping::send(std::size_t number)
{
    auto const& what = with_.orders.front();
    auto const& socket = through_.main();
    trips_.sent();
    open_.push_back({number, {}});
    if (with_.echo.empty()) {
        socket.timeout(with_.timeout)
            .emit(what.event, args::from(what.args), [this, number](result<args> const& answer) {
                if (answer) return answered(number);
                lost(number, answer.error() == errc::timed_out ? "no answer" : partyline::describe(answer.error()));
            });
        return;
    }
    socket.emit(what.event, what.args.empty() ? args::of(number) : args::from(what.args));
    through_.line().after(with_.timeout, [this, number] { lost(number, "no answer"); });
}

// By the number that was sent where it comes back, else whose turn it is: order is kept on the way.
void ping::echoed(args const& all)
{
    if (open_.empty()) return;
    auto const number = all.get<std::size_t>(0);
    bool const is_numbered = with_.orders.front().args.empty() && number;
    answered(is_numbered ? *number : open_.front().number);
}

void ping::answered(std::size_t number)
{
    auto const found =
        std::find_if(open_.begin(), open_.end(), [&](auto const& each) { return each.number == number; });
    if (found == open_.end() || end_.is_over()) return;
    auto const took = found->since.milliseconds();
    open_.erase(found);
    trips_.answered(took);
    if (with_.as_json)
        out_.line(std::move(json_line(out_.is_coloured()).add("seq", number).add("ms", rounded(took))).finish());
    else if (with_.talks > verbosity::quiet)
        out_.line(std::to_string(number) + ": " + in_milliseconds(took));
    settle();
}

void ping::lost(std::size_t number, std::string_view why)
{
    auto const found =
        std::find_if(open_.begin(), open_.end(), [&](auto const& each) { return each.number == number; });
    if (found == open_.end() || end_.is_over()) return;
    open_.erase(found);
    trips_.lost();
    if (with_.as_json)
        out_.line(
            std::move(json_line(out_.is_coloured()).add("seq", number).add("ms", nullptr).add("error", why)).finish());
    else if (with_.talks > verbosity::quiet)
        out_.line(std::to_string(number) + ": " + std::string(why));
    settle();
}

void ping::settle()
{
    auto const count = with_.count.value_or(usual_count);
    if (count != 0 && trips_.count_of_sent() >= count && open_.empty()) finish();
}

void ping::finish()
{
    if (end_.is_over()) return;
    out_.line(with_.as_json ? trips_.to_value().to_json() : trips_.to_text());
    bool const nobody = trips_.count_of_answered() == 0 && trips_.count_of_sent() != 0;
    if (nobody && with_.echo.empty())
        out_.complain("nobody answers: does the server acknowledge \"" + with_.orders.front().event + "\"?");
    if (nobody && !with_.echo.empty()) out_.complain("nobody answers: does the server emit \"" + with_.echo + "\"?");
    if (trips_.count_of_lost() != 0 || nobody) through_.remember(exit_code::too_late);
    through_.finish();
}

} // namespace partyline_tool
