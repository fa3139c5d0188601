// From an event that arrived to the handlers that were declared for it: catch-all listeners, event middleware, handlers,
// acknowledgement. It does not know how the event came.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <partyline/codec.hpp>

#include "server/socket_state.hpp"

namespace partyline {

class shard;

/// An event that the shard's codec has decoded just now: typed parameters are read off its tape.
void dispatch_event(shard& home, socket_state& socket, std::string_view event, arguments_view const& arguments,
                    std::optional<std::uint64_t> ack_id);
/// An event that was kept: it waited for a join or a middleware.
void dispatch_kept_event(shard& home, socket_state& socket, std::string_view event, args const& arguments,
                         std::optional<std::uint64_t> ack_id);

} // namespace partyline
