// The options of an endpoint: those of the official Engine.IO server, with its defaults. Values only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <partyline/cookie.hpp>
#include <partyline/cors.hpp>

#include "engineio/pattern.hpp"
#include "engineio/session_context.hpp"
#include "engineio/transport.hpp"
#include "websocket/deflate_negotiation.hpp"

namespace partyline::engineio {

/// Which transports are served.
struct transport_set
{
    bool polling = true;
    bool websocket = true;

    [[nodiscard]] constexpr bool has(transport which) const noexcept
    {
        return which == transport::polling ? polling : websocket;
    }
};

/// permessage-deflate, and the size from which it is used.
struct message_compression
{
    std::size_t threshold = 1024; ///< bytes of a packet
    websocket::deflate_options deflate = {};
};

struct endpoint_options
{
    std::string path = "/engine.io"; ///< requests whose target begins with it are ours
    bool add_trailing_slash = true;  ///< `path` is made to end in "/"
    session_options session = {};    ///< heartbeat and time-outs; intervals are announced in the handshake
    std::size_t max_http_buffer_size =
        1'000'000; ///< bytes of one POST body or WebSocket message; announced as maxPayload
    transport_set transports = {};
    bool allow_upgrades = true;                         ///< false: no upgrade is offered
    std::optional<cookie> sid_cookie = {};              ///< set by the polling handshake; its value is the session id
    std::optional<cors_options> cors = {};              ///< none: no CORS headers at all
    std::optional<std::size_t> http_compression = 1024; ///< bytes from which a payload is compressed; none: never
    std::optional<message_compression> per_message_deflate = {}; ///< none: not negotiated
    std::string initial_packet = {}; ///< text of a message that is sent right after the handshake; empty: none
    /// A WebSocket whose Origin is neither listed nor matched is refused. Both empty: any. Programs that are no browsers
    /// send none and pass.
    std::vector<std::string> allowed_origins = {};
    std::vector<pattern> allowed_origin_patterns = {};
};

} // namespace partyline::engineio
