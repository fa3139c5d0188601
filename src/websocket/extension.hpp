// The header Sec-WebSocket-Extensions (RFC 6455 section 9.1): read into values, linear in its length, bounded in number.
// What the extensions mean is decided in `deflate_negotiation`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/result.hpp>

namespace partyline::websocket {

/// `name` or `name=value`. Names are compared as they are written, as every implementation does.
struct extension_parameter
{
    std::string_view name;            ///< a view into the header
    std::optional<std::string> value; ///< unquoted; none where there was no "="
    friend bool operator==(extension_parameter const&, extension_parameter const&) = default;
};

/// One offer or answer.
struct extension
{
    std::string_view name; ///< a view into the header
    std::vector<extension_parameter> parameters;
    friend bool operator==(extension const&, extension const&) = default;
};

/// More than these in one header are refused with `limit_exceeded`.
inline constexpr std::size_t max_extensions = 32;
inline constexpr std::size_t max_extension_parameters = 16; // of each

/// Reads the value of the header (several header lines joined by commas). An empty value is an empty list; empty
/// elements, bad tokens, and quoted values that are no tokens once unquoted are `invalid_handshake`.
result<std::vector<extension>> parse_extensions(std::string_view header);

} // namespace partyline::websocket
