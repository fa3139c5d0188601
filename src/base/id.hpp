// Ids of sessions and sockets: exactly 20 characters of A-Z a-z 0-9 _ -, held inline. It does not draw random bytes;
// whoever does (the server) passes them in, so that an id is a pure function of its arguments.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

namespace partyline::base {

/// 20 characters, 120 bits. Without a value (`id20{}`) it is empty: equal only to other empty ones.
class id20
{
public:
    static constexpr std::size_t size = 20;
    static constexpr std::size_t random_bytes = 15;
    static constexpr std::uint32_t max_shards = 1U << 12;

    id20() = default;
    /// 120 random bits.
    static id20 make(std::span<std::byte const, random_bytes> random) noexcept;
    /// The number of a shard (12 bits, in the first two characters) and 108 random bits, so that any shard that
    /// meets the id knows where its owner is. Precondition: `shard < max_shards`.
    static id20 make(std::span<std::byte const, random_bytes> random, std::uint32_t shard) noexcept;
    /// Nothing unless `text` is 20 characters of the alphabet.
    static std::optional<id20> parse(std::string_view text) noexcept;

    [[nodiscard]] std::string_view view() const noexcept { return {characters_.data(), empty() ? 0 : size}; }
    operator std::string_view() const noexcept { return view(); }
    [[nodiscard]] bool empty() const noexcept { return characters_[0] == '\0'; }

    friend bool operator==(id20 const&, id20 const&) = default;
    friend auto operator<=>(id20 const&, id20 const&) = default;

private:
    std::array<char, size> characters_{};
};

/// The shard that `id20::make(random, shard)` put in; any number below `id20::max_shards` for an id made without one.
[[nodiscard]] std::uint32_t shard_of(id20 const& id) noexcept;

} // namespace partyline::base

/// The ids of this process are random, and foreign ones are only looked up, never stored: taking eight of the random
/// characters is enough of a hash.
template <>
struct std::hash<partyline::base::id20>
{
    std::size_t operator()(partyline::base::id20 const& id) const noexcept;
};
