// Why a socket was disconnected, as the client sees it. The texts are those of the official client.
#pragma once

#include <cstdint>
#include <string_view>

namespace partyline {

/// After all but the two `io_..._disconnect` and `forced_close` the client connects again by itself, unless that is switched off.
enum class client_disconnect_reason : std::uint8_t
{
    io_server_disconnect, ///< the server said goodbye
    io_client_disconnect, ///< `disconnect()` was called here
    ping_timeout,         ///< the server was silent for longer than ping interval and ping time-out together
    transport_close,      ///< the connection was closed, or lost
    transport_error,      ///< a request or the WebSocket failed, or the server broke the rules of its transport
    parse_error,          ///< a Socket.IO packet could not be read
    forced_close,         ///< the whole connection was closed here: `client::close()`, or its destructor
};

/// The reason as JavaScript spells it, for example "io server disconnect".
[[nodiscard]] constexpr std::string_view to_string(client_disconnect_reason reason) noexcept
{
    switch (reason) {
    case client_disconnect_reason::io_server_disconnect:
        return "io server disconnect";
    case client_disconnect_reason::io_client_disconnect:
        return "io client disconnect";
    case client_disconnect_reason::ping_timeout:
        return "ping timeout";
    case client_disconnect_reason::transport_close:
        return "transport close";
    case client_disconnect_reason::transport_error:
        return "transport error";
    case client_disconnect_reason::parse_error:
        return "parse error";
    case client_disconnect_reason::forced_close:
        return "forced close";
    }
    return "unknown";
}

} // namespace partyline
