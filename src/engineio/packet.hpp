// One Engine.IO packet as it stands in a text frame or between the separators of a polling payload: a type character
// and its data. It does not know payloads, frames or what a message means. Read by `session` and `payload_reader`.
// https://github.com/socketio/engine.io-protocol#packet-encoding
#pragma once

#include <cstdint>
#include <string_view>

#include <partyline/result.hpp>

namespace partyline::engineio {

enum class packet_type : std::uint8_t
{
    open,
    close,
    ping,
    pong,
    message,
    upgrade,
    noop
};

/// The character that stands for a type on the wire, '0' to '6'.
[[nodiscard]] constexpr char type_character(packet_type type) noexcept
{
    return static_cast<char>('0' + static_cast<int>(type));
}

/// A view: `data` lives as long as what it was read from.
struct packet
{
    packet_type type = packet_type::noop;
    bool is_binary = false; ///< only messages can be; then `data` is the raw bytes
    std::string_view data;
};

/// Reads a text packet. `errc::invalid_packet` if it is empty or its type unknown. UTF-8 is the caller's to check.
result<packet> parse_packet(std::string_view text) noexcept;

} // namespace partyline::engineio
