// The frame (RFC 6455 section 5.2): its header as a value, and how it is written. Whoever sends writes frames through
// this file; `frame_reader` reads them. It does not know messages, connections or compression.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "websocket/close_code.hpp"
#include "websocket/mask.hpp"

namespace partyline::websocket {

enum class opcode : std::uint8_t
{
    continuation = 0,
    text = 1,
    binary = 2,
    close = 8,
    ping = 9,
    pong = 10,
};

/// Close, ping and pong: at most 125 bytes, never fragmented.
[[nodiscard]] constexpr bool is_control(opcode code) noexcept { return (static_cast<unsigned>(code) & 8u) != 0; }

/// What stands before the payload.
struct frame_header
{
    opcode code = opcode::text;
    bool fin = true;                   ///< the last frame of its message
    bool rsv1 = false;                 ///< first frame of a compressed message (RFC 7692 section 6)
    std::optional<mask_key> mask = {}; ///< from a client always, from a server never
    std::uint64_t payload_size = 0;
};

/// The longest header there is: two bytes, a 64-bit length, a key.
inline constexpr std::size_t max_header_size = 14;
/// The longest payload of a control frame.
inline constexpr std::size_t max_control_size = 125;

/// Bytes of the header before a payload of this size.
[[nodiscard]] constexpr std::size_t header_size(std::uint64_t payload_size, bool masked) noexcept
{
    return (payload_size < 126 ? 2u : payload_size <= 0xffff ? 4u : 10u) + (masked ? 4u : 0u);
}

/// Writes the header to `out`, which has room for `header_size()` bytes, and answers that size. The payload is masked
/// by the caller, see `apply_mask`.
std::size_t write_header(char* out, frame_header const& header) noexcept;

/// Appends a whole frame, masked where the header has a key. `header.payload_size` is ignored.
void append_frame(std::string& out, frame_header header, std::string_view payload);

/// Appends a close frame. A code that may not travel gives an empty payload; the reason is cut to 123 bytes, at a
/// character's end.
void append_close(std::string& out, close_code code, std::string_view reason, std::optional<mask_key> mask = {});

} // namespace partyline::websocket
