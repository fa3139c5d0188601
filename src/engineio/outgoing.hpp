// From the parts that a codec made to the immutable `base::message`: writes the packet type and the WebSocket frame
// header into the room that was left before the content, so that nothing is copied. Called by whoever emits, once per
// emit or broadcast, on any thread. It does not know rooms, receivers or what the content means.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/binary.hpp>

#include "base/message.hpp"
#include "engineio/packet.hpp"

namespace partyline::engineio {

/// Content of one Engine.IO message: `buffer[begin..]`. With at least 16 bytes before `begin` nothing is moved.
struct outgoing_part
{
    std::string buffer;
    std::size_t begin = 0;
    bool is_binary = false;
};

/// One message and the binary messages that follow it, in order and never separated.
/// `compress`: whether permessage-deflate and HTTP compression may be used.
base::message_ref make_message(outgoing_part first, std::vector<binary> attachments, bool compress);

/// A packet that is no message ("2", "3probe", "0{...}"), in the same shape, so that it can stand in the same queue.
base::message_ref make_control(packet_type type, std::string_view data = {});

} // namespace partyline::engineio
