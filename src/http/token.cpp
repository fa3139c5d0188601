// The grammar that headers share; see token.hpp.
#include "http/token.hpp"

#include <algorithm>
#include <array>

namespace partyline::http {

namespace {

constexpr std::array<bool, 256> make_token_table()
{
    std::array<bool, 256> table{};
    for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
    return table;
}
constexpr auto token_table = make_token_table();

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

} // namespace

bool is_token_char(char c) noexcept { return token_table[static_cast<unsigned char>(c)]; }

bool is_token(std::string_view text) noexcept
{
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

bool is_field_value(std::string_view text) noexcept
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
    });
}

bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept
{
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) noexcept
{
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::string_view next_list_member(std::string_view& rest, char separator) noexcept
{
    std::size_t at = 0;
    for (bool quoted = false; at < rest.size(); ++at) {
        char const c = rest[at];
        if (c == '"') {
            quoted = !quoted;
        } else if (quoted && c == '\\') {
            ++at; // a quoted pair: whatever follows stands for itself
        } else if (!quoted && c == separator) {
            break;
        }
    }
    at = std::min(at, rest.size());
    auto const member = trim(rest.substr(0, at));
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return member;
}

bool list_has_token(std::string_view list, std::string_view token) noexcept
{
    while (!list.empty()) {
        if (equals_ignoring_case(next_list_member(list), token)) return true;
    }
    return false;
}

} // namespace partyline::http
