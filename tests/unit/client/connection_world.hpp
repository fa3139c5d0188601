// A client's connection with the shell and the server played by hand, on a virtual clock: everything that comes out is written
// down as one line of text. Used by the tests of `client_connection` and `client_nsp`, and by their fuzz target.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <partyline/codec.hpp>
#include <partyline/convert.hpp>
#include <partyline/value.hpp>

#include "client/client_connection.hpp"
#include "engineio/client_context.hpp"

namespace partyline::testing {

using namespace std::chrono_literals;

inline constexpr std::string_view open_packet =
    R"(0{"sid":"engine","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})";

/// Back-off without jitter, a WebSocket alone.
inline connection_options plain_options()
{
    connection_options options;
    options.engine.transports = {engineio::transport::websocket};
    options.reconnection.randomization = 0;
    return options;
}

class connection_world
{
public:
    using lines = std::vector<std::string>;

    explicit connection_world(connection_options options = plain_options(), codec_factory const& make = json_codec(),
                              codec_limits const& limits = {}, std::uint64_t seed = 1)
        : codec_(make(limits)), encoder_(make({})), connection_(std::move(options), *codec_, context_, seed)
    {}

    client_connection* operator->() { return &connection_; }
    client_nsp& nsp(std::string_view name = "/", client_nsp_options options = {})
    {
        return connection_.nsp(name, std::move(options));
    }

    // --- what the user does --------------------------------------------------------------------------------------

    void open()
    {
        connection_.open(now_);
        settle();
    }
    void close()
    {
        connection_.close(now_);
        settle();
    }
    client_nsp& connect(std::string_view name = "/", client_nsp_options options = {})
    {
        auto& joined = nsp(name, std::move(options));
        joined.connect(now_);
        settle();
        return joined;
    }
    void disconnect(std::string_view name = "/")
    {
        nsp(name).disconnect(now_);
        settle();
    }
    void authenticate(value auth, std::string_view name = "/")
    {
        (void)nsp(name).authenticate(std::move(auth), now_);
        settle();
    }

    struct emission_options
    {
        std::string_view nsp = "/";
        bool is_volatile = false;
        std::optional<std::uint64_t> token = {};
        std::optional<std::chrono::milliseconds> timeout = {};
        bool shown = false;
    };
    emitted emit(std::string_view name, value::array arguments, emission_options const& with)
    {
        arguments.insert(arguments.begin(), value(name));
        client_emission emission{encoded(arguments), with.is_volatile, true, with.token, with.timeout, {}};
        if (with.shown) emission.shown = std::make_shared<std::string>(name);
        auto const result = nsp(with.nsp).emit(std::move(emission), now_);
        settle();
        return result;
    }
    emitted emit(std::string_view name, value::array arguments = {})
    {
        return emit(name, std::move(arguments), emission_options{});
    }
    bool acknowledge(value::array const& arguments, std::string_view name = "/")
    {
        if (!last_ticket_) return false;
        bool const sent = nsp(name).acknowledge(*last_ticket_, encoded(arguments), now_);
        settle();
        return sent;
    }
    /// When this line is written, do that, before the next event is asked for.
    void on(std::string line, std::function<void()> action) { actions_[std::move(line)] = std::move(action); }

    // --- what the server and the network do ----------------------------------------------------------------------

    /// The WebSocket that was asked for last opens, with an open packet.
    void accept(std::string_view open = open_packet)
    {
        connection_.link_opened(link_, now_);
        settle();
        ws(open);
    }
    /// Accepts, and lets the namespace join.
    void join(std::string_view reply = R"(40{"sid":"abc"})")
    {
        accept();
        ws(reply);
    }
    void ws(std::string_view data) { frame(link_, false, data); }
    void ws_binary(std::string_view data) { frame(link_, true, data); }
    void frame(engineio::link_id link, bool is_binary, std::string_view data)
    {
        std::vector<char> padded(data.begin(), data.end()); // exactly sized, so that sanitizers see who reads beyond
        padded.resize(data.size() + 64);
        connection_.receive(link, is_binary, {padded.data(), data.size()}, now_);
        drain(); // while the bytes are there
        settle();
    }
    void lose(engineio::transport_failure why = {})
    {
        links_.erase(link_);
        connection_.link_closed(link_, why, now_);
        settle();
    }
    void answer(engineio::exchange_id exchange, std::string_view body, int status = 200)
    {
        requests_.erase(exchange);
        std::string padded(body);
        std::replace(padded.begin(), padded.end(), '|', '\x1e');
        padded.append(64, '\0');
        connection_.receive_response(exchange, status, std::string_view(padded).substr(0, body.size()), now_);
        drain();
        settle();
    }
    [[nodiscard]] engineio::link_id link() const { return link_; }
    [[nodiscard]] engineio::exchange_id get() const { return get_; }
    [[nodiscard]] engineio::exchange_id post() const { return post_; }

