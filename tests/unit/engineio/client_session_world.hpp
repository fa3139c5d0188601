// A client's session with the shell around it played by hand, on a virtual clock: answers and WebSocket messages go in, and
// everything that comes out is written down as one line of text. Used by the tests of `client_session` and by its fuzz target.
// Separators of payloads are shown as '|'.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engineio/client_session.hpp"
#include "engineio/outgoing.hpp"
#include "unit/engineio/session_world.hpp"

namespace partyline::testing {

inline constexpr std::string_view open_text =
    R"(0{"sid":"abc","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})";
inline constexpr std::string_view upgradable_text =
    R"(0{"sid":"abc","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})";

class client_session_world
{
public:
    using lines = std::vector<std::string>;

    explicit client_session_world(engineio::client_options options = {}, engineio::client_start const& start = {})
        : options_(std::move(options))
    {
        session_.emplace(options_, context_, start);
        settle();
    }

    engineio::client_session* operator->() { return &*session_; }
    engineio::client_context& context() { return context_; }

    /// A session on a WebSocket, or polling with a GET under way; what was seen so far is forgotten.
    static client_session_world& opened(client_session_world& world, std::string_view open = open_text)
    {
        if (world->current_transport() == engineio::transport::polling) {
            world.answer(world.poll(), open);
        } else {
            world.link_open(world.link());
            world.ws(open);
        }
        (void)world.seen();
        return world;
    }

    // --- what the server and the network do ----------------------------------------------------------------------

