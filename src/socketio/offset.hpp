// The offset of connection state recovery: a number that grows, written in at most 11 characters of the URL-safe
// alphabet. The counter belongs to the namespace; who emits takes the next number and seals it into the packet.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace partyline::socketio {

/// The text of an offset, stored in place. Different numbers have different texts.
class offset_text
{
public:
    static constexpr std::size_t max_size = 11;

    explicit offset_text(std::uint64_t number) noexcept;

    [[nodiscard]] std::string_view view() const noexcept { return {text_.data() + begin_, max_size - begin_}; }
    operator std::string_view() const noexcept { return view(); }

private:
    std::array<char, max_size> text_{};
    std::size_t begin_ = max_size;
};

/// The number of an offset that a client sent back; nothing if it cannot be one of ours.
[[nodiscard]] std::optional<std::uint64_t> read_offset(std::string_view text) noexcept;

} // namespace partyline::socketio
