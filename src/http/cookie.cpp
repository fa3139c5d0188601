// Cookies on the wire; see cookie.hpp. The order of the attributes is that of npm's `cookie`.
#include "http/cookie.hpp"

#include <algorithm>

#include "http/date.hpp"
#include "http/percent.hpp"
#include "http/token.hpp"

namespace partyline::http {

namespace {

// cookie-octet of RFC 6265 section 4.1.1, and what browsers send and accept besides: everything printable but `;`.
bool is_attribute_value(std::string_view text) noexcept
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return byte >= 0x20 && byte < 0x7f && c != ';';
    });
}

bool is_cookie_value(std::string_view text) noexcept
{
    return is_attribute_value(text) && text.find_first_of(" ,") == text.npos;
}

// Labels of letters, digits and inner hyphens, with a leading dot allowed (RFC 1034 section 3.5).
bool is_domain(std::string_view text) noexcept
{
    if (text.starts_with('.')) text.remove_prefix(1);
    if (text.empty() || text.size() > 253) return false;
    while (true) {
        auto const end = text.find('.');
        auto const label = text.substr(0, end);
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
        auto const fits = [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
        };
        if (!std::all_of(label.begin(), label.end(), fits)) return false;
        if (end == text.npos) return true;
        text.remove_prefix(end + 1);
    }
}

std::string_view to_string(cookie::site site) noexcept
{
    switch (site) {
    case cookie::site::strict:
        return "; SameSite=Strict";
    case cookie::site::lax:
        return "; SameSite=Lax";
    case cookie::site::none:
        return "; SameSite=None";
    case cookie::site::unset:
        break;
    }
    return {};
}

std::string_view to_string(cookie::importance priority) noexcept
{
    switch (priority) {
    case cookie::importance::low:
        return "; Priority=Low";
    case cookie::importance::medium:
        return "; Priority=Medium";
    case cookie::importance::high:
        return "; Priority=High";
    case cookie::importance::unset:
        break;
    }
    return {};
}

// Cuts the next pair off; the name is empty where there is no `=`.
bool next_pair(std::string_view& rest, std::string_view& name, std::string_view& value) noexcept
{
    if (rest.empty()) return false;
    auto const end = rest.find(';');
    auto const pair = rest.substr(0, end);
    rest = end == rest.npos ? std::string_view{} : rest.substr(end + 1);
    auto const equals = pair.find('=');
    name = equals == pair.npos ? std::string_view{} : trim(pair.substr(0, equals));
    value = equals == pair.npos ? std::string_view{} : trim(pair.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    return true;
}

std::string decode_value(std::string_view raw)
{
    auto decoded = percent_decode(raw);
    return decoded ? std::move(*decoded) : std::string(raw);
}

} // namespace

result<std::string> serialize(cookie const& what)
{
    if (!is_token(what.name)) return errc::invalid_option;
    auto const value = what.encode ? what.encode(what.value) : percent_encode(what.value);
    if (!is_cookie_value(value)) return errc::invalid_option;
    if (!what.domain.empty() && !is_domain(what.domain)) return errc::invalid_option;
    if (what.path && !is_attribute_value(*what.path)) return errc::invalid_option;

    std::string out = what.name + '=' + value;
    if (what.max_age) out += "; Max-Age=" + std::to_string(what.max_age->count());
    if (!what.domain.empty()) out += "; Domain=" + what.domain;
    if (what.path) out += "; Path=" + *what.path;
    if (what.expires) out += "; Expires=" + format_date(*what.expires);
    if (what.http_only) out += "; HttpOnly";
    if (what.secure) out += "; Secure";
    if (what.partitioned) out += "; Partitioned";
    out += to_string(what.priority);
    out += to_string(what.same_site);
    return out;
}

std::vector<cookie_pair> parse_cookies(std::string_view header, std::size_t limit)
{
    std::vector<cookie_pair> pairs;
    std::string_view name;
    std::string_view value;
    while (pairs.size() < limit && next_pair(header, name, value)) {
        if (!name.empty()) pairs.push_back({std::string(name), decode_value(value)});
    }
    return pairs;
}

std::optional<std::string> find_cookie(std::string_view header, std::string_view wanted)
{
    std::string_view name;
    std::string_view value;
    while (next_pair(header, name, value)) {
        if (!name.empty() && name == wanted) return decode_value(value);
    }
    return std::nullopt;
}

} // namespace partyline::http
