// The URL that a client connects to; see url.hpp (RFC 3986).
#include "http/url.hpp"

#include <algorithm>
#include <utility>

#include "http/ip_literal.hpp"
#include "http/percent.hpp"
#include "http/token.hpp"

namespace partyline::http {

namespace {

constexpr std::size_t longest = 8192;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_url_char(char c) noexcept
{
    auto const byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte < 0x7f && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
}

bool all_digits(std::string_view text) noexcept { return std::all_of(text.begin(), text.end(), is_digit); }

bool read_scheme(std::string_view name, url& out) noexcept
{
    auto const is = [&](std::string_view other) { return equals_ignoring_case(name, other); };
    out.secure = is("https") || is("wss");
    out.websocket = is("ws") || is("wss");
    return out.secure || out.websocket || is("http");
}

// Labels of letters, digits, hyphens and (for the names of containers) underscores. A last label of digits alone would be
// an address to some resolvers, so it has to be one to us as well.
bool is_host_name(std::string_view name) noexcept
{
    if (name.ends_with('.')) name.remove_suffix(1);
    if (name.empty() || name.size() > 253) return false;
    while (true) {
        auto const dot = name.find('.');
        auto const label = name.substr(0, dot);
        auto const fits = [](char c) {
            return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
        };
        if (label.empty() || label.size() > 63 || !std::all_of(label.begin(), label.end(), fits)) return false;
        if (dot == name.npos) return !all_digits(label) && !label.starts_with("0x") && !label.starts_with("0X");
        name.remove_prefix(dot + 1);
    }
}

bool read_port(std::string_view text, std::uint16_t& out) noexcept
{
    if (text.empty()) return true; // RFC 3986 section 3.2.3: as if it were not there
    if (text.size() > 5 || !all_digits(text)) return false;
    unsigned number = 0;
    for (char c : text) number = number * 10 + static_cast<unsigned>(c - '0');
    if (number == 0 || number > 65'535) return false;
    out = static_cast<std::uint16_t>(number);
    return true;
}

bool read_credentials(std::string_view text, url& out)
{
    out.has_credentials = true;
    auto const colon = text.find(':');
    auto user = percent_decode(text.substr(0, colon));
    auto password = percent_decode(colon == text.npos ? std::string_view{} : text.substr(colon + 1));
    if (!user || !password) return false;
    out.user = std::move(*user);
    out.password = std::move(*password);
    return true;
}

bool read_authority(std::string_view text, url& out)
{
    if (auto const at = text.rfind('@'); at != text.npos) {
        if (text.find('@') != at || !read_credentials(text.substr(0, at), out)) return false;
        text.remove_prefix(at + 1);
    }
    std::string_view host;
    if (text.starts_with('[')) {
        auto const end = text.find(']');
        if (end == text.npos) return false;
        host = text.substr(1, end - 1);
        if (auto const address = parse_ip(host); !address || !address->is_v6()) return false;
        text.remove_prefix(end + 1);
        if (!text.empty() && text.front() != ':') return false;
    } else {
        host = text.substr(0, text.find(':'));
        if (!is_host_name(host) && !parse_ip(host)) return false;
        text.remove_prefix(host.size());
    }
    out.port = out.secure ? 443 : 80;
    if (!text.empty() && !read_port(text.substr(1), out.port)) return false;
    out.host = host;
    for (char& c : out.host)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return true;
}

} // namespace

result<url> parse_url(std::string_view text)
{
    if (text.size() > longest || !std::all_of(text.begin(), text.end(), is_url_char)) return errc::invalid_url;
    url found;
    auto const colon = text.find("://");
    if (colon == text.npos || !read_scheme(text.substr(0, colon), found)) return errc::invalid_url;
    text.remove_prefix(colon + 3);
    text = text.substr(0, text.find('#'));
    auto const end = std::min(text.find_first_of("/?"), text.size());
    if (!read_authority(text.substr(0, end), found)) return errc::invalid_url;
    text.remove_prefix(end);
    auto const mark = text.find('?');
    found.path = text.substr(0, mark);
    if (found.path.empty()) found.path = "/";
    if (mark != text.npos) found.query = text.substr(mark + 1);
    return found;
}

std::string url::host_and_port() const
{
    bool const is_v6 = host.find(':') != host.npos;
    return (is_v6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

std::string url::authority() const
{
    auto out = host_and_port();
    if (port == (secure ? 443 : 80)) out.erase(out.rfind(':'));
    return out;
}

std::string url::origin() const { return (secure ? "https://" : "http://") + authority(); }

bool is_request_target(std::string_view target) noexcept
{
    return target.starts_with('/') && std::all_of(target.begin(), target.end(), [](char c) {
               auto const byte = static_cast<unsigned char>(c);
               return byte > 0x20 && byte < 0x7f && c != '#';
           });
}

} // namespace partyline::http
