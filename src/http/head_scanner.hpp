// Finds the end of a message head, line by line, in bytes as they arrive, and refuses on the way the line shapes by which
// messages are smuggled. Knows nothing of what the lines mean. Called by request_reader and response_reader.
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
    [[nodiscard]] verdict receive(std::string_view input, limits const& limits, std::size_t& consumed);

    /// The complete head with its final empty line: a view into the last input, or into the scanner until `clear()`.
    [[nodiscard]] std::string_view head() const noexcept { return head_; }
    [[nodiscard]] bool empty() const noexcept { return taken_ == 0; }
    [[nodiscard]] std::size_t buffered() const noexcept { return buffer_.size(); }
    /// Forgets everything and gives the memory back.
    void clear() noexcept;

private:
    verdict scan(std::string_view text, limits const& limits);

    std::string buffer_;
    std::string_view head_;
    std::uint32_t scanned_ = 0;    // bytes of the head that are known to hold no end
    std::uint32_t line_begin_ = 0; // of the line that is being read
    std::uint32_t lines_ = 0;
    std::uint32_t taken_ = 0;   // bytes of this message seen, empty lines before it included
    std::uint32_t skipped_ = 0; // bytes of empty lines in front of the message
};

} // namespace partyline::http
