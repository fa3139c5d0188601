// What a link holds only while something is unfinished, or for as long as context takeover is on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "net/link.hpp"
#include "websocket/deflater.hpp"
#include "websocket/inflater.hpp"
#include "websocket/message_reader.hpp"

namespace partyline::net {

/// Thread, owner and lifetime: its link's.
struct link::state
{
    std::optional<websocket::message_reader> reader; // in the middle of a message
    std::string unread;                              // received, not read yet; `loop::read_slack` bytes more
    std::size_t unread_at = 0;

    std::string rest;        // begun to be written: goes before everything else
    std::string control;     // whole frames (the 101 before them), to go at the next end of a frame
    std::uint32_t pongs = 0; // among them

    std::unique_ptr<websocket::deflater> deflater; // with context takeover
    std::unique_ptr<websocket::inflater> inflater;

    std::size_t lingered = 0;

    [[nodiscard]] bool is_needed() const noexcept
    {
        return reader || !unread.empty() || !rest.empty() || !control.empty() || deflater || inflater || lingered != 0;
    }
};

} // namespace partyline::net
