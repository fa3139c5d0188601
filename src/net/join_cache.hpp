// Several deliveries joined into one piece of memory, so that they go out in one system call; kept until the end of the
// turn, because the next connection usually has the very same queue: that is what a broadcast is.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engineio/delivery.hpp"
#include "net/frame_pieces.hpp"
#include "net/net_counters.hpp"

namespace partyline::net {

/// Thread: its loop's. Owner: the loop's `connections`. Lifetime: the same; what it holds, until `clear`.
class join_cache
{
public:
    /// The frames of `sequence`, one behind the other. Good until the next call.
    std::string_view join(std::span<engineio::delivery_ref const> sequence, frame_pieces const& form,
                          net_counters& counters);
    /// Lets the deliveries go; keeps at most a little memory.
    void clear() noexcept;

private:
    std::vector<engineio::delivery_ref> sequence_; // held, so that no other delivery can take a place in memory
    frame_pieces form_;
    std::string text_;
};

} // namespace partyline::net
