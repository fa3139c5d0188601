// Base64 with the standard alphabet and padding (RFC 4648, section 4): how binary travels in long-polling payloads and
// in the WebSocket handshake. It does not know line breaks or the URL alphabet; nobody here sends them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/result.hpp>

namespace partyline::base {

/// How many characters `bytes` bytes become.
[[nodiscard]] constexpr std::size_t base64_size(std::size_t bytes) noexcept { return (bytes + 2) / 3 * 4; }

/// Appends the base64 text of `bytes` to `out`.
void append_base64(std::string& out, std::span<std::byte const> bytes);
[[nodiscard]] std::string encode_base64(std::span<std::byte const> bytes);

/// The bytes of `text`. Strict: `errc::invalid_base64` for a foreign character, missing or early padding, and set bits
/// behind the last byte (every sequence of bytes has exactly one text).
[[nodiscard]] result<std::vector<std::byte>> decode_base64(std::string_view text);

} // namespace partyline::base
