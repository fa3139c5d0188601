// SIGINT, SIGTERM, SIGHUP as calls on a loop's thread, through asio. For the loop that is asked, usually shard 0.
#pragma once

#include <memory>
#include <span>

#include "base/unique_function.hpp"
#include "net/loop.hpp"

namespace partyline::net {

/// Thread: its loop's. Owner: the server. Lifetime: shorter than the loop. The former handlers come back at destruction.
class signals
{
public:
    /// `on_signal(number)` is called as a turn of the loop, each time one of `numbers` arrives. Throws `errc::system_failure`.
    signals(loop& loop, std::span<int const> numbers, base::unique_function<void(int)> on_signal);
    ~signals();
    signals(signals const&) = delete;
    signals& operator=(signals const&) = delete;

private:
    struct state;
    std::shared_ptr<state> state_;
};

} // namespace partyline::net
