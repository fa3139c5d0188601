// How punctual the ticks are, and how long they take: the last minute of both, in order of time. It reads no clock.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace arena {

class tick_meter
{
public:
    using duration = std::chrono::nanoseconds;

    struct spread
    {
        duration p50{}, p99{}, max{};
    };

    /// A tick has begun `since_last` after the one before, and took `work`.
    void add(duration since_last, duration work)
    {
        if (intervals_.size() < capacity) {
            intervals_.push_back(since_last);
            works_.push_back(work);
        } else {
            intervals_[next_] = since_last;
            works_[next_] = work;
            next_ = (next_ + 1) % capacity;
        }
    }

    [[nodiscard]] std::size_t size() const { return intervals_.size(); }
    [[nodiscard]] spread intervals() const { return spread_of(intervals_); }
    [[nodiscard]] spread works() const { return spread_of(works_); }

private:
    static constexpr std::size_t capacity = 3'600;

    static spread spread_of(std::vector<duration> sorted)
    {
        if (sorted.empty()) return {};
        std::sort(sorted.begin(), sorted.end());
        auto const at = [&](std::size_t percent) { return sorted[(sorted.size() - 1) * percent / 100]; };
        return {at(50), at(99), sorted.back()};
    }

    std::vector<duration> intervals_, works_;
    std::size_t next_ = 0;
};

} // namespace arena