    void after(std::chrono::milliseconds duration)
    {
        auto const end = now_ + duration;
        while (connection_.next_deadline() <= end) {
            now_ = std::max(now_, connection_.next_deadline());
            connection_.tick(now_);
            settle();
        }
        now_ = end;
    }
    /// The clock goes on, but no timer fires: the machine slept.
    void sleep(std::chrono::milliseconds duration) { now_ += duration; }
    [[nodiscard]] engineio::time_point now() const { return now_; }

    // --- the shell -----------------------------------------------------------------------------------------------

    /// The WebSocket takes no more than this many messages from now on.
    void stop_reading(std::size_t takes = 0) { room_ = takes; }
    void read_again()
    {
        room_ = ~std::size_t{0};
        settle();
    }

    void settle()
    {
        if (in_handler_) return;
        drain();
        for (auto const& session : connection_.sessions()) {
            std::string body;
            if (auto const exchange = session->flush_post(body)) {
                std::replace(body.begin(), body.end(), '\x1e', '|');
                post_ = *exchange;
                requests_.insert(post_);
                write("post " + number(post_) + ": " + body);
            }
            if (session->link() == engineio::link_id::none) continue;
            auto const count = std::min(room_, session->queue().size());
            for (auto const& item : session->queue().first(count))
                for (auto const& part : item->parts())
                    write((part.is_binary ? "wire binary: " : "wire: ") + std::string(part.packet()));
            if (room_ != ~std::size_t{0}) room_ -= count;
            bool const blocked = count < session->queue().size();
            session->consume(count);
            session->blocked(blocked);
        }
        drain();
    }

