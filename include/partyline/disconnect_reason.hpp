// Why a socket was disconnected, as the server sees it. The texts are those of the official server.
#pragma once

#include <cstdint>
#include <string_view>

namespace partyline {

/// Passed to `on_disconnecting` and `on_disconnect`. Recoverable, where recovery is on: all but the two namespace disconnects and `parse_error`.
enum class disconnect_reason : std::uint8_t
{
    server_namespace_disconnect, ///< `socket.disconnect()` was called here
    client_namespace_disconnect, ///< the client said goodbye
    server_shutting_down,        ///< the server is being stopped
    ping_timeout,                ///< no answer to a ping in time
    transport_close,             ///< the connection was closed, or broke
    transport_error,             ///< the connection failed, or the peer broke the rules of its transport
    parse_error,                 ///< an Engine.IO packet could not be read
    forced_close,                ///< a Socket.IO packet could not be read
    forced_server_close, ///< the rules of the protocol were broken, no namespace was joined in time, or the send queue overflowed
};

/// The reason as JavaScript spells it, for example "transport close".
[[nodiscard]] constexpr std::string_view to_string(disconnect_reason reason) noexcept
{
    switch (reason) {
    case disconnect_reason::server_namespace_disconnect:
        return "server namespace disconnect";
    case disconnect_reason::client_namespace_disconnect:
        return "client namespace disconnect";
    case disconnect_reason::server_shutting_down:
        return "server shutting down";
    case disconnect_reason::ping_timeout:
        return "ping timeout";
    case disconnect_reason::transport_close:
        return "transport close";
    case disconnect_reason::transport_error:
        return "transport error";
    case disconnect_reason::parse_error:
        return "parse error";
    case disconnect_reason::forced_close:
        return "forced close";
    case disconnect_reason::forced_server_close:
        return "forced server close";
    }
    return "unknown";
}

} // namespace partyline
