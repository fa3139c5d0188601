// How a session travels, as options name it on both ends.
#pragma once

#include <cstdint>

namespace partyline {

enum class transport_kind : std::uint8_t
{
    polling,
    websocket
};

} // namespace partyline
