#include "socketio/offset.hpp"

namespace partyline::socketio {

namespace {

// digits of base 64, in the order of their character codes
constexpr std::string_view alphabet = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
static_assert(alphabet.size() == 64);

} // namespace

offset_text::offset_text(std::uint64_t number) noexcept
{
    do {
        text_[--begin_] = alphabet[number % 64];
        number /= 64;
    } while (number != 0);
}

std::optional<std::uint64_t> read_offset(std::string_view text) noexcept
{
    if (text.empty() || text.size() > offset_text::max_size) return std::nullopt;
    if (text.size() > 1 && text[0] == alphabet[0]) return std::nullopt; // a leading zero: not as we write it
    std::uint64_t number = 0;
    for (char const c : text) {
        auto const digit = alphabet.find(c);
        if (digit == std::string_view::npos || number > (UINT64_MAX - digit) / 64) return std::nullopt;
        number = number * 64 + digit;
    }
    return number;
}

} // namespace partyline::socketio
