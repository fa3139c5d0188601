// Reads a chunked body (RFC 9112 section 7.1) from bytes as they arrive, for requests and responses alike, and bounds what is
// framing and not body. Parsing is Beast's (message_parser); the readers decide what becomes of a failure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace partyline::http {

class message_parser;

struct chunk_limits
{
    std::uint32_t line_bytes = 1024;          ///< one chunk's size line with its extensions
    std::uint32_t overhead_bytes = 64 * 1024; ///< all that is framing, apart from what grows with the body
};

/// Thread: its reader's. Owner: the reader, while a chunked body is read. Lifetime: one body.
class chunk_reader
{
public:
    /// The parser has parsed the head of the message.
    chunk_reader(std::unique_ptr<message_parser> parser, chunk_limits const& limits) noexcept;
    ~chunk_reader();
    chunk_reader(chunk_reader const&) = delete;
    chunk_reader& operator=(chunk_reader const&) = delete;

    enum class verdict : std::uint8_t
    {
        incomplete,
        complete, ///< the last chunk and its trailers are read
        malformed,
    };
    /// Reads on and appends what is body to `out`. `consumed` is all of the input unless the body is complete.
    [[nodiscard]] verdict receive(std::string_view input, std::size_t& consumed, std::string& out);

    /// Bytes held of a line that is not complete.
    [[nodiscard]] std::size_t buffered() const noexcept { return pending_.size(); }

private:
    verdict feed(std::string_view& input, std::string& out);

    std::unique_ptr<message_parser> parser_;
    std::string pending_;
    chunk_limits limits_;
    std::uint64_t body_ = 0;
    std::uint64_t overhead_ = 0;
};

} // namespace partyline::http
