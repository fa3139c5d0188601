// UTF-8 as Unicode 15, table 3-7 defines it: whole texts, texts that arrive in pieces, and texts that need mending.
// It does not know who sent them; the WebSocket and the JSON floors decide what an invalid one means.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace partyline::base {

/// Whether all of `text` is valid UTF-8.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// Appends `text` with U+FFFD in the place of each maximal invalid sequence, as browsers decode (WHATWG Encoding, section 4.1).
void append_sanitized(std::string& out, std::string_view text);
[[nodiscard]] std::string sanitize(std::string_view text);

/// Validates a text that comes in pieces (the fragments of a WebSocket message, RFC 6455 section 8.1), and fails at the
/// first byte that no valid text can have at its place, not only at the end.
class utf8_validator
{
public:
    /// Takes the next piece. Once `false`, always `false` until `reset()`.
    [[nodiscard]] bool feed(std::string_view piece) noexcept;
    /// Whether the text may end here: valid so far, and no character is half read.
    [[nodiscard]] bool complete() const noexcept { return state_ == 0; }
    void reset() noexcept { state_ = 0; }

private:
    std::uint8_t state_ = 0; // of the automaton in utf8.cpp; 0 is "between characters"
};

} // namespace partyline::base
