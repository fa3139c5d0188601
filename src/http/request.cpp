// Requests as values: the parts of a target, and what the headers say of the connection.
#include "http/request.hpp"

#include <algorithm>
#include <array>

#include "http/token.hpp"

namespace partyline::http {

namespace {

constexpr std::array<std::string_view, 10> method_names = {"",       "GET",     "HEAD",    "POST",  "PUT",
                                                           "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};

struct target_parts
{
    std::string_view authority;
    std::string_view path;
    std::string_view query;
};

// The four forms of RFC 9112 section 3.2. `#` cannot occur: the reader refuses it.
target_parts split(std::string_view target, method verb) noexcept
{
    target_parts parts;
    if (verb == method::connect) {
        parts.authority = target;
        return parts;
    }
    auto rest = target;
    if (!rest.empty() && rest.front() != '/' && rest.front() != '*') {
        if (auto const scheme = rest.find("://"); scheme != rest.npos) rest.remove_prefix(scheme + 3);
        auto const end = std::min(rest.find_first_of("/?"), rest.size());
        parts.authority = rest.substr(0, end);
        rest.remove_prefix(end);
    }
    auto const mark = rest.find('?');
    parts.path = rest.substr(0, mark);
    if (mark != rest.npos) parts.query = rest.substr(mark + 1);
    if (parts.path.empty()) parts.path = "/";
    return parts;
}

} // namespace

std::string_view to_string(method verb) noexcept
{
    auto const index = static_cast<std::size_t>(verb);
    return index < method_names.size() ? method_names[index] : std::string_view{};
}

method to_method(std::string_view text) noexcept
{
    for (std::size_t i = 1; i < method_names.size(); ++i) {
        if (method_names[i] == text) return static_cast<method>(i);
    }
    return method::unknown;
}

std::string_view request::method_text() const noexcept
{
    return method == http::method::unknown ? std::string_view(unknown_method) : to_string(method);
}

std::string_view request::path() const noexcept { return split(target, method).path; }

std::string_view request::query() const noexcept { return split(target, method).query; }

std::string_view request::host() const noexcept
{
    auto const authority = split(target, method).authority;
    return authority.empty() ? header("host") : authority;
}

bool request::is_upgrade() const noexcept
{
    return headers.has_token("connection", "upgrade") && headers.contains("upgrade");
}

bool request::is_upgrade_to(std::string_view protocol) const noexcept
{
    return is_upgrade() && headers.has_token("upgrade", protocol);
}

} // namespace partyline::http
