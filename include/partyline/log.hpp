// The one place where the library speaks: a sink that the user may set, on servers and clients alike.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace partyline {

enum class log_level : std::uint8_t
{
    debug,
    info,
    warning,
    error
};
/// Thread: called from any thread of the server or client that it was given to.
using log_sink = std::function<void(log_level, std::string_view message)>;

} // namespace partyline
