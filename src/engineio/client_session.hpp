// One Engine.IO session from the client's side: opens it, keeps it, moves it to a WebSocket, ends it. It does not know
// URLs, sockets, HTTP headers, frames, how often to try again, or what a message means. Driven by `client`.
//
// Theory of operation
//   The session numbers the requests and WebSockets it wants and asks for them by events; the shell tells what came of
//   each, exactly once, with the same number. A number that is not known (any more) is ignored, so that what was
//   aborted may still be on its way.
//   Everything to be sent stands in one ordered queue. On a WebSocket the shell writes from `queue()` and reports with
//   `consume`; while polling it calls `flush_post` once per turn. An upgrade moves nothing, so order cannot break.
//   What arrives is read lazily, as in `session`: `receive*` only remembers the bytes, `next_event` reads one packet.
//   After every call the shell asks `next_event` until there is none, and reads `next_deadline`. `client_closed` is last.
//   Watchdog: client_session_heartbeat.cpp. Polling: client_session_polling.cpp. Upgrade: client_session_upgrade.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engineio/client_context.hpp"
#include "engineio/client_event.hpp"
#include "engineio/client_options.hpp"
#include "engineio/delivery_queue.hpp"
#include "engineio/payload_reader.hpp"
#include "engineio/send_result.hpp"

namespace partyline::engineio {

/// What a session takes over from those before it.
struct client_start
{
    std::uint64_t first_id = 1; ///< of its requests and WebSockets; continue with `client_session::next_id`
    std::uint64_t stamp = 0;    ///< where the numbers of `timestamp_requests` begin; random, so that caches are passed
    bool websocket_worked = false; ///< what `websocket_worked` of the session before it said
};

/// Thread: its loop's. Owner: `client_connection`. Lifetime: until the shell has seen `client_closed`.
class client_session
{
public:
    /// Asks for the first request or WebSocket at once. `options` and `context` outlive the session.
    client_session(client_options const& options, client_context& context, client_start const& start = {});

    client_session(client_session&&) = delete;
    client_session& operator=(client_session&&) = delete;
    ~client_session() = default;

    // --- from the wire ------------------------------------------------------------------------------------------

    /// The whole answer to a GET or POST; `body`, and 64 readable bytes behind it, stay until `next_event` has answered nothing.
    void receive_response(exchange_id exchange, int status, std::string_view body, time_point now);
    /// A request has failed: no connection, no answer, too late, an answer that is no HTTP or too long.
    void request_failed(exchange_id exchange, transport_failure why, time_point now);
    /// A WebSocket that was asked for is open.
    void link_opened(link_id link, time_point now);
    /// A WebSocket message; `data` as `body` above.
    void receive(link_id link, bool is_binary, std::string_view data, time_point now);
    /// A WebSocket is gone, or never came. Clean: closed or lost after it was open.
    void link_closed(link_id link, transport_failure why, time_point now);

    void tick(time_point now);
    /// When `tick` is to be called at the latest; `time_point::max()` if never.
    [[nodiscard]] time_point next_deadline() const noexcept;

    // --- from above ---------------------------------------------------------------------------------------------

    send_result send(delivery_ref item, send_flags flags = {});
    /// Ends the session: at once with `discard`, else when an upgrade under way is decided, what is queued has left, and the
    /// server has been told, or after `close_timeout`. What arrives meanwhile is not read.
    void close(bool discard, time_point now);

    // --- to the shell -------------------------------------------------------------------------------------------

    [[nodiscard]] std::optional<client_event> next_event();

    /// What is to be sent, oldest first. On a WebSocket the shell writes each part as one masked frame: `packet()` of its
    /// kind, or, with `base64()`, a binary part as the text `polling_packet(part)`.
    [[nodiscard]] std::span<delivery_ref const> queue() const noexcept { return queue_.items(); }
    /// The `count` oldest deliveries are completely written on the live WebSocket. A close that waited may follow as event.
    void consume(std::size_t count);
    /// Whether bytes were left over when the live WebSocket was written last. Volatile messages are dropped then.
    void blocked(bool value) noexcept { blocked_ = value; }
    /// A POST to be made now, with the query of polling, if there is one: its payload is appended to `body`.
    [[nodiscard]] std::optional<exchange_id> flush_post(std::string& body);
    /// Appends the query of the next request or WebSocket: "EIO=4&transport=polling&t=...&sid=...".
    void append_query(std::string& out, transport via);

