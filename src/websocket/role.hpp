// Which end of a WebSocket connection we are: it decides who masks (RFC 6455 section 5.1) and what compresses which way.
#pragma once

#include <cstdint>

namespace partyline::websocket {

/// What this program is on the connection.
enum class role : std::uint8_t
{
    server, ///< receives masked frames, sends plain ones
    client, ///< receives plain frames, sends masked ones
};

} // namespace partyline::websocket
