// How long anything is waited for at most. A clock counts nanoseconds in 64 bits: what somebody means by "for ever"
// (`milliseconds::max()`) would come out as a moment in the past.
#pragma once

#include <algorithm>
#include <chrono>

namespace partyline::base {

inline constexpr std::chrono::milliseconds longest_wait = std::chrono::years(10);

/// `delay`, but at least nothing and at most ten years: it may be added to a time.
[[nodiscard]] constexpr std::chrono::milliseconds capped(std::chrono::milliseconds delay) noexcept
{
    return std::clamp(delay, std::chrono::milliseconds(0), longest_wait);
}

} // namespace partyline::base
