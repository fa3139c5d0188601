// Masking (RFC 6455 section 5.3): each byte from client to server is XORed with a four-byte key. Done in place,
// eight bytes at a time, whatever the alignment. The reader calls it on what arrives, the client's writer on what leaves.
#pragma once

#include <array>
#include <bit>
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
    std::uint32_t half = 0;
    std::memcpy(&half, key.data(), 4);
    // The byte that comes first in memory comes first in the mask, on either kind of machine.
    int const turn = static_cast<int>(phase % 4 * 8);
    half = std::endian::native == std::endian::little ? std::rotr(half, turn) : std::rotl(half, turn);
    std::uint64_t const word = std::uint64_t{half} << 32 | half;

    std::uint64_t seen = 0;
    auto const step = [&](auto mask, char* at) {
        auto block = mask;
        std::memcpy(&block, at, sizeof block);
        block ^= mask;
        seen |= block;
        std::memcpy(at, &block, sizeof block);
    };
    char* const end = data + size;
    for (; end - data >= 32; data += 32) {
        step(word, data);
        step(word, data + 8);
        step(word, data + 16);
        step(word, data + 24);
    }
    for (; end - data >= 8; data += 8) step(word, data);
    if (end - data >= 4) {
        step(half, data);
        data += 4;
    }
    for (std::size_t i = phase; data != end; ++data, ++i) {
        auto const byte = static_cast<unsigned char>(static_cast<unsigned char>(*data) ^ key[i % 4]);
        seen |= byte;
        *data = static_cast<char>(byte);
    }
    return (seen & 0x8080808080808080u) == 0;
}

} // namespace partyline::websocket
