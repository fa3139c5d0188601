// The opening handshake (RFC 6455 section 4) for both roles, on header values: no HTTP is read or kept here. The server's
// front calls `accept_upgrade`, the HTTP client `request_upgrade` and `confirm_upgrade`.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include <partyline/result.hpp>

#include "websocket/deflate_negotiation.hpp"

namespace partyline::websocket {

/// What the handshake looks at in a request. Views into the caller's request; empty: the header is not there. A header
/// that came in several lines is joined with ", ".
struct upgrade_request
{
    std::string_view method;
    int http_minor = 1;               ///< of HTTP/1.x
    std::string_view upgrade;         ///< Upgrade
    std::string_view connection;      ///< Connection
    std::string_view key;             ///< Sec-WebSocket-Key
    std::string_view version;         ///< Sec-WebSocket-Version
    std::string_view protocols = {};  ///< Sec-WebSocket-Protocol
    std::string_view extensions = {}; ///< Sec-WebSocket-Extensions
};

/// Whether the request asks for a WebSocket at all: `Upgrade: websocket`, whatever else is wrong with it.
[[nodiscard]] bool asks_for_websocket(std::string_view upgrade_header) noexcept;

/// A request that is accepted.
struct upgrade_answer
{
    /// "HTTP/1.1 101 Switching Protocols" and all header lines, each with its CRLF. The caller appends further lines if
    /// he has any, then an empty one.
    std::string head;
    std::string_view protocol; ///< the one that was chosen; empty: none
    std::optional<deflate_parameters> deflate;
};

/// A request that is not.
struct upgrade_refusal
{
    int status = 400;        ///< 400, 405 or 426
    std::string_view reason; ///< one sentence for the body
    std::string_view header; ///< a header line for the response, without CRLF; may be empty
};

/// Server: checks the request and makes the answer, or says why not. The first subprotocol that is offered is chosen, as
/// npm's `ws` does. `deflate`: null where compression is off.
std::variant<upgrade_answer, upgrade_refusal> accept_upgrade(upgrade_request const& request,
                                                             deflate_options const* deflate);

/// Sixteen bytes that nobody could foresee (section 4.1).
using handshake_nonce = std::span<std::byte const, 16>;

/// Client: the header lines of the request that belong to the handshake, each with its CRLF: Connection, Upgrade,
/// Sec-WebSocket-Version, Sec-WebSocket-Key, and Sec-WebSocket-Protocol and Sec-WebSocket-Extensions where asked for.
[[nodiscard]] std::string request_upgrade(handshake_nonce nonce, std::span<std::string_view const> protocols,
                                          deflate_options const* deflate);

/// What the handshake looks at in a response.
struct upgrade_response
{
    int status = 0;
    std::string_view upgrade;
    std::string_view connection;
    std::string_view accept;          ///< Sec-WebSocket-Accept
    std::string_view protocol = {};   ///< Sec-WebSocket-Protocol
    std::string_view extensions = {}; ///< Sec-WebSocket-Extensions
};

/// What client and server agreed on.
struct upgrade_agreement
{
    std::string_view protocol; ///< one of those offered, or empty
    std::optional<deflate_parameters> deflate;
};

/// Client: checks the answer to `request_upgrade` with the same arguments. `refused` for any status but 101,
/// `invalid_handshake` for an answer that the RFC does not allow.
result<upgrade_agreement> confirm_upgrade(upgrade_response const& response, handshake_nonce nonce,
                                          std::span<std::string_view const> protocols, deflate_options const* deflate);

/// Sec-WebSocket-Accept for a key: base64 of the SHA-1 of the key and the fixed GUID (section 4.2.2).
[[nodiscard]] std::string accept_for(std::string_view key);

} // namespace partyline::websocket