    /// Everything that came out since the last call.
    [[nodiscard]] lines seen() { return std::exchange(lines_, {}); }
    [[nodiscard]] std::string const& last_query() const { return last_query_; }
    [[nodiscard]] std::size_t under_way() const { return links_.size() + requests_.size(); }

private:
    /// The session's number, and which of its requests.
    template <class Id>
    static std::string number(Id id)
    {
        auto const bits = static_cast<std::uint64_t>(id);
        return std::to_string(bits >> 32) + "." + std::to_string(bits & 0xffff'ffffU);
    }
    payload encoded(value::array const& list)
    {
        encode(encoder_->begin(), value(list));
        return *encoder_->end();
    }
    static std::string shown(arguments_view const& arguments)
    {
        std::string out;
        for (auto const& each : arguments.borrow().values()) out += " " + shown(each);
        return out;
    }
    static std::string shown(value const& each)
    {
        if (auto const* const bytes = each.as_binary()) return "<" + std::string(bytes->text()) + ">";
        return each.to_json();
    }

    void write(std::string line)
    {
        lines_.push_back(line);
        if (auto const found = actions_.find(line); found != actions_.end()) {
            bool const outer = std::exchange(in_handler_, true);
            auto const action = found->second;
            action();
            in_handler_ = outer;
        }
    }

    void drain()
    {
        if (in_handler_) return;
        while (auto event = connection_.next_event()) std::visit([this](auto const& each) { note(each); }, *event);
    }

    void note(engineio::start_get const& event)
    {
        get_ = event.exchange;
        requests_.insert(get_);
        last_query_.clear();
        connection_.append_query(last_query_, get_);
        write("get " + number(get_));
    }
    void note(engineio::open_link const& event)
    {
        link_ = event.link;
        links_.insert(link_);
        last_query_.clear();
        connection_.append_query(last_query_, link_);
        write("open link " + number(link_));
    }
    void note(engineio::write_text const& event) { write("link: " + std::string(event.text)); }
    void note(engineio::close_link const& event)
    {
        links_.erase(event.link);
        write("close link " + number(event.link));
    }
    void note(engineio::abort_exchange const& event)
    {
        requests_.erase(event.exchange);
        write("abort " + number(event.exchange));
    }
    void note(engineio::post_farewell const& event)
    {
        last_query_.clear();
        connection_.append_query(last_query_, event.exchange);
        write("farewell " + number(event.exchange));
    }
    void note(engineio::upgraded const&) { write("upgraded"); }
    void note(engineio::upgrade_failed const& event)
    {
        write("upgrade failed: " + std::string(event.detail) + of(event.why));
    }
    void note(connection_opened const&) { write("opened"); }
    void note(connection_failed const& event) { write("failed: " + event.message + of(event.why)); }
    void note(connection_closed const& event)
    {
        write("closed: " + std::string(to_string(event.reason)) +
              (event.detail.empty() ? "" : " (" + event.detail + ")"));
    }
    void note(server_pinged const&) { write("ping"); }
    void note(reconnect_attempt const& event) { write("attempt " + std::to_string(event.attempt)); }
    void note(reconnect_error const& event) { write("reconnect error: " + event.message); }
    void note(reconnect_failed const&) { write("reconnect failed"); }
    void note(reconnected const& event) { write("reconnected " + std::to_string(event.attempt)); }
    void note(nsp_auth_wanted const& event) { write("auth? " + event.nsp->name()); }
    void note(nsp_joined const& event)
    {
        write("joined " + event.nsp->name() + " as " + event.nsp->id() + (event.nsp->recovered() ? ", recovered" : ""));
    }
    void note(nsp_connect_error const& event)
    {
        auto line = (event.by_server ? "refused " : "no connection ") + event.nsp->name() + ": " + event.message;
        if (!event.data.is_null()) line += " " + event.data.to_json();
        write(line + of(event.why));
    }
    void note(nsp_left const& event)
    {
        write("left " + event.nsp->name() + ": " + std::string(to_string(event.reason)));
    }
    void note(nsp_event const& event)
    {
        auto line = "event " + event.nsp->name() + ": " + std::string(event.name) + shown(event.arguments);
        if (event.reply) {
            last_ticket_ = event.reply;
            line += " #" + std::to_string(event.reply->id);
        }
        check_cursor(event.cursor, event.arguments);
        write(std::move(line));
    }
    void note(nsp_event_sent const& event) { write("leaves: " + *static_cast<std::string const*>(event.shown.get())); }
    void note(nsp_ack const& event)
    {
        check_cursor(event.cursor, event.arguments);
        write("ack " + std::to_string(event.token) + ":" + shown(event.arguments));
    }
    void note(nsp_ack_failed const& event)
    {
        write("no ack " + std::to_string(event.token) + ": " + std::string(describe(event.why)));
    }
    static std::string of(engineio::transport_failure why)
    {
        if (why.status != 0) return " " + std::to_string(why.status);
        return why.cause == errc{} ? "" : " [" + std::string(describe(why.cause)) + "]";
    }
    /// Where there is a cursor, it says the same as the view.
    void check_cursor(reader* cursor, arguments_view const& arguments)
    {
        if (!cursor) return;
        for (auto const& each : arguments.borrow().values()) {
            value read;
            if (!cursor->next_element() || !decode(*cursor, read) || !(read == each)) write("the cursor is elsewhere");
        }
    }

    std::unique_ptr<codec> codec_;
    std::unique_ptr<codec> encoder_;
    engineio::client_context context_;
    client_connection connection_;
    engineio::time_point now_{std::chrono::hours(1)};
    lines lines_;
    std::map<std::string, std::function<void()>, std::less<>> actions_;
    std::set<engineio::link_id> links_;
    std::set<engineio::exchange_id> requests_;
    engineio::link_id link_{};
    engineio::exchange_id get_{};
    engineio::exchange_id post_{};
    std::optional<reply_ticket> last_ticket_;
    std::string last_query_;
    std::size_t room_ = ~std::size_t{0};
    bool in_handler_ = false;
};

} // namespace partyline::testing
