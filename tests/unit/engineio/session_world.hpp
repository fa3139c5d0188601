// A session with the shell around it played by hand, on a virtual clock: requests and WebSocket messages go in, and
// everything that comes out is written down as one line of text. Used by the tests of `session` and by its fuzz target.
// Separators of payloads are shown as '|'.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engineio/outgoing.hpp"
#include "engineio/session.hpp"

namespace partyline::testing {

using namespace std::chrono_literals;

/// A delivery of one text message.
inline engineio::delivery_ref text_delivery(std::string_view text, bool compress = true)
{
    std::string buffer(16, '\0');
    return engineio::delivery_ref::make(engineio::make_message({buffer.append(text), 16, false}, {}, compress));
}

/// A delivery of one binary message that shares its bytes.
inline engineio::delivery_ref binary_delivery(std::string_view text, std::vector<std::string_view> attachments)
{
    std::string buffer(16, '\0');
    std::vector<binary> shared;
    for (auto const bytes : attachments) shared.push_back(binary::from_text(bytes));
    return engineio::delivery_ref::make(
        engineio::make_message({buffer.append(text), 16, false}, std::move(shared), true));
}

class session_world
{
public:
    using lines = std::vector<std::string>;
    static constexpr std::uint64_t first_link = 100;

    /// Over polling: nothing has been asked for yet. Over a WebSocket: `first_link` is it.
    explicit session_world(engineio::transport via, engineio::session_options const& options = {}) : context_(options)
    {
        auto open = engineio::delivery_ref::make(engineio::make_control(engineio::packet_type::open, "{}"));
        if (via == engineio::transport::polling)
            session_.emplace(context_, std::move(open), now_);
        else
            session_.emplace(context_, std::move(open), engineio::link_id{first_link}, now_);
        settle();
    }

    /// A session whose handshake is over: the open packet has been taken.
    static session_world& opened(session_world& world)
    {
        if (world->current_transport() == engineio::transport::polling) world.get(1);
        (void)world.seen();
        return world;
    }

    engineio::session* operator->() { return &*session_; }
    engineio::session_context& context() { return context_; }

    // --- what the peer does ---------------------------------------------------------------------------------------

    void get(std::uint64_t exchange)
    {
        ask(exchange);
        poll_ = exchange;
        session_->receive_poll(engineio::exchange_id{exchange}, now_);
        settle();
    }
    void post_head(std::uint64_t exchange, bool is_octet_stream = false)
    {
        ask(exchange);
        session_->begin_post(engineio::exchange_id{exchange}, is_octet_stream, now_);
        settle();
    }
    void post_body(std::uint64_t exchange, std::string body, bool is_octet_stream = false)
    {
        for (auto& c : body)
            if (c == '|') c = engineio::payload_separator;
        if (!exchanges_.contains(exchange)) ask(exchange);
        // Answered already, so that the shell has forgotten it; or a GET.
        if (exchanges_[exchange] != 0 || (session_->poll_waits() && exchange == poll_)) return;
        session_->receive_post(engineio::exchange_id{exchange}, is_octet_stream, body, now_);
        settle();
    }
    /// The separator may be written as '|'.
    void post(std::uint64_t exchange, std::string body) { post_body(exchange, std::move(body)); }
    void lose(std::uint64_t exchange)
    {
        if (!exchanges_.contains(exchange) || exchanges_[exchange] != 0) return;
        exchanges_[exchange] = 1; // there is nobody to answer
        session_->poll_aborted(engineio::exchange_id{exchange}, now_);
        session_->post_aborted(engineio::exchange_id{exchange}, now_);
        settle();
    }
    bool open_link(std::uint64_t link)
    {
        bool const accepted = session_->probe(engineio::link_id{link}, now_);
        settle();
        return accepted;
    }
    void ws(std::string_view data, std::uint64_t link = first_link) { frame(link, false, data); }
    void ws_binary(std::string_view data, std::uint64_t link = first_link) { frame(link, true, data); }
    void lose_link(std::uint64_t link, bool clean = true)
    {
        session_->link_closed(engineio::link_id{link}, clean, now_);
        settle();
    }

    /// Lets time pass, stopping at each deadline.
    void after(std::chrono::milliseconds duration)
    {
        auto const end = now_ + duration;
        while (session_->next_deadline() <= end) {
            now_ = std::max(now_, session_->next_deadline());
            session_->tick(now_);
            settle();
        }
        now_ = end;
    }
    /// As long, and nobody looks at the deadlines before its end.
    void late(std::chrono::milliseconds duration)
    {
        now_ += duration;
        if (session_->next_deadline() > now_) return;
        session_->tick(now_);
        settle();
    }
    [[nodiscard]] engineio::time_point now() const { return now_; }

    // --- what the program above does -----------------------------------------------------------------------------

    engineio::send_result send(std::string_view text, bool is_volatile = false)
    {
        auto const result = session_->send(text_delivery(text), {.is_volatile = is_volatile});
        settle();
        return result;
    }
    engineio::send_result send(engineio::delivery_ref item)
    {
        auto const result = session_->send(std::move(item));
        settle();
        return result;
    }
    void close(bool discard = false)
    {
        session_->close(discard, now_);
        settle();
    }
    /// When this text comes as a message, do that before the next event is asked for.
    void on_message(std::string text, std::function<void()> action) { actions_[std::move(text)] = std::move(action); }

