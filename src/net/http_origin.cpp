// The jar is pure and knows no time; here it is told.
#include "net/http_origin.hpp"

#include <algorithm>
#include <chrono>

namespace partyline::net {

namespace {

http::cookie_scope scope_of(http_origin const& origin, std::string_view target)
{
    return {origin.where.host, target.substr(0, target.find('?')), origin.where.secure};
}

http::cookie_jar::time now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

} // namespace

std::string http_origin::cookies_for(std::string_view target) const
{
    return cookies ? cookies->header(scope_of(*this, target), now()) : std::string();
}

void http_origin::keep_cookies(std::string_view target, http::received_response const& response) const
{
    if (!cookies) return;
    for (auto const field : response.headers)
        if (http::same_name(field.name, "set-cookie")) cookies->store(field.value, scope_of(*this, target), now());
}

bool operator==(http_origin const& a, http_origin const& b) noexcept
{
    auto const same_headers =
        std::equal(a.headers.begin(), a.headers.end(), b.headers.begin(), b.headers.end(),
                   [](auto const& x, auto const& y) { return x.name == y.name && x.value == y.value; });
    return same_headers && a.where == b.where && a.authority == b.authority && a.cookies == b.cookies &&
           a.connect == b.connect;
}

} // namespace partyline::net
