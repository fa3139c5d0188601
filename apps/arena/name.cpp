#include "name.hpp"

#include <algorithm>
#include <array>

namespace arena {

namespace {

struct range
{
    char32_t first, last;
};

/// The code point at the front, which is taken off.
char32_t take(std::string_view& text)
{
    auto const byte = [&](std::size_t at) { return static_cast<char32_t>(static_cast<unsigned char>(text[at])); };
    std::size_t const size = byte(0) < 0x80 ? 1 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
    char32_t point = size == 1 ? byte(0) : byte(0) & (0x7FU >> size);
    for (std::size_t i = 1; i < size && i < text.size(); ++i) point = point << 6 | (byte(i) & 0x3FU);
    text.remove_prefix(std::min(size, text.size()));
    return point;
}

bool is_within(char32_t point, auto const& ranges)
{
    return std::any_of(ranges.begin(), ranges.end(),
                       [point](range each) { return point >= each.first && point <= each.last; });
}

// Controls (C0, DEL, C1), marks and overrides of direction, separators of lines, tags.
constexpr std::array controls{range{0x00, 0x1F},     range{0x7F, 0x9F},      range{0x61C, 0x61C},
                              range{0x200E, 0x200F}, range{0x2028, 0x202E},  range{0x2066, 0x206F},
                              range{0xFFF0, 0xFFFB}, range{0xE0000, 0xE0FFF}};
// Spaces, joiners, fillers, variation selectors, and what only marks other characters.
constexpr std::array unseen{range{0x20, 0x20},     range{0xA0, 0xA0},     range{0xAD, 0xAD},     range{0x300, 0x36F},
                            range{0x115F, 0x1160}, range{0x1680, 0x1680}, range{0x17B4, 0x17B5}, range{0x180B, 0x180F},
                            range{0x2000, 0x200D}, range{0x202F, 0x202F}, range{0x205F, 0x2065}, range{0x2800, 0x2800},
                            range{0x3000, 0x3000}, range{0x3164, 0x3164}, range{0xFE00, 0xFE0F}, range{0xFEFF, 0xFEFF},
                            range{0xFFA0, 0xFFA0}};

} // namespace

bool is_name(std::string_view text)
{
    int length = 0;
    bool seen = false;
    while (!text.empty()) {
        auto const point = take(text);
        if (++length > 16 || is_within(point, controls)) return false;
        seen = seen || !is_within(point, unseen);
    }
    return seen;
}

} // namespace arena
