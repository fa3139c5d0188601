// What a client's session tells its shell and asks of it: a closed set of values. The shell carries them out in order, and
// tells the session what came of each request. No behaviour here. docs/design/client.md has them as a table.
#pragma once

#include <string_view>
#include <variant>

#include <partyline/error.hpp>

#include "engineio/session_event.hpp"
#include "engineio/transport.hpp"

namespace partyline::engineio {

/// Why a request or a WebSocket came to nothing: what the shell knows of it.
struct transport_failure
{
    errc cause{};   ///< of the connection: not found, refused, TLS, time-out; none if the server answered
    int status = 0; ///< of the HTTP answer, if there was one

    [[nodiscard]] bool clean() const noexcept { return cause == errc{} && status == 0; }
    friend bool operator==(transport_failure const&, transport_failure const&) = default;
};

/// GET, with the query of `client_session::append_query` for polling.
struct start_get
{
    exchange_id exchange;
};

/// Open a WebSocket, with the query of `client_session::append_query` for it.
struct open_link
{
    link_id link;
};

/// Write this text on that WebSocket, before anything of the queue.
struct write_text
{
    link_id link;
    std::string_view text;
};

/// The handshake is over: there is a `sid()`, and what was queued leaves now.
struct session_opened
{};

/// The server has asked for a sign of life; the answer is queued.
struct ping_received
{};

/// The WebSocket that was probed is of no use; the session goes on polling.
struct upgrade_failed
{
    std::string_view detail; ///< a fixed text
    transport_failure why{};
};

/// POST a `1`, with the query of `client_session::append_query` for polling, and forget it: the session breaks off, and a server that
/// still has it should not keep it until its ping time-out.
struct post_farewell
{
    exchange_id exchange;
};

/// The last event of a session, and there is exactly one. `detail` is a fixed text, or empty.
struct client_closed
{
    close_reason reason;
    std::string_view detail;
    transport_failure why{};
};

using client_event = std::variant<message_received, session_opened, ping_received, upgraded, upgrade_failed, start_get,
                                  open_link, write_text, close_link, abort_exchange, post_farewell, client_closed>;

} // namespace partyline::engineio
