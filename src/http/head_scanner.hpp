// Finds the end of a message head, line by line, in bytes as they arrive, and refuses on the way the line shapes by which
// messages are smuggled. Knows nothing of what the lines mean, nor whether they are a request. Called by request_reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace partyline::http {

/// Owns bytes only while a head is incomplete.
class head_scanner
{
public:
    enum class verdict : std::uint8_t
    {
        incomplete,
        complete,
        malformed,
        line_too_long,
        head_too_long,
        too_many_lines
    };

    struct limits
    {
        std::size_t head_bytes;
        std::size_t first_line_bytes;
        std::size_t field_count;
    };

    /// Takes bytes up to and including the empty line; `consumed` says how many. With `complete`, `head()` is the text.
    [[nodiscard]] verdict receive(std::string_view input, limits const& allowed, std::size_t& consumed);

    /// The complete head with its final empty line: a view into the last input, or into the scanner until `clear()`.
    [[nodiscard]] std::string_view head() const noexcept { return head_; }
    [[nodiscard]] bool empty() const noexcept { return buffer_.empty() && head_.empty(); }
    [[nodiscard]] std::size_t buffered() const noexcept { return buffer_.size(); }
    /// Forgets everything and gives the memory back.
    void clear() noexcept;

private:
    verdict scan(std::string_view text, limits const& allowed);

    std::string buffer_;
    std::string_view head_;
    std::size_t begin_ = 0;      // of the message, behind empty lines
    std::size_t line_begin_ = 0; // of the line that is being read
    std::size_t scanned_ = 0;    // there is no line end between `line_begin_` and here
    std::size_t lines_ = 0;
};

} // namespace partyline::http
