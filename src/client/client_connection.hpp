// One connection of a client, through all its breaks: opens an Engine.IO session, opens another when that is lost, and
// gives the Socket.IO packets to the namespaces that travel on it. What the official client calls `Manager`. It does not
// know URLs, sockets, threads, the clock, or the user's callbacks. Driven by the shell of `client`; docs/design/client.md.
//
// Theory of operation
//   Events stand in one list with steps between them: what depends on what a handler did (whether to try again, when the
//   attempt is made, what follows a join) is a step, and is taken when the events before it have been handled.
//   A session that is given up says goodbye by itself and is kept until it has; its requests are still the shell's. Only
//   the newest session is listened to.
//   After every call the shell asks `next_event` until there is none, writes what the sessions have queued, asks again,
//   and reads `next_deadline`.
//   When to connect again: client_reconnect.cpp. The rest: client_connection.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <partyline/codec.hpp>

#include "client/client_nsp.hpp"
#include "client/connection_event.hpp"
#include "client/connection_options.hpp"
#include "client/reconnect_backoff.hpp"
#include "engineio/client_session.hpp"

namespace partyline {

/// Thread: its loop's. Owner: the shell. Lifetime: until the shell has no more use for it; it may go at any moment
/// between two calls, and leaves requests behind that the shell then drops.
class client_connection
{
public:
    using time_point = engineio::time_point;
    using exchange_id = engineio::exchange_id;
    using link_id = engineio::link_id;

    /// Nothing happens before `open`. `seed` is random: of back-off and time-stamps. `codec` and `context` are the loop's,
    /// and outlive the connection.
    client_connection(connection_options options, codec& codec, engineio::client_context& context, std::uint64_t seed);
    client_connection(client_connection const&) = delete;
    client_connection& operator=(client_connection const&) = delete;
    ~client_connection();

    // --- from the wire: see client_session ----------------------------------------------------------------------

    void receive_response(exchange_id exchange, int status, std::string_view body, time_point now);
    void request_failed(exchange_id exchange, engineio::transport_failure why, time_point now);
    void link_opened(link_id link, time_point now);
    void receive(link_id link, bool is_binary, std::string_view data, time_point now);
    void link_closed(link_id link, engineio::transport_failure why, time_point now);

    void tick(time_point now);
    /// When `tick` is to be called at the latest; `time_point::max()` if never.
    [[nodiscard]] time_point next_deadline();

    // --- from above ---------------------------------------------------------------------------------------------

    /// Connects, unless it is connected or about to be. Where an attempt to connect again is being waited for, that is made now.
    void open(time_point now);
    /// Ends the connection with what is queued on it, and tries no more. Sockets hear `forced close`.
    void close(time_point now);
    /// From the next attempt on. Where it is switched off, one that is being waited for is not made.
    void set_reconnection(reconnect_options const& options) noexcept;
    /// The namespace of that name (as `socketio::full_nsp_name` makes it), made where there is none; it joins when
    /// `client_nsp::connect` is called. `options` count for a new one only.
    client_nsp& nsp(std::string_view name, client_nsp_options options = {});
    [[nodiscard]] client_nsp* find(std::string_view name) noexcept;
    /// Drops a namespace. Precondition: it is `idle()`, and `next_event` has answered nothing since that came about.
    void forget(client_nsp& nsp) noexcept;

    // --- to the shell -------------------------------------------------------------------------------------------

    [[nodiscard]] std::optional<connection_event> next_event();
    /// All sessions that have not ended, the newest last: the shell writes what they have queued.
    [[nodiscard]] std::span<std::unique_ptr<engineio::client_session> const> sessions() const noexcept
    {
        return sessions_;
    }
    /// Appends the query of a request or WebSocket that was asked for.
    void append_query(std::string& out, exchange_id exchange);
    void append_query(std::string& out, link_id link);

    // --- getters ------------------------------------------------------------------------------------------------

    [[nodiscard]] bool is_open() const noexcept { return phase_ == phase::open; }
    [[nodiscard]] bool is_reconnecting() const noexcept { return reconnecting_; }
    /// The session that is listened to, or null.
    [[nodiscard]] engineio::client_session* session() noexcept { return session_; }
    [[nodiscard]] connection_options const& options() const noexcept { return options_; }
    /// What is changed counts from the next time on that it is used.
    [[nodiscard]] connection_options& options() noexcept { return options_; }

private:
    friend class client_nsp;

    enum class phase : std::uint8_t
    {
        closed,
        opening,
        open
    };
    /// What is done between two events.
    enum class step : std::uint8_t
    {
        retry_after_failure, // the session did not open
        retry_after_close,   // it was lost
        attempt,             // the time to wait is over
        finish_join,         // of `nsp`
        drain_retry_queue    // of `nsp`
    };
    struct pending_step
    {
        step what;
        client_nsp* nsp = nullptr;
        bool was_attempt = false; // of retry_after_failure: the session was an attempt to connect again
        std::string message = {};
    };
    using entry = std::variant<connection_event, pending_step>;

    // client_connection.cpp
    void start_session();
    void give_up_session(bool discard);
    void tell(connection_event event) { outbox_.emplace_back(std::move(event)); }
    void later(pending_step next) { outbox_.emplace_back(std::move(next)); }
    void take(pending_step& next);
    [[nodiscard]] std::optional<connection_event> handle(engineio::client_session& from, engineio::client_event& event);
    void opened();
    [[nodiscard]] std::optional<connection_event> message(engineio::message_received const& event);
    void session_ended(engineio::client_closed const& event);
    void closed(client_disconnect_reason reason, std::string detail, engineio::transport_failure why = {});
    void sweep();
    template <class Id, class F>
    void with_owner(Id id, time_point now, F call);
    void activate(client_nsp& nsp);
    void deactivate(client_nsp& nsp);
    // what a namespace sends: sealed, and queued on the session
    base::message_ref seal(packet_header const& header, payload body, bool compress = true) const;
    bool send(base::message_ref message);
    [[nodiscard]] bool has_room_for(std::size_t bytes) const noexcept;
    // client_reconnect.cpp
    void failed(std::string message, engineio::transport_failure why);
    void reconnect();
    void take_attempt();
    void stop_reconnecting() noexcept;
    [[nodiscard]] double random() noexcept;

    connection_options options_;
    codec& codec_;
    engineio::client_context& context_;
    std::vector<std::unique_ptr<engineio::client_session>> sessions_;
    engineio::client_session* session_ = nullptr;
    std::vector<std::unique_ptr<client_nsp>> nsps_;
    std::vector<client_nsp*> active_; // in the order in which they asked to connect
    std::list<entry> outbox_;         // without memory while it is empty
    std::unique_ptr<partial_packet> partial_;
    reconnect_backoff backoff_;
    std::uint64_t random_state_;
    std::uint64_t sessions_begun_ = 0;
    time_point now_{};
    time_point connect_by_ = time_point::max();
    time_point reconnect_at_ = time_point::max();
    phase phase_ = phase::closed;
    bool skips_reconnect_ = false;
    bool reconnecting_ = false; // from the loss of a connection to the next, or to the last attempt
    bool is_attempt_ = false;   // the session that opens is an attempt to connect again
    bool websocket_worked_ = false;
};

} // namespace partyline
