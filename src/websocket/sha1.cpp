#include "websocket/sha1.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace partyline::websocket {

namespace {

using state = std::array<std::uint32_t, 5>;

void add_block(state& sum, unsigned char const* block) noexcept
{
    std::array<std::uint32_t, 80> w;
    for (std::size_t i = 0; i != 16; ++i) {
        unsigned char const* p = block + 4 * i;
        w[i] = std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | std::uint32_t{p[3]};
    }
    for (std::size_t i = 16; i != 80; ++i) w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);

    auto [a, b, c, d, e] = sum;
    auto round = [&](std::size_t i, std::uint32_t f, std::uint32_t k) {
        std::uint32_t const next = std::rotl(a, 5) + f + e + k + w[i];
        e = d;
        d = c;
        c = std::rotl(b, 30);
        b = a;
        a = next;
    };
    for (std::size_t i = 0; i != 20; ++i) round(i, (b & c) | (~b & d), 0x5a827999);
    for (std::size_t i = 20; i != 40; ++i) round(i, b ^ c ^ d, 0x6ed9eba1);
    for (std::size_t i = 40; i != 60; ++i) round(i, (b & c) | (b & d) | (c & d), 0x8f1bbcdc);
    for (std::size_t i = 60; i != 80; ++i) round(i, b ^ c ^ d, 0xca62c1d6);
    sum = {sum[0] + a, sum[1] + b, sum[2] + c, sum[3] + d, sum[4] + e};
}

} // namespace

sha1_digest sha1(std::string_view text) noexcept
{
    state sum{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    std::uint64_t const bits = std::uint64_t{text.size()} * 8;
    for (; text.size() >= 64; text.remove_prefix(64))
        add_block(sum, reinterpret_cast<unsigned char const*>(text.data()));

    // What is left, a one bit, zeros, and the length in bits: one block or two.
    std::array<unsigned char, 128> last{};
    if (!text.empty()) std::memcpy(last.data(), text.data(), text.size());
    last[text.size()] = 0x80;
    std::size_t const end = text.size() < 56 ? 64 : 128;
    for (std::size_t i = 0; i != 8; ++i) last[end - 1 - i] = static_cast<unsigned char>(bits >> (8 * i));
    for (std::size_t at = 0; at != end; at += 64) add_block(sum, last.data() + at);

    sha1_digest digest;
    for (std::size_t i = 0; i != digest.size(); ++i)
        digest[i] = static_cast<unsigned char>(sum[i / 4] >> (24 - 8 * (i % 4)));
    return digest;
}

} // namespace partyline::websocket
