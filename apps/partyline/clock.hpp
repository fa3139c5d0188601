// The two clocks: of the calendar for lines that are printed, and one that never jumps for what is measured.
#pragma once

#include <chrono>
#include <cstdint>

namespace partyline_tool {

[[nodiscard]] inline std::int64_t milliseconds_since_1970()
{
    auto const now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

/// From construction on.
class stopwatch
{
public:
    [[nodiscard]] double milliseconds() const
    {
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun_).count();
    }

private:
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

} // namespace partyline_tool
