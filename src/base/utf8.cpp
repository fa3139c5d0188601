// Whole texts go to simdjson; what comes in pieces or has to be mended goes byte by byte through an automaton.
#include "base/utf8.hpp"

#include <algorithm>

#include <simdjson.h>

namespace partyline::base {

namespace {

// Between characters; so many continuation bytes to come; or exactly one first continuation byte out of a narrower
// range, which keeps out overlong forms, surrogates, and what lies beyond U+10FFFF (Unicode 15, table 3-7).
enum state : std::uint8_t
{
    between,
    one,
    two,
    three,
    after_e0,
    after_ed,
    after_f0,
    after_f4,
    bad
};

constexpr state lead(unsigned char byte) noexcept
{
    if (byte < 0x80) return between;
    if (byte < 0xc2) return bad;
    if (byte < 0xe0) return one;
    if (byte == 0xe0) return after_e0;
    if (byte == 0xed) return after_ed;
    if (byte < 0xf0) return two;
    if (byte == 0xf0) return after_f0;
    if (byte < 0xf4) return three;
    return byte == 0xf4 ? after_f4 : bad;
}

constexpr state step(std::uint8_t from, unsigned char byte) noexcept
{
    auto const within = [byte](int low, int high, state next) { return byte >= low && byte <= high ? next : bad; };
    switch (from) {
    case between:
        return lead(byte);
    case one:
        return within(0x80, 0xbf, between);
    case two:
        return within(0x80, 0xbf, one);
    case three:
        return within(0x80, 0xbf, two);
    case after_e0:
        return within(0xa0, 0xbf, one);
    case after_ed:
        return within(0x80, 0x9f, one);
    case after_f0:
        return within(0x90, 0xbf, two);
    case after_f4:
        return within(0x80, 0x8f, two);
    default:
        return bad;
    }
}

// how many bytes at the end of `text` may belong to a character that goes on in the next piece
std::size_t unfinished_tail(std::string_view text) noexcept
{
    for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
        auto const byte = static_cast<unsigned char>(text[text.size() - back]);
        if (byte >= 0xc0) return back;
        if (byte < 0x80) return 0;
    }
    return 0;
}

} // namespace

bool is_utf8(std::string_view text) noexcept { return simdjson::validate_utf8(text.data(), text.size()); }

bool utf8_validator::feed(std::string_view piece) noexcept
{
    std::size_t i = 0;
    while (i < piece.size() && state_ != between && state_ != bad)
        state_ = step(state_, static_cast<unsigned char>(piece[i++]));
    if (state_ == bad) return false;
    if (i == piece.size()) return true;
    piece.remove_prefix(i);
    auto const tail = unfinished_tail(piece);
    if (!is_utf8(piece.substr(0, piece.size() - tail))) {
        state_ = bad;
        return false;
    }
    for (char const c : piece.substr(piece.size() - tail)) state_ = step(state_, static_cast<unsigned char>(c));
    return state_ != bad;
}

void append_sanitized(std::string& out, std::string_view text)
{
    constexpr std::string_view replacement = "\xef\xbf\xbd";
    std::uint8_t state = between;
    std::size_t good = 0; // everything before is in `out`
    for (std::size_t i = 0; i < text.size();) {
        auto const next = step(state, static_cast<unsigned char>(text[i]));
        if (next != bad) {
            state = next;
            ++i;
            if (state == between) {
                out.append(text.substr(good, i - good));
                good = i;
            }
            continue;
        }
        out.append(replacement);
        if (state == between) ++i; // else the byte may begin a character of its own
        good = i;
        state = between;
    }
    if (state != between) out.append(replacement);
}

std::string sanitize(std::string_view text)
{
    if (is_utf8(text)) return std::string(text);
    std::string out;
    append_sanitized(out, text);
    return out;
}

} // namespace partyline::base
