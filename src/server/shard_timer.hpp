// Work for later on one shard: the time-out of an acknowledgement, `server::after`, a coroutine that sleeps.
#pragma once

#include "base/unique_function.hpp"
#include "net/deadline_queue.hpp"

namespace partyline {

class shard;

/// Thread: its shard's. Owner: the shard. Lifetime: until it has fired or was cancelled.
class shard_timer final : public net::timed
{
public:
    shard_timer(shard& owner, base::unique_function<void()> work) : owner_(owner), work_(std::move(work)) {}

    void on_deadline(net::time_point now) override;

private:
    friend class shard;
    shard& owner_;
    base::unique_function<void()> work_;
    std::size_t place_ = 0; // among the shard's timers
};

} // namespace partyline
