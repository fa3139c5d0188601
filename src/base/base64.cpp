// Table driven: two table look-ups for three bytes encoded, four for three bytes decoded.
#include "base/base64.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace partyline::base {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// the two characters of every 12 bits
constexpr auto pairs = [] {
    std::array<std::array<char, 2>, 4096> out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = {alphabet[i >> 6], alphabet[i & 63]};
    return out;
}();

// the bits of a character at each of the four places, or `invalid`
constexpr std::uint32_t invalid = 1U << 24;
constexpr auto places = [] {
    std::array<std::array<std::uint32_t, 256>, 4> out{};
    for (auto& place : out) place.fill(invalid);
    for (std::uint32_t rank = 0; rank < alphabet.size(); ++rank) {
        for (std::uint32_t place = 0; place < 4; ++place) {
            out[place][static_cast<unsigned char>(alphabet[rank])] = rank << (18 - 6 * place);
        }
    }
    return out;
}();

std::uint32_t read_four(char const* text) noexcept
{
    auto const at = [text](std::size_t i) { return places[i][static_cast<unsigned char>(text[i])]; };
    return at(0) | at(1) | at(2) | at(3);
}

std::uint32_t byte_at(std::byte const* bytes, std::size_t i) noexcept
{
    return std::to_integer<std::uint32_t>(bytes[i]);
}

} // namespace

void append_base64(std::string& out, std::span<std::byte const> bytes)
{
    auto const begin = out.size();
    out.resize(begin + base64_size(bytes.size()));
    char* to = out.data() + begin;
    std::byte const* from = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 3; left -= 3, from += 3, to += 4) {
        auto const bits = byte_at(from, 0) << 16 | byte_at(from, 1) << 8 | byte_at(from, 2);
        std::memcpy(to, pairs[bits >> 12].data(), 2);
        std::memcpy(to + 2, pairs[bits & 0xfff].data(), 2);
    }
    if (left == 0) return;
    auto const bits = byte_at(from, 0) << 16 | (left == 2 ? byte_at(from, 1) << 8 : 0);
    std::memcpy(to, pairs[bits >> 12].data(), 2);
    to[2] = left == 2 ? pairs[bits & 0xfff][0] : '=';
    to[3] = '=';
}

std::string encode_base64(std::span<std::byte const> bytes)
{
    std::string out;
    append_base64(out, bytes);
    return out;
}

result<std::vector<std::byte>> decode_base64(std::string_view text)
{
    if (text.size() % 4 != 0) return errc::invalid_base64;
    std::size_t const padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    std::size_t const whole = (text.size() - (padding ? 4 : 0)) / 4;
    std::vector<std::byte> out(text.size() / 4 * 3 - padding);
    std::byte* to = out.data();
    char const* from = text.data();
    std::uint32_t seen = 0; // collects `invalid`, looked at once
    for (std::size_t i = 0; i < whole; ++i, from += 4, to += 3) {
        auto const bits = read_four(from);
        seen |= bits;
        to[0] = static_cast<std::byte>(bits >> 16);
        to[1] = static_cast<std::byte>(bits >> 8);
        to[2] = static_cast<std::byte>(bits);
    }
    if (padding) {
        char const last[4] = {from[0], from[1], padding == 2 ? 'A' : from[2], 'A'};
        auto const bits = read_four(last);
        seen |= bits;
        if (bits & (padding == 2 ? 0xffffU : 0xffU)) return errc::invalid_base64; // bits behind the last byte
        to[0] = static_cast<std::byte>(bits >> 16);
        if (padding == 1) to[1] = static_cast<std::byte>(bits >> 8);
    }
    if (seen & invalid) return errc::invalid_base64;
    return out;
}

} // namespace partyline::base
