// Which proxy a connection takes, by the rules of HTTP_PROXY, HTTPS_PROXY and NO_PROXY. The values are arguments: the
// environment is read by whoever wants it to count.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <partyline/result.hpp>

#include "http/url.hpp"

namespace partyline::http {

/// The values of the variables; empty: not set.
struct proxy_settings
{
    std::string http_proxy = {};  ///< for http and ws
    std::string https_proxy = {}; ///< for https and wss
    std::string no_proxy = {};    ///< where neither is used
};

/// Reads "http://user:password@host:port", the scheme being optional and 80 the default port. `invalid_url`, and `unsupported` for a
/// scheme other than http.
[[nodiscard]] result<url> parse_proxy(std::string_view text);

/// The proxy for `target`, or none. Errors as `parse_proxy`.
[[nodiscard]] result<std::optional<url>> choose_proxy(url const& target, proxy_settings const& settings);

/// Whether a NO_PROXY list names the target: "*", a name (and all below it, with or without a leading dot), an address, a network
/// ("10.0.0.0/8"), each with an optional port; commas or blanks between them.
[[nodiscard]] bool bypasses_proxy(url const& target, std::string_view no_proxy) noexcept;

} // namespace partyline::http
