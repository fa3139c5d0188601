#include "apps/partyline/base64.hpp"

#include <cstdint>

namespace partyline_tool {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr unsigned bits_of_character = 6;
constexpr unsigned low_bits = 63;
constexpr std::size_t group = 4; // characters, of three bytes

} // namespace

std::string to_base64(std::span<std::byte const> bytes)
{
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t three = 0;
        for (std::size_t k = 0; k < 3; ++k)
            three = three << 8 | (i + k < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i + k]) : 0);
        for (std::size_t k = 0; k < group; ++k) {
            bool const is_padding = i + k > bytes.size();
            out += is_padding ? '=' : alphabet[three >> bits_of_character * (group - 1 - k) & low_bits];
        }
    }
    return out;
}

std::optional<std::vector<std::byte>> from_base64(std::string_view text)
{
    if (text.size() % group != 0) return std::nullopt;
    auto const padding = text.size() - std::min(text.size(), text.find_last_not_of('=') + 1);
    if (padding > 2) return std::nullopt;
    text.remove_suffix(padding);

    std::vector<std::byte> out;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (char const c : text) {
        auto const digit = alphabet.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        bits = bits << bits_of_character | static_cast<std::uint32_t>(digit);
        held += bits_of_character;
        if (held < 8) continue;
        held -= 8;
        out.push_back(static_cast<std::byte>(bits >> held));
    }
    if ((bits & ((1U << held) - 1)) != 0) return std::nullopt; // each sequence of bytes has one text
    return out;
}

} // namespace partyline_tool
