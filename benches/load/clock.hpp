// The load's one clock: nanoseconds of the monotonic clock as a plain number, which is what stands in stamps and rings.
#pragma once

#include <cstdint>
#include <ctime>

namespace sioload {

using nanoseconds = std::uint64_t;

inline nanoseconds now()
{
    timespec t{};
    ::clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<nanoseconds>(t.tv_sec) * 1'000'000'000U + static_cast<nanoseconds>(t.tv_nsec);
}

inline nanoseconds from_seconds(double seconds) { return static_cast<nanoseconds>(seconds * 1e9); }
inline double to_seconds(nanoseconds span) { return static_cast<double>(span) / 1e9; }

inline void sleep_until(nanoseconds when)
{
    timespec const t{static_cast<time_t>(when / 1'000'000'000U), static_cast<long>(when % 1'000'000'000U)};
    ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, nullptr);
}

inline void sleep_milliseconds(unsigned count) { sleep_until(now() + nanoseconds{count} * 1'000'000U); }

} // namespace sioload
