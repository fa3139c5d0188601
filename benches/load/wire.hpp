// Bytes and sockets that every scenario needs: masked frames, texts to carry, stamps within them, TCP connections.
// Written without the library that is measured: what checks it must not share its mistakes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "load/options.hpp"

namespace sioload {

/// Fixed, but not zero: some servers skip the unmasking of zeros.
inline constexpr std::array<unsigned char, 4> mask{0x37, 0xfa, 0x21, 0x3d};

/// One masked frame with all of a message.
[[nodiscard]] std::string masked_frame(std::string_view payload, unsigned opcode = 1);

/// Text that deflates as chat does, to about 40 %, and that no JSON writer escapes.
[[nodiscard]] std::string text_of_length(std::size_t length);

/// Eight ASCII digits as a number.
inline std::uint64_t read_eight_digits(char const* digits)
{
    std::uint64_t v = 0;
    std::memcpy(&v, digits, 8);
    v = (v & 0x0F0F0F0F0F0F0F0FU) * 2561 >> 8;
    v = (v & 0x00FF00FF00FF00FFU) * 6553601 >> 16;
    return (v & 0x0000FFFF0000FFFFU) * 42949672960001U >> 32;
}

/// Writes a number as `count` masked digits; `offset` is their place within the payload, which the mask goes by.
inline void write_masked_digits(char* to, std::uint64_t value, std::size_t count, std::size_t offset)
{
    for (std::size_t i = count; i-- > 0;) {
        to[i] = static_cast<char>(static_cast<unsigned char>('0' + value % 10) ^ mask[(offset + i) & 3]);
        value /= 10;
    }
}

/// Begins to connect without blocking, from a source address that has ports left; -1 where that failed.
[[nodiscard]] int open_tcp(load_options const& options, std::uint32_t number);

/// With RST, so that no TIME_WAIT is left behind, unless --fin.
void close_hard(load_options const& options, int socket);

} // namespace sioload
