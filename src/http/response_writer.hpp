// Turns a response into bytes. Knows no socket; called by net's connection, and for raw refusals before an upgrade.
#pragma once

#include <string>
#include <string_view>

#include <partyline/http.hpp>
#include <partyline/result.hpp>

namespace partyline::http {

/// How a response is put on its connection.
struct framing
{
    /// The answer to a HEAD request: the head alone, with the Content-Length that the body has.
    bool head_only = false;
    /// `false`: says `Connection: close`.
    bool keep_alive = true;
    /// Of the request: an HTTP/1.0 client is told that the connection stays, and gets no chunks.
    int minor_version = 1;
    /// The body follows in chunks (`write_chunk`), its size is not known.
    bool chunked = false;
    /// The text of a Date header; none if empty.
    std::string_view date = {};
};

/// Appends status line, headers and the empty line. A header that could split the response is refused: `invalid_option`,
/// and nothing is appended. The user's own Content-Length, Transfer-Encoding and (but for 101) Connection are left out.
[[nodiscard]] result<void> write_head(std::string& out, response const& message, framing const& how);

/// Head and body in one text. Status 1xx, 204 and 304, and answers to HEAD, have no body (RFC 9110 section 6.4.1).
[[nodiscard]] result<void> write_response(std::string& out, response const& message, framing const& how);

/// Appends one chunk; nothing for an empty one, which would end the body.
void write_chunk(std::string& out, std::string_view data);
/// Ends a chunked body.
void write_last_chunk(std::string& out);

/// "HTTP/1.1 100 Continue" with its empty line.
inline constexpr std::string_view continue_response = "HTTP/1.1 100 Continue\r\n\r\n";

/// Whether a response of that status may carry a body at all.
[[nodiscard]] bool may_have_body(int status) noexcept;

} // namespace partyline::http
