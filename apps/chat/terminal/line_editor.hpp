// The line that is being written: text, cursor, and the lines before it. It knows keys and columns, no terminal and no chat.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "key.hpp"

namespace chat {

/// Thread: one. Owner: the desk.
class line_editor
{
public:
    static constexpr std::size_t most_bytes = 64 * 1024; ///< of a line; what is typed beyond is not taken
    static constexpr std::size_t remembered = 200;       ///< lines

    enum class outcome : std::uint8_t
    {
        unchanged, ///< of the text; the cursor may have moved
        changed,
        entered, ///< `take()` hands the line over
        ended,   ///< end of input on an empty line
    };
    outcome press(key const& pressed);

    [[nodiscard]] std::string const& text() const noexcept { return text_; }
    [[nodiscard]] std::size_t cursor() const noexcept { return cursor_; } ///< in bytes
    /// The line, which is empty then. `remember` it for the arrow keys?
    [[nodiscard]] std::string take(bool remember);

    /// Puts the word before the cursor right, if one of the candidates alone begins like it (case does not count), or what they have
    /// in common. A candidate may have spaces; it begins where a word begins.
    bool complete(std::vector<std::string> const& candidates);

private:
    void insert(std::string_view typed);
    void cut(std::size_t from, std::size_t to);
    [[nodiscard]] std::size_t word_before() const noexcept;
    [[nodiscard]] std::size_t word_after() const noexcept;
    void recall(std::size_t place);

    std::string text_;
    std::size_t cursor_ = 0;
    std::deque<std::string> past_;
    std::size_t place_ = 0; // in `past_`; behind its end: the line that is being written
    std::string draft_;     // that line, while an older one is shown
};

/// What of a line is seen through a window of `width` columns, and in which the cursor stands. "…" where something is left out; a line
/// break is shown as "↵".
struct line_window
{
    std::string text;
    std::size_t column = 0;
};
[[nodiscard]] line_window seen(std::string_view text, std::size_t cursor, std::size_t width);

} // namespace chat
