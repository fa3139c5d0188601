// The figures of the arena: how punctual its ticks are, and what a player costs. README.md says what each means.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>

#include "tick_meter.hpp"

namespace arena {

/// What one reading of the counters says; they only grow.
struct load_sample
{
    std::chrono::steady_clock::time_point when;
    std::chrono::microseconds cpu{};
    std::uint64_t bytes = 0;
    std::uint64_t writes = 0;
    std::size_t sockets = 0;
    std::uint64_t missed = 0;
};

struct report
{
    std::size_t players = 0;  // bots and people
    std::size_t sockets = 0;  // those who watch, too
    std::uint64_t missed = 0; // snapshots that somebody could not take at once, since the server began
    std::uint32_t tick = 0;   // now
    std::size_t ticks = 0;    // that the two spreads are made of
    tick_meter::spread interval, work;
    double seconds = 0; // that the rest is made of
    double cpu_percent = 0;
    double bytes_per_socket_second = 0;
    double writes_per_socket_second = 0;
};

/// The last ten seconds.
class load_meter
{
public:
    void add(load_sample now);
    [[nodiscard]] report figures(tick_meter const& ticks, std::size_t players) const;

private:
    std::deque<load_sample> samples_;
};

[[nodiscard]] std::string json(report const& of);
[[nodiscard]] std::string one_line(report const& of);

} // namespace arena