    [[nodiscard]] std::size_t queued_bytes() const noexcept { return queued_bytes_; }
    [[nodiscard]] std::size_t queued_messages() const noexcept { return queue_.size(); }

    // --- getters ------------------------------------------------------------------------------------------------

    /// Empty until `session_opened`.
    [[nodiscard]] std::string const& sid() const noexcept { return sid_; }
    [[nodiscard]] transport current_transport() const noexcept { return transport_; }
    [[nodiscard]] bool is_open() const noexcept { return state_ == state::open; }
    [[nodiscard]] bool is_closed() const noexcept { return state_ == state::closed; }
    /// Whether what is sent now leaves soon: no POST is under way, no bytes are left over on the WebSocket.
    [[nodiscard]] bool writable() const noexcept;
    /// Whether the watchdog's time is over although `tick` was not called yet: timers were held back, as when a machine slept.
    [[nodiscard]] bool ping_expired(time_point now) const noexcept { return is_open() && now >= ping_at_; }
    [[nodiscard]] bool base64() const noexcept { return options_->force_base64; }
    /// The live WebSocket; none while polling, and none before the handshake is over.
    [[nodiscard]] link_id link() const noexcept
    {
        return transport_ == transport::websocket && state_ != state::opening ? link_ : link_id::none;
    }
    [[nodiscard]] bool owns(exchange_id exchange) const noexcept;
    [[nodiscard]] bool owns(link_id link) const noexcept;
    /// Whether the last WebSocket worked, for `remember_upgrade` of the next session.
    [[nodiscard]] bool websocket_worked() const noexcept { return websocket_worked_; }

private:
    enum class state : std::uint8_t
    {
        opening,
        open,
        closing,
        closed
    };
    enum class reading : std::uint8_t
    {
        nothing,
        payload,
        text_frame,
        binary_frame
    };

    // client_session.cpp
    void open_transport();
    void push(delivery_ref item);
    void pop(std::size_t count) noexcept;
    void tell(client_event event) { outbox_.push_back(event); }
    void fail(std::string_view detail, transport_failure why = {});
    void finish(close_reason reason, std::string_view detail = {}, transport_failure why = {});
    void finish_if_drained();
    void drop_requests();
    void start_reading(reading what, std::string_view data, time_point now);
    std::optional<message_received> read_packet();
    std::optional<message_received> handle(result<packet> const& item);
    void receive_open(std::string_view text);
    // client_session_heartbeat.cpp
    void ping_arrived();
    void restart_watchdog() noexcept;
    // client_session_polling.cpp
    void start_poll();
    void poll_read();
    void post_answered();
    void say_farewell();
    // client_session_upgrade.cpp
    void start_probe();
    void receive_probe(bool is_binary, std::string_view data);
    void complete_upgrade_if_paused();
    void shed_posted_parts();
    void give_up_probe(std::string_view detail, bool link_is_gone, transport_failure why = {});

    client_options const* options_;
    client_context* context_;
    std::vector<transport> transports_; // those that have not failed
    std::string sid_;
    delivery_queue queue_;
    std::size_t queued_bytes_ = 0;
    std::size_t posted_parts_ = 0; // of the oldest delivery
    std::size_t max_payload_ = 0;
    std::chrono::milliseconds patience_{0}; // of the watchdog
    exchange_id poll_ = exchange_id::none;
    exchange_id post_ = exchange_id::none;
    exchange_id farewell_ = exchange_id::none; // of a session that broke off; its answer is not waited for
    link_id link_ = link_id::none;
    link_id probe_link_ = link_id::none;
    time_point ping_at_ = time_point::max();    // the server is silent
    time_point upgrade_at_ = time_point::max(); // the probe is given up
    time_point close_at_ = time_point::max();   // a close waits no longer
    payload_reader incoming_;
    std::vector<client_event> outbox_;
    std::uint64_t next_id_;
    std::uint64_t stamp_;
    transport transport_ = transport::polling;
    state state_ = state::opening;
    reading reading_ = reading::nothing;
    bool websocket_worked_;
    bool upgrading_ = false; // the probe was answered: nothing is flushed, polling comes to rest
    bool blocked_ = false;
    bool pong_queued_ = false;
    bool farewell_sent_ = false;
};

} // namespace partyline::engineio
