// Texts of strangers on a terminal: what may stand in them, how wide they are, where a line may break. Everything that is drawn
// or printed has gone through `cleaned`; called by the screen, the plain transcript and the line editor.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

/// The character at `at`, which moves behind it; U+FFFD for each byte that is no UTF-8. Precondition: `at < text.size()`.
[[nodiscard]] char32_t decode(std::string_view text, std::size_t& at) noexcept;
void append(std::string& out, char32_t character);

/// `text` as valid UTF-8 without anything that a terminal would obey: control characters, those of U+0080 to U+009F too, become
/// signs, so that an escape sequence is seen and does nothing. Orders to write from right to left, which could make a line
/// say something else than it does, become U+FFFD. Line breaks of any kind are "\n", a tab is four spaces.
[[nodiscard]] std::string cleaned(std::string_view text);
/// The same in one line: for names.
[[nodiscard]] std::string cleaned_line(std::string_view text);

/// How many columns a cleaned text takes. A line break takes none.
[[nodiscard]] std::size_t columns(std::string_view text) noexcept;

/// Where the character at `at` ends, with the accents on it, and where the one before `at` begins.
[[nodiscard]] std::size_t after_character(std::string_view text, std::size_t at) noexcept;
[[nodiscard]] std::size_t before_character(std::string_view text, std::size_t at) noexcept;

/// A cleaned text in rows: the first of at most `first` columns, the others of at most `others`. Breaks between words where it can.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t first, std::size_t others);

/// As much of a cleaned text as fits into `limit` columns; "…" ends it where something is left out.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t limit);

} // namespace chat
