// What stands behind one descriptor in a loop's epoll set: a listener, an HTTP connection, a link.
#pragma once

#include <cstdint>

#include "net/deadline_queue.hpp"

namespace partyline::net {

/// Thread: its loop's. Owner: `connections` or the server. Lifetime: a channel that was in the set is freed only between turns
/// (`loop::retire`), because the batch being worked through may still name it.
class channel : public timed
{
public:
    virtual ~channel() = default;

    /// The descriptor is ready: `events` as epoll gives them. Never called after the channel left the set.
    virtual void on_ready(std::uint32_t events) = 0;
    /// The loop asks again without waiting for the descriptor: bytes were left over in the last turn (see `loop::again`).
    virtual void on_again() {}

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

protected:
    explicit channel(int descriptor) noexcept : descriptor_(descriptor) {}

    int descriptor_; // -1 once closed or given away
};

} // namespace partyline::net
