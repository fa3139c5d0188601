// How a message is given to a session, of either side, and what became of it. Values; no behaviour here.
#pragma once

#include <cstdint>

namespace partyline::engineio {

/// How a message is to be treated by `send`.
struct send_flags
{
    bool is_volatile = false; ///< rather lost than late
};

enum class send_result : std::uint8_t
{
    sent,    ///< queued
    dropped, ///< volatile, and the peer cannot take it now
    closed   ///< the session is closing or closed
};

} // namespace partyline::engineio
