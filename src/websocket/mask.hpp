// Masking (RFC 6455 section 5.3): each byte from client to server is XORed with a four-byte key. Done in place,
// eight bytes at a time, whatever the alignment. The reader calls it on what arrives, the client's writer on what leaves.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace partyline::websocket {

/// The four bytes as they stand in the frame.
using mask_key = std::array<unsigned char, 4>;

/// XORs `size` bytes at `data` with `key`, whose byte `phase % 4` meets the first of them. Answers whether all bytes
/// are ASCII after that: it costs nothing here, and spares plain text the look at its encoding.
inline bool apply_mask(char* data, std::size_t size, mask_key key, std::size_t phase = 0) noexcept
{
    std::array<unsigned char, 8> turned;
    for (std::size_t i = 0; i != 8; ++i) turned[i] = key[(phase + i) % 4];
    std::uint64_t word = 0;
    std::memcpy(&word, turned.data(), 8);

    std::uint64_t seen = 0;
    auto step = [&](std::size_t at) {
        std::uint64_t block = 0;
        std::memcpy(&block, data + at, 8);
        block ^= word;
        seen |= block;
        std::memcpy(data + at, &block, 8);
    };
    std::size_t i = 0;
    for (; i + 32 <= size; i += 32) {
        step(i);
        step(i + 8);
        step(i + 16);
        step(i + 24);
    }
    for (; i + 8 <= size; i += 8) step(i);
    unsigned char rest = 0;
    for (std::size_t k = 0; i != size; ++i, ++k) {
        auto const byte = static_cast<unsigned char>(static_cast<unsigned char>(data[i]) ^ turned[k]);
        rest |= byte;
        data[i] = static_cast<char>(byte);
    }
    return ((seen & 0x8080808080808080u) | (rest & 0x80u)) == 0;
}

} // namespace partyline::websocket
