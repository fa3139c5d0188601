// Turns a request into bytes, and refuses what could split it: line ends in a header, blanks in a target. The client's side;
// it knows no connection and chooses no headers but those that frame the message.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <partyline/http.hpp>
#include <partyline/result.hpp>

namespace partyline::http {

/// What a request consists of, in views of the caller's.
struct request_parts
{
    std::string_view method = "GET";
    std::string_view target = "/"; ///< "/path?query"; with CONNECT "host:port"
    std::string_view host = {};    ///< for the Host header, see `url::authority`; one among the headers goes before it
    header_list const* headers = nullptr;
    std::string_view cookies = {};             ///< for the Cookie header, behind one among the headers; empty: none
    std::optional<std::string_view> body = {}; ///< none: no Content-Length either
    /// Whole header lines, each with its CRLF, as `websocket::request_upgrade` makes them. Headers of the same names
    /// are left out: the handshake is not theirs to change.
    std::string_view handshake = {};
};

/// Appends head and body. `Content-Length`, `Transfer-Encoding` and (but for a handshake) `Connection` are the writer's
/// business and left out. `invalid_option` for a method, target, name or value that must not travel; `out` is unchanged then.
result<void> write_request(std::string& out, request_parts const& request);

/// The value of Authorization or Proxy-Authorization (RFC 7617): "Basic " and base64. `invalid_option` for a colon in the
/// user's name, which nobody could tell from the one behind it, and for control characters.
[[nodiscard]] result<std::string> basic_authorization(std::string_view user, std::string_view password);

} // namespace partyline::http
