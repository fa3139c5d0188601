// One WebSocket client as data: where it stands, what it waits for. Small, since there are ten thousands of them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "load/clock.hpp"

namespace sioload {

enum class step : std::uint8_t
{
    none,
    tcp,     ///< connecting
    http,    ///< the upgrade was asked for
    open,    ///< the open packet is due
    joining, ///< the namespace was asked for
    up,
    dead
};

/// What the rest of a message that is being skipped counts as.
enum class rest : std::uint8_t
{
    ignored,
    reply,
    delivery
};

struct connection
{
    int socket = -1;
    step at = step::none;
    rest kind = rest::ignored;
    bool own = false;          ///< the delivery is the sender's own copy
    bool whole = true;         ///< the frame that is being skipped is a message's last
    bool muted = false;        ///< reads no more
    std::uint32_t id = 0;      ///< within the thread
    std::uint32_t arrived = 0; ///< replies since the last look
    std::uint32_t under_way = 0;
    std::uint32_t read_at = 0; ///< in the ring of stamps
    std::uint32_t write_at = 0;
    std::uint32_t next_ack = 0;
    std::uint64_t to_skip = 0;
    nanoseconds stamp = 0;
    nanoseconds began = 0;
    nanoseconds* stamps = nullptr;
    std::string unsent;
    std::string incomplete; ///< the beginning of a frame
    std::unique_ptr<std::string> response;
};

/// What is here of a text message: its length as the frame says, and at least the first 64 bytes of it.
struct arrival
{
    char const* data;
    std::size_t size;
    std::size_t here;
};

} // namespace sioload