    /// The answer to a request; the separator may be written as '|'.
    void answer(std::uint64_t exchange, std::string_view body, int status = 200)
    {
        std::string text(body);
        std::replace(text.begin(), text.end(), '|', engineio::payload_separator);
        requests_.erase(exchange);
        received(std::move(text), [&](std::string_view data) {
            session_->receive_response(engineio::exchange_id{exchange}, status, data, now_);
        });
    }
    void fail(std::uint64_t exchange, errc cause = errc::refused)
    {
        requests_.erase(exchange);
        session_->request_failed(engineio::exchange_id{exchange}, {cause}, now_);
        settle();
    }
    void link_open(std::uint64_t link)
    {
        session_->link_opened(engineio::link_id{link}, now_);
        settle();
    }
    void ws(std::string_view data) { frame(link(), false, data); }
    void ws(std::string_view data, std::uint64_t link) { frame(link, false, data); }
    void ws_binary(std::string_view data) { frame(link(), true, data); }
    void ws_binary(std::string_view data, std::uint64_t link) { frame(link, true, data); }
    void lose_link(std::uint64_t link, engineio::transport_failure why = {})
    {
        links_.erase(link);
        session_->link_closed(engineio::link_id{link}, why, now_);
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
    /// The clock goes on, but no timer fires: the machine slept.
    void sleep(std::chrono::milliseconds duration) { now_ += duration; }
    [[nodiscard]] engineio::time_point now() const { return now_; }

    // --- what the program above does -----------------------------------------------------------------------------

    engineio::send_result send(std::string_view text, bool is_volatile = false)
    {
        return send(text_delivery(text), is_volatile);
    }
    engineio::send_result send(engineio::delivery_ref item, bool is_volatile = false)
    {
        auto const result = session_->send(std::move(item), {.is_volatile = is_volatile});
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
    void on_open(std::function<void()> action) { on_open_ = std::move(action); }

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
        if (auto const exchange = session_->flush_post(body)) {
            auto const number = static_cast<std::uint64_t>(*exchange);
            if (posts_under_way() != 0) violations_.push_back("two POSTs at a time");
            asked(number, false);
            write("post " + std::to_string(number) + ": " + shown(body));
            last_post_ = number;
            last_body_ = body;
        }
        drain();
        if (session_->link() != engineio::link_id::none) write_link();
        drain();
    }

    /// Everything that came out since the last call.
    [[nodiscard]] lines seen() { return std::exchange(lines_, {}); }
    /// The number of the newest GET, POST, and WebSocket.
    [[nodiscard]] std::uint64_t poll() const { return last_get_; }
    [[nodiscard]] std::uint64_t post() const { return last_post_; }
    [[nodiscard]] std::uint64_t link() const { return last_link_; }
    [[nodiscard]] std::string const& last_query() const { return last_query_; }
    [[nodiscard]] std::string const& last_body() const { return last_body_; }

    /// What must never happen.
    [[nodiscard]] lines const& violations() const { return violations_; }
    /// Requests that were neither answered nor aborted, WebSockets that were not closed.
    [[nodiscard]] std::size_t requests_under_way() const { return requests_.size(); }
    [[nodiscard]] std::size_t links_under_way() const { return links_.size(); }
    [[nodiscard]] std::size_t closed_events() const { return closed_events_; }

private:
    static constexpr std::size_t unlimited = ~std::size_t{0};

    static std::string shown(std::string_view text)
    {
        std::string out(text);
        std::replace(out.begin(), out.end(), engineio::payload_separator, '|');
        return out;
    }
    template <class Id>
    static std::string number(Id id)
    {
        return std::to_string(static_cast<std::uint64_t>(id));
    }

    void write(std::string line) { lines_.push_back(std::move(line)); }
    void asked(std::uint64_t number, bool is_get)
    {
        if (!used_.insert(number).second) violations_.push_back("number " + std::to_string(number) + " used twice");
        requests_[number] = is_get;
    }
    [[nodiscard]] std::ptrdiff_t posts_under_way() const
    {
        return std::count_if(requests_.begin(), requests_.end(), [](auto const& each) { return !each.second; });
    }

    template <class F>
    void received(std::string text, F hand_over)
    {
        auto const size = text.size();
        text.append(64, '\0');
        hand_over(std::string_view(text).substr(0, size));
        drain(); // while the text is there
        settle();
    }
    void frame(std::uint64_t link, bool is_binary, std::string_view data)
    {
        received(std::string(data),
                 [&](std::string_view text) { session_->receive(engineio::link_id{link}, is_binary, text, now_); });
    }

    void write_link()
    {
        auto const queue = session_->queue();
        auto const count = std::min(room_, queue.size());
        for (auto const& item : queue.first(count)) {
            for (std::size_t part = 0; part < item->parts().size(); ++part) {
                bool const as_text = session_->base64() || !item->parts()[part].is_binary;
                write(as_text ? "wire: " + std::string(item->polling_packet(part))
                              : "wire binary: " + std::string(item->parts()[part].packet()));
            }
        }
        bool const blocked = count < queue.size();
        if (room_ != unlimited) room_ -= count;
        session_->consume(count);
        session_->blocked(blocked);
    }

    void drain()
    {
        while (auto event = session_->next_event()) {
            if (closed_events_ != 0) violations_.push_back("an event behind closed");
            std::visit([this](auto const& each) { note(each); }, *event);
        }
    }
    void act(std::function<void()> const& action)
    {
        in_handler_ = true;
        action();
        in_handler_ = false;
    }

    void note(engineio::message_received const& event)
    {
        write((event.is_binary ? "binary " : "message ") + std::string(event.data));
        if (auto const found = actions_.find(event.data); found != actions_.end()) act(found->second);
    }
    void note(engineio::session_opened const&)
    {
        write("opened " + session_->sid());
        if (on_open_) act(on_open_);
    }
    void note(engineio::ping_received const&) { write("ping"); }
    void note(engineio::upgraded const&) { write("upgraded"); }
    void note(engineio::upgrade_failed const& event) { write("upgrade failed: " + std::string(event.detail)); }
    void note(engineio::start_get const& event)
    {
        for (auto const& [exchange, is_get] : requests_)
            if (is_get) violations_.push_back("two GETs at a time");
        last_get_ = static_cast<std::uint64_t>(event.exchange);
        asked(last_get_, true);
        last_query_.clear();
        session_->append_query(last_query_, engineio::transport::polling);
        write("get " + number(event.exchange));
    }
    void note(engineio::open_link const& event)
    {
        last_link_ = static_cast<std::uint64_t>(event.link);
        if (!used_.insert(last_link_).second) violations_.push_back("a link's number used twice");
        links_.insert(last_link_);
        last_query_.clear();
        session_->append_query(last_query_, engineio::transport::websocket);
        write("open link " + number(event.link));
    }
    void note(engineio::write_text const& event)
    {
        write("link " + number(event.link) + ": " + std::string(event.text));
    }
    void note(engineio::close_link const& event)
    {
        if (links_.erase(static_cast<std::uint64_t>(event.link)) == 0) violations_.push_back("a link closed twice");
        write("close link " + number(event.link));
    }
    void note(engineio::abort_exchange const& event)
    {
        if (requests_.erase(static_cast<std::uint64_t>(event.exchange)) == 0)
            violations_.push_back("a request aborted that is not under way");
        write("abort " + number(event.exchange));
    }
    void note(engineio::post_farewell const& event)
    {
        auto const used = static_cast<std::uint64_t>(event.exchange);
        if (!used_.insert(used).second) violations_.push_back("a farewell's number used twice");
        if (!requests_.empty()) violations_.push_back("a farewell beside other requests");
        last_query_.clear();
        session_->append_query(last_query_, engineio::transport::polling);
        write("farewell " + number(event.exchange));
    }
    void note(engineio::client_closed const& event)
    {
        ++closed_events_;
        auto line = "closed: " + std::string(name(event.reason));
        if (!event.detail.empty()) line += " (" + std::string(event.detail) + ")";
        if (event.why.status != 0) line += " " + std::to_string(event.why.status);
        if (event.why.cause != errc{}) line += ": " + std::string(describe(event.why.cause));
        write(std::move(line));
    }

    engineio::client_options options_;
    engineio::client_context context_;
    std::optional<engineio::client_session> session_;
    engineio::time_point now_{std::chrono::hours(1)};
    lines lines_;
    lines violations_;
    std::map<std::uint64_t, bool> requests_; // under way: whether it is a GET
    std::set<std::uint64_t> links_;          // under way
    std::set<std::uint64_t> used_;
    std::map<std::string, std::function<void()>, std::less<>> actions_;
    std::function<void()> on_open_;
    std::uint64_t last_get_ = 0;
    std::uint64_t last_post_ = 0;
    std::uint64_t last_link_ = 0;
    std::string last_query_;
    std::string last_body_;
    std::size_t room_ = unlimited;
    std::size_t closed_events_ = 0;
    bool held_ = false;
    bool in_handler_ = false;
};

} // namespace partyline::testing
