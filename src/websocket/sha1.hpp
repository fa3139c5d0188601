// SHA-1 (RFC 3174), for Sec-WebSocket-Accept alone, where it proves that a handshake was understood and protects nothing.
// Our own, because OpenSSL is not for pure floors, and Boost's stands in a `detail` namespace that has changed its type
// between releases.
#pragma once

#include <array>
#include <string_view>

namespace partyline::websocket {

using sha1_digest = std::array<unsigned char, 20>;

[[nodiscard]] sha1_digest sha1(std::string_view text) noexcept;

} // namespace partyline::websocket
