// The cookies of a client; see cookie_jar.hpp.
#include "http/cookie_jar.hpp"

#include <algorithm>
#include <charconv>

#include "http/date.hpp"
#include "http/ip_literal.hpp"
#include "http/token.hpp"

namespace partyline::http {

namespace {

std::string lower_case(std::string_view text)
{
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

bool is_visible(std::string_view text) noexcept
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return byte >= 0x20 && byte != 0x7f;
    });
}

// Section 5.2.2: a minus sign and digits. What is too large is as good as for ever.
std::optional<std::chrono::seconds> parse_max_age(std::string_view text) noexcept
{
    auto const digits = text.starts_with('-') ? text.substr(1) : text;
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    constexpr long long most = 400LL * 24 * 3600; // RFC 6265bis section 5.5
    long long number = most;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return std::chrono::seconds(text.starts_with('-') ? 0 : std::min(number, most));
}

// The form of today, and that of the first years, with dashes between day, month and year.
std::optional<std::chrono::sys_seconds> parse_expires(std::string_view text)
{
    std::string date(text);
    if (date.size() == 29 && date[7] == '-' && date[11] == '-') date[7] = date[11] = ' ';
    return parse_date(date);
}

void read_attribute(std::string_view name, std::string_view value, set_cookie& out)
{
    if (equals_ignoring_case(name, "max-age")) {
        if (auto const age = parse_max_age(value)) out.max_age = age;
    } else if (equals_ignoring_case(name, "expires")) {
        if (auto const time = parse_expires(value)) out.expires = time;
    } else if (equals_ignoring_case(name, "domain")) {
        if (value.starts_with('.')) value.remove_prefix(1);
        if (!value.empty()) out.domain = lower_case(value);
    } else if (equals_ignoring_case(name, "path")) {
        out.path = value.starts_with('/') ? value : std::string_view{};
    } else if (equals_ignoring_case(name, "secure")) {
        out.secure = true;
    }
}

// Section 5.1.3: the same, or a name that ends in a dot and the domain.
bool domain_matches(std::string_view host, std::string_view domain) noexcept
{
    if (host == domain) return true;
    return host.size() > domain.size() && host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.' &&
           !parse_ip(host);
}

// Section 5.1.4.
bool path_matches(std::string_view request, std::string_view path) noexcept
{
    if (!request.starts_with(path)) return false;
    return request.size() == path.size() || path.ends_with('/') || request[path.size()] == '/';
}

std::string_view directory_of(std::string_view path) noexcept
{
    auto const slash = path.rfind('/');
    return slash == 0 || slash == path.npos ? std::string_view("/") : path.substr(0, slash);
}

// What a name promises (RFC 6265bis section 4.1.3) has to be kept.
bool keeps_its_prefix(set_cookie const& cookie) noexcept
{
    if (cookie.name.starts_with("__Host-")) return cookie.secure && cookie.domain.empty() && cookie.path == "/";
    return !cookie.name.starts_with("__Secure-") || cookie.secure;
}

} // namespace

std::optional<set_cookie> parse_set_cookie(std::string_view header)
{
    if (!is_visible(header)) return std::nullopt;
    auto const next = [&header] {
        auto const end = header.find(';');
        auto const part = header.substr(0, end);
        header = end == header.npos ? std::string_view{} : header.substr(end + 1);
        return part;
    };
    auto const pair = next();
    auto const equals = pair.find('=');
    if (equals == pair.npos) return std::nullopt;
    set_cookie found{std::string(trim(pair.substr(0, equals))), std::string(trim(pair.substr(equals + 1)))};
    if (found.name.empty()) return std::nullopt;
    while (!header.empty()) {
        auto const attribute = next();
        auto const sign = attribute.find('=');
        auto const value = sign == attribute.npos ? std::string_view{} : attribute.substr(sign + 1);
        read_attribute(trim(attribute.substr(0, sign)), trim(value), found);
    }
    return found;
}

void cookie_jar::store(std::string_view header, cookie_scope const& from, time now)
{
    if (header.size() > 2 * most_bytes) return;
    auto cookie = parse_set_cookie(header);
    if (!cookie || cookie->name.size() + cookie->value.size() > most_bytes || cookie->path.size() > most_bytes) return;
    if (!keeps_its_prefix(*cookie) || (cookie->secure && !from.secure)) return;
    bool const host_only = cookie->domain.empty() || cookie->domain == from.host;
    if (!host_only) {
        // A domain without a dot inside is everybody's ("com").
        if (cookie->domain.find('.') == std::string::npos || !domain_matches(from.host, cookie->domain)) return;
    }
    kept fresh{
        std::move(cookie->name), std::move(cookie->value), {}, std::move(cookie->path), host_only, cookie->secure, {}};
    fresh.domain = host_only ? std::string(from.host) : std::move(cookie->domain);
    if (fresh.path.empty()) fresh.path = directory_of(from.path);
    if (cookie->max_age)
        fresh.expires = now + *cookie->max_age;
    else
        fresh.expires = cookie->expires;

    auto const same = std::find_if(cookies_.begin(), cookies_.end(), [&](kept const& other) {
        return other.name == fresh.name && other.domain == fresh.domain && other.path == fresh.path &&
               other.host_only == fresh.host_only;
    });
    bool const is_over = fresh.expires && *fresh.expires <= now; // how a server takes a cookie back
    if (same != cookies_.end()) {
        if (is_over)
            cookies_.erase(same);
        else
            *same = std::move(fresh); // keeps its place among the others
        return;
    }
    if (is_over) return;
    if (cookies_.size() == most_cookies) drop_expired(now);
    if (cookies_.size() == most_cookies) cookies_.erase(cookies_.begin());
    cookies_.push_back(std::move(fresh));
}

std::string cookie_jar::header(cookie_scope const& to, time now)
{
    drop_expired(now);
    std::vector<kept const*> fitting;
    for (auto const& cookie : cookies_) {
        bool const is_for_host = cookie.host_only ? cookie.domain == to.host : domain_matches(to.host, cookie.domain);
        if (is_for_host && path_matches(to.path, cookie.path) && (to.secure || !cookie.secure))
            fitting.push_back(&cookie);
    }
    std::stable_sort(fitting.begin(), fitting.end(),
                     [](kept const* a, kept const* b) { return a->path.size() > b->path.size(); });
    std::string out;
    for (auto const* cookie : fitting)
        out.append(out.empty() ? "" : "; ").append(cookie->name).append("=").append(cookie->value);
    return out;
}

void cookie_jar::drop_expired(time now)
{
    std::erase_if(cookies_, [now](kept const& cookie) { return cookie.expires && *cookie.expires <= now; });
}

} // namespace partyline::http
