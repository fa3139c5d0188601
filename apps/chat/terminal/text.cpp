// How wide a character is, glibc knows, whose tables terminals follow. The rest is ours.
#include "text.hpp"

#include <algorithm>
#include <clocale>
#include <cwchar>

namespace chat {

namespace {

constexpr char32_t unreadable = 0xFFFD;
constexpr std::size_t most_accents = 6; // on one character: more would grow into the lines above

bool is_continuation(char c) noexcept { return (c & 0xC0) == 0x80; }

/// Orders about the direction of writing.
bool is_direction(char32_t c) noexcept { return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069); }

std::size_t width(char32_t c) noexcept
{
    // A locale of our own: the program's may be "C", in which nothing but ASCII has a width.
    static locale_t const tables = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (c < 0x7F) return c < ' ' ? 0 : 1;
    if (!tables) return 1;
    auto const before = ::uselocale(tables);
    int const found = ::wcwidth(static_cast<wchar_t>(c));
    ::uselocale(before);
    if (found >= 0) return static_cast<std::size_t>(found);
    return c >= 0x1F000 ? 2 : 1; // newer than the tables
}

} // namespace

char32_t decode(std::string_view text, std::size_t& at) noexcept
{
    auto const first = static_cast<unsigned char>(text[at++]);
    if (first < 0x80) return first;
    std::size_t const more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    if (first < 0xC2 || first > 0xF4 || at + more > text.size()) return unreadable;
    char32_t read = first & (0x3F >> more);
    for (std::size_t i = 0; i < more; ++i) {
        if (!is_continuation(text[at + i])) return unreadable;
        read = (read << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3F);
    }
    constexpr char32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (read < least[more] || read > 0x10FFFF || (read >= 0xD800 && read <= 0xDFFF)) return unreadable;
    at += more;
    return read;
}

void append(std::string& out, char32_t c)
{
    auto const tail = [&](int shift) { out += static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | (c >> 6));
        tail(0);
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | (c >> 12));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xF0 | (c >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

std::string cleaned(std::string_view text)
{
    std::string out;
    std::size_t accents = 0;
    bool after_wide = false;
    for (std::size_t at = 0; at < text.size();) {
        auto c = decode(text, at);
        if (c == '\r' && at < text.size() && text[at] == '\n') continue;
        if (c == '\n' || c == 0x85 || c == 0x2028 || c == 0x2029) {
            out += '\n';
            accents = 0;
            continue;
        }
        if (c == '\t') {
            out += "    ";
            continue;
        }
        if (c < ' ') c += 0x2400; // the sign for it: U+241B stands for escape
        if (c == 0x7F) c = 0x2421;
        if ((c >= 0x80 && c < 0xA0) || is_direction(c)) c = unreadable;
        // Terminals disagree about the width of what these two join or change; without them they agree.
        if (c == 0xFE0F || (c == 0x200D && after_wide)) continue;
        auto const wide = width(c);
        accents = wide == 0 ? accents + 1 : 0;
        if (accents > most_accents) continue;
        if (wide > 0) after_wide = wide == 2;
        append(out, c);
    }
    return out;
}

std::string cleaned_line(std::string_view text)
{
    auto out = cleaned(text);
    std::replace(out.begin(), out.end(), '\n', ' ');
    return out;
}

std::size_t columns(std::string_view text) noexcept
{
    std::size_t sum = 0;
    for (std::size_t at = 0; at < text.size();) sum += width(decode(text, at));
    return sum;
}

std::size_t after_character(std::string_view text, std::size_t at) noexcept
{
    if (at >= text.size()) return text.size();
    if (decode(text, at) < ' ') return at;
    for (std::size_t next = at; at < text.size(); at = next) {
        auto const c = decode(text, next);
        if (c < ' ' || width(c) > 0) break;
    }
    return at;
}

std::size_t before_character(std::string_view text, std::size_t at) noexcept
{
    at = std::min(at, text.size());
    while (at > 0) {
        do --at;
        while (at > 0 && is_continuation(text[at]));
        auto next = at;
        auto const c = decode(text, next);
        if (c < ' ' || width(c) > 0) break;
    }
    return at;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t first, std::size_t others)
{
    std::vector<std::string> rows(1);
    std::size_t used = 0;
    auto const limit = [&] { return std::max<std::size_t>(rows.size() == 1 ? first : others, 2); };
    auto const new_row = [&] {
        rows.emplace_back();
        used = 0;
    };
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '\n') {
            new_row();
            ++at;
            continue;
        }
        auto const spaces = std::min(text.find_first_not_of(' ', at), text.size()) - at;
        auto const end = std::min(text.find_first_of(" \n", at + spaces), text.size());
        auto const word = text.substr(at + spaces, end - at - spaces);
        auto const wide = columns(word);
        bool const fits_here = used + spaces + wide <= limit();
        if (word.empty() && !fits_here) {
            at = end; // spaces that nobody would see
            continue;
        }
        if (!fits_here && used > 0 && wide <= others)
            new_row(); // the spaces before the word end the row
        else if (used + spaces <= limit()) {
            rows.back().append(spaces, ' ');
            used += spaces;
        }
        for (std::size_t next = 0, from = 0; from < word.size(); from = next) {
            next = after_character(word, from);
            auto const piece = word.substr(from, next - from);
            auto const takes = columns(piece);
            if (used + takes > limit()) new_row();
            rows.back() += piece;
            used += takes;
        }
        at = end;
    }
    return rows;
}

std::string shortened(std::string_view text, std::size_t limit)
{
    if (columns(text) <= limit) return std::string(text);
    if (limit == 0) return {};
    std::size_t end = 0, used = 0;
    for (std::size_t next = 0; end < text.size(); end = next) {
        next = after_character(text, end);
        used += columns(text.substr(end, next - end));
        if (used > limit - 1) break;
    }
    return std::string(text.substr(0, end)) + "…";
}

} // namespace chat