    // --- the shell -----------------------------------------------------------------------------------------------

    /// No flush until `release`: several calls in one turn.
    void hold() { held_ = true; }
    void release()
    {
        held_ = false;
        settle();
    }
    /// The WebSocket takes no more than this many deliveries from now on.
    void stop_reading(std::size_t takes = 0) { room_ = takes; }
    void read_again()
    {
        room_ = unlimited;
        settle();
    }

    void settle()
    {
        if (in_handler_) return; // the events are being walked
        drain();
        if (held_) return;
        std::string body;
        if (auto const answer = session_->flush_poll(body)) {
            answered(static_cast<std::uint64_t>(answer->exchange));
            write("poll " + number(answer->exchange) + ": " + shown(body));
            last_compress_ = answer->compress;
        }
        drain();
        if (session_->link() != engineio::link_id::none) write_link();
        drain();
    }

    /// Everything that came out since the last call.
    [[nodiscard]] lines seen() { return std::exchange(lines_, {}); }
    [[nodiscard]] bool last_compress() const { return last_compress_; }
    /// What must never happen: exchanges answered twice, events behind `closed`.
    [[nodiscard]] lines const& violations() const { return violations_; }
    [[nodiscard]] bool every_exchange_answered() const
    {
        return std::all_of(exchanges_.begin(), exchanges_.end(), [](auto const& each) { return each.second == 1; });
    }
    [[nodiscard]] std::size_t closed_events() const { return closed_events_; }

private:
    static constexpr std::size_t unlimited = ~std::size_t{0};

    template <class Id>
    static std::string number(Id id)
    {
        return std::to_string(static_cast<std::uint64_t>(id));
    }
    static std::string shown(std::string_view text)
    {
        std::string out(text);
        for (auto& c : out)
            if (c == engineio::payload_separator) c = '|';
        return out;
    }

    void write(std::string line) { lines_.push_back(std::move(line)); }
    void ask(std::uint64_t exchange)
    {
        if (exchanges_.contains(exchange))
            violations_.push_back("the script uses exchange " + number(exchange) + " twice");
        exchanges_[exchange] = 0;
    }
    void answered(std::uint64_t exchange)
    {
        if (++exchanges_[exchange] != 1) violations_.push_back("exchange " + number(exchange) + " answered twice");
    }

    void frame(std::uint64_t link, bool is_binary, std::string_view data)
    {
        session_->receive(engineio::link_id{link}, is_binary, data, now_);
        settle();
    }

    void write_link()
    {
        auto const queue = session_->queue();
        auto const count = std::min(room_, queue.size());
        for (auto const& item : queue.first(count))
            for (auto const& part : item->parts())
                write((part.is_binary ? "wire binary: " : "wire: ") + std::string(part.packet()));
        bool const blocked = count < queue.size();
        if (room_ != unlimited) room_ -= count;
        session_->consume(count);
        session_->blocked(blocked);
    }

    void drain()
    {
        while (auto event = session_->next_event()) {
            if (closed_events_ != 0 && !std::holds_alternative<engineio::respond>(*event))
                violations_.push_back("an event behind closed");
            std::visit([this](auto const& each) { note(each); }, *event);
        }
    }

    void note(engineio::message_received const& event)
    {
        write((event.is_binary ? "binary " : "message ") + std::string(event.data));
        if (auto const found = actions_.find(std::string(event.data)); found != actions_.end()) {
            in_handler_ = true;
            found->second();
            in_handler_ = false;
        }
    }
    void note(engineio::probe_answered const& event)
    {
        write("link " + number(event.link) + ": " + std::string(context_.probe_answer()->parts()[0].packet()));
    }
    void note(engineio::upgraded const&) { write("upgraded"); }
    void note(engineio::respond const& event)
    {
        static constexpr std::string_view names[] = {
            "ok", "6", "1", "400", "400 transport mismatch", "400 unknown session"};
        answered(static_cast<std::uint64_t>(event.exchange));
        write("answer " + number(event.exchange) + ": " + std::string(names[static_cast<std::size_t>(event.what)]));
    }
    void note(engineio::close_link const& event) { write("close link " + number(event.link)); }
    void note(engineio::abort_exchange const& event)
    {
        answered(static_cast<std::uint64_t>(event.exchange));
        write("abort " + number(event.exchange));
    }
    void note(engineio::closed const& event)
    {
        ++closed_events_;
        auto line = "closed: " + std::string(name(event.reason));
        if (!event.detail.empty()) line += " (" + std::string(event.detail) + ")";
        write(std::move(line));
    }

    engineio::session_context context_;
    std::optional<engineio::session> session_;
    engineio::time_point now_{};
    lines lines_;
    lines violations_;
    std::map<std::uint64_t, int> exchanges_; // how often each was answered or aborted
    std::map<std::string, std::function<void()>, std::less<>> actions_;
    std::uint64_t poll_ = 0; // the last GET
    std::size_t room_ = unlimited;
    std::size_t closed_events_ = 0;
    bool held_ = false;
    bool in_handler_ = false;
    bool last_compress_ = false;
};

} // namespace partyline::testing
