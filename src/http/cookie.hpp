// Cookies on the wire: Set-Cookie written, Cookie read (RFC 6265), with the rules of npm's `cookie` module.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/cookie.hpp>
#include <partyline/result.hpp>

namespace partyline::http {

/// The value of a Set-Cookie header. A name, value, domain or path that could smuggle attributes or headers in (CR, LF,
/// `;`, control characters: CVE-2024-47764) is refused: `invalid_option`.
[[nodiscard]] result<std::string> serialize(cookie const& what);

struct cookie_pair
{
    std::string name;
    std::string value;
};

/// All pairs of a Cookie header in order, at most `limit`; quotes stripped, percent-decoded where that is possible.
[[nodiscard]] std::vector<cookie_pair> parse_cookies(std::string_view header, std::size_t limit = 256);

/// The first cookie of that name.
[[nodiscard]] std::optional<std::string> find_cookie(std::string_view header, std::string_view name);

} // namespace partyline::http
