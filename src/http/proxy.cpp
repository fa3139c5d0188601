// The rules of the proxy variables; see proxy.hpp.
#include "http/proxy.hpp"

#include <charconv>

#include "http/ip_literal.hpp"
#include "http/token.hpp"

namespace partyline::http {

namespace {

bool parse_number(std::string_view text, unsigned most, unsigned& out) noexcept
{
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out);
    return !text.empty() && failure == std::errc{} && end == text.data() + text.size() && out <= most;
}

// "host:port", "[v6]:port" or either without the port; false where a port is named that is not the target's.
bool strip_port(std::string_view& entry, std::uint16_t port) noexcept
{
    std::string_view digits;
    if (entry.starts_with('[')) {
        auto const end = entry.find(']');
        if (end == entry.npos) return false;
        if (auto const rest = entry.substr(end + 1); rest.starts_with(':'))
            digits = rest.substr(1);
        else if (!rest.empty())
            return false;
        entry = entry.substr(1, end - 1);
    } else if (auto const colon = entry.find(':'); colon != entry.npos && entry.find(':', colon + 1) == entry.npos) {
        digits = entry.substr(colon + 1);
        entry = entry.substr(0, colon);
    }
    unsigned number = 0;
    return digits.empty() || (parse_number(digits, 65'535, number) && number == port);
}

bool names(std::string_view entry, url const& target) noexcept
{
    if (entry == "*") return true;
    if (auto const slash = entry.find('/'); slash != entry.npos) {
        auto const network = parse_ip(entry.substr(0, slash));
        auto const address = parse_ip(target.host);
        unsigned bits = 0;
        return network && address && parse_number(entry.substr(slash + 1), 128, bits) &&
               same_network(*network, *address, bits);
    }
    if (!strip_port(entry, target.port)) return false;
    if (auto const address = parse_ip(entry)) return parse_ip(target.host) == address;
    if (entry.starts_with("*.")) entry.remove_prefix(1);
    if (entry.starts_with('.')) entry.remove_prefix(1);
    if (entry.ends_with('.')) entry.remove_suffix(1);
    std::string_view host = target.host;
    if (host.ends_with('.')) host.remove_suffix(1);
    if (entry.empty() || entry.size() > host.size() || parse_ip(host)) return false;
    auto const rest = host.size() - entry.size();
    return equals_ignoring_case(host.substr(rest), entry) && (rest == 0 || host[rest - 1] == '.');
}

} // namespace

result<url> parse_proxy(std::string_view text)
{
    std::string whole(text);
    if (text.find("://") == text.npos) whole.insert(0, "http://");
    if (auto const scheme = std::string_view(whole).substr(0, whole.find("://")); !equals_ignoring_case(scheme, "http"))
        return parse_url(whole) || equals_ignoring_case(scheme, "socks5") ? errc::unsupported : errc::invalid_url;
    return parse_url(whole);
}

result<std::optional<url>> choose_proxy(url const& target, proxy_settings const& settings)
{
    auto const text = trim(target.secure ? settings.https_proxy : settings.http_proxy);
    if (text.empty() || bypasses_proxy(target, settings.no_proxy)) return std::optional<url>();
    auto found = parse_proxy(text);
    if (!found) return found.error();
    return std::optional<url>(std::move(*found));
}

bool bypasses_proxy(url const& target, std::string_view no_proxy) noexcept
{
    constexpr std::string_view separators = ", \t";
    while (true) {
        auto const begin = no_proxy.find_first_not_of(separators);
        if (begin == no_proxy.npos) return false;
        no_proxy.remove_prefix(begin);
        auto const end = no_proxy.find_first_of(separators);
        if (names(no_proxy.substr(0, end), target)) return true;
        if (end == no_proxy.npos) return false;
        no_proxy.remove_prefix(end);
    }
}

} // namespace partyline::http
