// What the net floor counts, for tests ("one write per connection per turn") and for statistics. One per loop.
#pragma once

#include <cstdint>

namespace partyline::net {

/// Plain numbers, written by the loop's thread alone. Totals only grow; the last group is what is open now.
struct net_counters
{
    std::uint64_t turns = 0;
    std::uint64_t slow_turns = 0;
    std::uint64_t wakes = 0;       ///< wake-ups that reached the host
    std::uint64_t read_calls = 0;  ///< read system calls on connections, or SSL_read
    std::uint64_t write_calls = 0; ///< write system calls on connections, or SSL_write
    std::uint64_t read_bytes = 0;
    std::uint64_t written_bytes = 0;
    std::uint64_t again = 0;       ///< writes that the kernel did not take completely
    std::uint64_t joins = 0;       ///< sequences of deliveries copied together for one write
    std::uint64_t join_reuses = 0; ///< writes that found their sequence joined already
    std::uint64_t state_allocations =
        0; ///< links that had to take memory of their own (incomplete message, rest of a write)
    std::uint64_t accepted = 0;
    std::uint64_t accept_failures = 0; ///< refused for want of descriptors
    std::uint64_t requests = 0;
    std::uint64_t bad_requests = 0;
    std::uint64_t tls_failures = 0;
    std::uint64_t timeouts = 0;      ///< connections closed by one of the time limits
    std::uint64_t dropped_bytes = 0; ///< received in part or not written yet when their connection ended
    std::uint64_t messages = 0;      ///< WebSocket messages handed to owners
    std::uint64_t pongs = 0;

    std::uint64_t http_connections = 0; ///< open now, in their HTTP state
    std::uint64_t links = 0;            ///< open now, as WebSocket links
};

} // namespace partyline::net
