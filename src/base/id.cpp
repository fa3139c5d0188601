#include "base/id.hpp"

#include <cassert>
#include <cstring>

namespace partyline::base {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<std::int8_t, 256> ranks = [] {
    std::array<std::int8_t, 256> out{};
    out.fill(-1);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        out[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
    return out;
}();

constexpr std::int8_t rank(char character) noexcept { return ranks[static_cast<unsigned char>(character)]; }

} // namespace

id20 id20::make(std::span<std::byte const, random_bytes> random) noexcept
{
    id20 out;
    for (std::size_t i = 0, o = 0; i < random_bytes; i += 3, o += 4) {
        auto const bits = std::to_integer<std::uint32_t>(random[i]) << 16 |
                          std::to_integer<std::uint32_t>(random[i + 1]) << 8 |
                          std::to_integer<std::uint32_t>(random[i + 2]);
        out.characters_[o] = alphabet[bits >> 18];
        out.characters_[o + 1] = alphabet[bits >> 12 & 63];
        out.characters_[o + 2] = alphabet[bits >> 6 & 63];
        out.characters_[o + 3] = alphabet[bits & 63];
    }
    return out;
}

id20 id20::make(std::span<std::byte const, random_bytes> random, std::uint32_t shard) noexcept
{
    assert(shard < max_shards);
    id20 out = make(random);
    out.characters_[0] = alphabet[shard >> 6 & 63];
    out.characters_[1] = alphabet[shard & 63];
    return out;
}

std::optional<id20> id20::parse(std::string_view text) noexcept
{
    if (text.size() != size) return std::nullopt;
    id20 out;
    for (std::size_t i = 0; i < size; ++i) {
        if (rank(text[i]) < 0) return std::nullopt;
        out.characters_[i] = text[i];
    }
    return out;
}

std::uint32_t shard_of(id20 const& id) noexcept
{
    if (id.empty()) return 0;
    auto const text = id.view();
    return static_cast<std::uint32_t>(rank(text[0])) << 6 | static_cast<std::uint32_t>(rank(text[1]));
}

} // namespace partyline::base

std::size_t std::hash<partyline::base::id20>::operator()(partyline::base::id20 const& id) const noexcept
{
    if (id.empty()) return 0;
    std::uint64_t word = 0;
    std::memcpy(&word, id.view().data() + 12, sizeof word);
    return word * 0x9E3779B97F4A7C15U;
}
