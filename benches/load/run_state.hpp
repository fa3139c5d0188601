// What the control thread and the load threads say to each other while a run lasts, and what each load thread has counted at its end.
#pragma once

#include <atomic>
#include <cstdint>

#include "load/clock.hpp"
#include "load/histogram.hpp"

namespace sioload {

enum class phase : std::uint8_t
{
    connect,
    join,
    run,
    drain,
    stop
};

/// Thread: any.
struct run_state
{
    std::atomic<phase> now{phase::connect};
    std::atomic<std::uint32_t> up{0};
    std::atomic<std::uint32_t> failed{0};
    std::atomic<std::uint32_t> joined{0};
    /// The measured window: set when the snapshots at its ends have been taken, so that where this machine is busy and they are late,
    /// messages and CPU are still of the same time.
    std::atomic<nanoseconds> begin{~nanoseconds{0}};
    std::atomic<nanoseconds> end{~nanoseconds{0}};
    [[nodiscard]] bool measured(nanoseconds when) const
    {
        return when >= begin.load(std::memory_order_relaxed) && when < end.load(std::memory_order_relaxed);
    }
    /// Of the whole run, brought up to date now and then.
    std::atomic<std::uint64_t> sent{0};
    std::atomic<std::uint64_t> received{0};
    std::atomic<nanoseconds> first_connect{0};
    std::atomic<nanoseconds> last_up{0};
};

struct load_statistics
{
    histogram latency;
    histogram handshake;
    std::uint64_t messages = 0;   ///< within the window, as are `own_copies`
    std::uint64_t own_copies = 0; ///< broadcasts whose sender heard them
    std::uint64_t sent = 0;       ///< of the whole run, as all below
    std::uint64_t received = 0;
    std::uint64_t bad = 0; ///< not what the contract says
    std::uint64_t reordered = 0;
    std::uint64_t closed = 0;
    std::uint64_t refused = 0;
    std::uint64_t overrun = 0; ///< open loop: a client had too much under way
    std::uint64_t blocked = 0; ///< sends that the kernel did not take whole
    std::uint64_t pings = 0;
    std::uint64_t responses = 0; ///< of HTTP
    std::uint64_t compressed = 0;
    std::uint64_t inflated = 0;
    nanoseconds idle = 0; ///< of a thread that spins

    void merge(load_statistics const& other)
    {
        latency.merge(other.latency);
        handshake.merge(other.handshake);
        messages += other.messages;
        own_copies += other.own_copies;
        sent += other.sent;
        received += other.received;
        bad += other.bad;
        reordered += other.reordered;
        closed += other.closed;
        refused += other.refused;
        overrun += other.overrun;
        blocked += other.blocked;
        pings += other.pings;
        responses += other.responses;
        compressed += other.compressed;
        inflated += other.inflated;
        idle += other.idle;
    }
};

/// One thread's share of the load. Thread: `run` on its own, the rest when that has returned.
class load_share
{
public:
    virtual ~load_share() = default;
    virtual void run() = 0;
    [[nodiscard]] virtual load_statistics const& statistics() const = 0;
    /// How many of those who do not read have been cut off by the server; forgets them.
    virtual std::uint32_t close_slow_readers() { return 0; }
    virtual void close_all() = 0;
};

} // namespace sioload
