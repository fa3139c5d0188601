// What all links of a loop share, so that none of them needs it for itself: compression without context, joined
// deliveries, scratch memory.
#pragma once

#include <string>
#include <vector>

#include <sys/uio.h>

#include "net/join_cache.hpp"
#include "net/random.hpp"
#include "websocket/deflater.hpp"
#include "websocket/inflater.hpp"

namespace partyline::net {

/// Thread: its loop's. Owner: the loop's `connections`. Lifetime: the same.
struct link_tools
{
    explicit link_tools(websocket::deflate_effort effort) noexcept : deflater(effort) {}

    websocket::thread_deflater deflater;
    websocket::inflater inflater{false}; // reads every window size
    join_cache joins;
    std::string scratch;
    std::vector<iovec> pieces;
    random masks; // of links that we opened
};

} // namespace partyline::net
