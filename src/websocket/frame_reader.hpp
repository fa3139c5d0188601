// Reads the header of a frame and holds the rules that need no memory: reserved bits, opcodes, masking, control frames
// (RFC 6455 sections 5.1, 5.2, 5.5). `message_reader` calls it; it does not see payloads or messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "websocket/frame.hpp"
#include "websocket/role.hpp"

namespace partyline::websocket {

/// A value of two bytes, made anew for each look. Lengths that are written longer than they need to be are accepted, as
/// browsers and npm's `ws` accept them.
class frame_reader
{
public:
    enum class status : std::uint8_t
    {
        complete,
        incomplete, ///< more bytes are needed, at most `max_header_size` in all
        invalid,    ///< to be closed with 1002
    };

    /// `compression`: whether permessage-deflate was negotiated, so that RSV1 has a meaning.
    constexpr frame_reader(role self, bool compression) noexcept : self_(self), compression_(compression) {}

    /// Reads the header at `data`; two bytes are enough to fail. Where it is complete, its length on the wire
    /// is in `header_bytes`.
    status read(char const* data, std::size_t size, frame_header& out, std::size_t& header_bytes) const noexcept;

private:
    [[nodiscard]] bool is_valid(unsigned first, unsigned second) const noexcept;

    role self_;
    bool compression_;
};

// Inline: it is run once for every frame.
inline bool frame_reader::is_valid(unsigned first, unsigned second) const noexcept
{
    unsigned const code = first & 0x0fu;
    if ((first & 0x30u) != 0) return false;                // RSV2, RSV3: never negotiated
    if ((code > 2 && code < 8) || code > 10) return false; // reserved opcodes
    if (((second & 0x80u) != 0) != (self_ == role::server))
        return false; // section 5.1: masked from client to server only
    bool const is_first_data = code == 1 || code == 2;
    if ((first & 0x40u) != 0 && !(compression_ && is_first_data)) return false; // RFC 7692 section 6.1
    if (code >= 8 && ((first & 0x80u) == 0 || (second & 0x7fu) > max_control_size)) return false; // section 5.5
    return true;
}

inline frame_reader::status frame_reader::read(char const* data, std::size_t size, frame_header& out,
                                               std::size_t& header_bytes) const noexcept
{
    if (size < 2) return status::incomplete;
    auto const byte = [data](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(data[i])); };
    unsigned const first = byte(0);
    unsigned const second = byte(1);
    if (!is_valid(first, second)) return status::invalid;

    std::size_t at = 2;
    std::uint64_t length = second & 0x7fu;
    if (length >= 126) {
        at = length == 126 ? 4 : 10;
        if (size < at) return status::incomplete;
        length = 0;
        for (std::size_t i = 2; i != at; ++i) length = length << 8 | byte(i);
        if (length >> 63 != 0) return status::invalid;
    }
    bool const masked = (second & 0x80u) != 0;
    if (size < at + (masked ? 4 : 0)) return status::incomplete;
    out.code = static_cast<opcode>(first & 0x0fu);
    out.fin = (first & 0x80u) != 0;
    out.rsv1 = (first & 0x40u) != 0;
    out.payload_size = length;
    if (masked) {
        std::memcpy(out.mask.emplace().data(), data + at, 4);
        at += 4;
    } else {
        out.mask.reset();
    }
    header_bytes = at;
    return status::complete;
}

} // namespace partyline::websocket
