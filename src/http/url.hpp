// The URL that a client connects to, taken apart: `http`, `https`, `ws`, `wss`. Strict where two readers could differ; what a
// path means (here: a namespace) is not its business. Called by the client for its target and for its proxy.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <partyline/result.hpp>

namespace partyline::http {

/// A value.
struct url
{
    bool secure = false;    ///< https or wss
    bool websocket = false; ///< ws or wss
    std::string host;       ///< in lower case; an IPv6 address without its brackets
    std::uint16_t port = 0; ///< 80 or 443 where the text names none
    bool has_credentials = false;
    std::string user;     ///< decoded
    std::string password; ///< decoded
    std::string path;     ///< as sent, "/" at least
    std::string query;    ///< as sent, without the question mark

    /// What the Host header says: the port is named unless it is the scheme's own, an IPv6 address has brackets.
    [[nodiscard]] std::string authority() const;
    /// "host:port", always with the port: the target of a CONNECT request.
    [[nodiscard]] std::string host_and_port() const;
    /// "https://host": the Origin header, and the key under which connections can be shared.
    [[nodiscard]] std::string origin() const;

    friend bool operator==(url const&, url const&) = default;
};

/// `invalid_url` for another scheme, a missing host, bytes that may not stand in a URL, a host whose last label is a number
/// without being an IPv4 address ("127.1", which some resolve), a port outside 1 to 65,535. A fragment is dropped: it never travels.
[[nodiscard]] result<url> parse_url(std::string_view text);

/// Whether `target` may stand in a request line: "/path?query" of printable ASCII, no blanks.
[[nodiscard]] bool is_request_target(std::string_view target) noexcept;

} // namespace partyline::http
