// IP addresses as text; see ip_literal.hpp.
#include "http/ip_literal.hpp"

#include <algorithm>
#include <charconv>

namespace partyline::http {

namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Four decimal numbers up to 255 without leading zeros, which some would read as octal.
bool parse_four(std::string_view text, std::uint8_t* out) noexcept
{
    for (int i = 0; i < 4; ++i) {
        if (i != 0) {
            if (text.empty() || text.front() != '.') return false;
            text.remove_prefix(1);
        }
        std::size_t size = 0;
        unsigned number = 0;
        for (; size < text.size() && size < 3 && is_digit(text[size]); ++size)
            number = number * 10 + static_cast<unsigned>(text[size] - '0');
        if (size == 0 || number > 255 || (size > 1 && text.front() == '0')) return false;
        text.remove_prefix(size);
        *out++ = static_cast<std::uint8_t>(number);
    }
    return text.empty();
}

// Reads groups of sixteen bits up to "::" or the end, and answers how many bytes they are; -1 where the text is no address.
int parse_groups(std::string_view text, std::uint8_t* out, int room) noexcept
{
    int size = 0;
    while (!text.empty()) {
        auto const colon = text.find(':');
        auto const group = text.substr(0, colon);
        if (colon == text.npos && group.find('.') != group.npos) { // the last four bytes written as IPv4
            if (room - size < 4 || !parse_four(group, out + size)) return -1;
            return size + 4;
        }
        unsigned number = 0;
        auto const [end, failure] = std::from_chars(group.data(), group.data() + group.size(), number, 16);
        if (group.empty() || group.size() > 4 || failure != std::errc{} || end != group.data() + group.size())
            return -1;
        if (room - size < 2) return -1;
        out[size++] = static_cast<std::uint8_t>(number >> 8);
        out[size++] = static_cast<std::uint8_t>(number & 0xff);
        if (colon == text.npos) break;
        text.remove_prefix(colon + 1);
        if (text.empty()) return -1;
    }
    return size;
}

bool parse_sixteen(std::string_view text, std::uint8_t* out) noexcept
{
    auto const gap = text.find("::");
    if (gap == text.npos) return parse_groups(text, out, 16) == 16;
    auto const front = text.substr(0, gap);
    auto const back = text.substr(gap + 2);
    if (front.find('.') != front.npos) return false;
    std::uint8_t tail[16];
    int const before = parse_groups(front, out, 14); // the gap stands for one group at least
    int const behind = parse_groups(back, tail, 14);
    if (before < 0 || behind < 0 || before + behind > 14) return false;
    std::copy(tail, tail + behind, out + 16 - behind);
    return true;
}

void append_number(std::string& out, unsigned number, int base)
{
    char digits[8];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number, base).ptr);
}

} // namespace

std::optional<ip_literal> parse_ip(std::string_view text) noexcept
{
    ip_literal found;
    if (text.find(':') == text.npos) {
        if (parse_four(text, found.bytes.data())) return found;
        return std::nullopt;
    }
    found.size = 16;
    if (parse_sixteen(text, found.bytes.data())) return found;
    return std::nullopt;
}

std::string to_string(ip_literal const& address)
{
    std::string out;
    if (!address.is_v6()) {
        for (std::size_t i = 0; i < 4; ++i) {
            if (i != 0) out += '.';
            append_number(out, address.bytes[i], 10);
        }
        return out;
    }
    std::array<unsigned, 8> groups{};
    for (std::size_t i = 0; i < 8; ++i) groups[i] = address.bytes[2 * i] * 256u + address.bytes[2 * i + 1];
    // RFC 5952 section 4.2: the longest run of zeros, the first of equals, two groups at least.
    std::size_t gap = 8;
    std::size_t gap_size = 1;
    for (std::size_t i = 0; i < 8; ++i) {
        std::size_t size = 0;
        while (i + size < 8 && groups[i + size] == 0) ++size;
        if (size > gap_size) {
            gap = i;
            gap_size = size;
        }
        i += size;
    }
    for (std::size_t i = 0; i < 8;) {
        if (i == gap) {
            out += "::";
            i += gap_size;
            continue;
        }
        if (!out.empty() && out.back() != ':') out += ':';
        append_number(out, groups[i++], 16);
    }
    return out;
}

bool same_network(ip_literal const& a, ip_literal const& b, unsigned bits) noexcept
{
    if (a.size != b.size || bits > a.size * 8u) return false;
    std::size_t const whole = bits / 8;
    if (!std::equal(a.bytes.begin(), a.bytes.begin() + static_cast<std::ptrdiff_t>(whole), b.bytes.begin()))
        return false;
    unsigned const rest = bits % 8;
    if (rest == 0) return true;
    unsigned const mask = 0xff00u >> rest & 0xffu;
    return (a.bytes[whole] & mask) == (b.bytes[whole] & mask);
}

} // namespace partyline::http
