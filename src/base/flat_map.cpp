// SipHash-1-3.
#include "base/flat_map.hpp"

#include <bit>
#include <cstring>

namespace partyline::base {

namespace {

struct sip_state
{
    std::uint64_t v0, v1, v2, v3;

    void round() noexcept
    {
        v0 += v1;
        v2 += v3;
        v1 = std::rotl(v1, 13) ^ v0;
        v3 = std::rotl(v3, 16) ^ v2;
        v0 = std::rotl(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = std::rotl(v1, 17) ^ v2;
        v3 = std::rotl(v3, 21) ^ v0;
        v2 = std::rotl(v2, 32);
    }
    void take(std::uint64_t word) noexcept
    {
        v3 ^= word;
        round();
        v0 ^= word;
    }
};

} // namespace

std::uint64_t keyed_hash(std::string_view text, hash_seed seed) noexcept
{
    sip_state s{seed.first ^ 0x736f6d6570736575U, seed.second ^ 0x646f72616e646f6dU, seed.first ^ 0x6c7967656e657261U,
                seed.second ^ 0x7465646279746573U};
    char const* at = text.data();
    std::size_t left = text.size();
    std::uint64_t word = 0;
    for (; left >= 8; left -= 8, at += 8) {
        std::memcpy(&word, at, 8);
        s.take(word);
    }
    word = 0;
    if (left) std::memcpy(&word, at, left);
    s.take(word | static_cast<std::uint64_t>(text.size()) << 56);
    s.v2 ^= 0xff;
    s.round();
    s.round();
    s.round();
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

} // namespace partyline::base
