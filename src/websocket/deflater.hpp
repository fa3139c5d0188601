// Compression of messages (RFC 7692 section 6.1) on zlib's raw deflate. It does not know frames; senders call it and put
// a header with RSV1 before the result. Whether a message is worth it (a threshold) is the caller's decision.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <partyline/result.hpp>

struct z_stream_s;

namespace partyline::websocket {

/// How hard to try. Memory of one compressor: 2^(window bits + 2) + 2^(mem_level + 9) bytes.
struct deflate_effort
{
    int level = 6;     ///< 0 (store) to 9 (smallest); zlib's own default is 6
    int mem_level = 8; ///< 1 to 9
};

/// One compressor. With context takeover it belongs to one connection and to all of its messages in order.
/// Thread: one. Owner: the connection, or a `thread_deflater`. Lifetime: any.
class deflater
{
public:
    /// `window_bits` 8 to 15. zlib's raw deflate has no window of 256 bytes: 8 uses its window of 512, whose matches
    /// never reach back further than 250 bytes, so a receiver with 256 can read it (the test holds this).
    deflater(bool context_takeover, int window_bits, deflate_effort effort = {}) noexcept;
    deflater(deflater&&) noexcept;
    deflater& operator=(deflater&&) noexcept;
    ~deflater();

    /// Appends the compressed message, without its 00 00 ff ff. Fails with `system_failure` where zlib got no memory.
    result<void> deflate(std::string_view message, std::string& out);

private:
    struct end_stream
    {
        void operator()(z_stream_s* stream) const noexcept;
    };
    bool open();

    std::unique_ptr<z_stream_s, end_stream> stream_;
    deflate_effort effort_;
    int window_bits_;
    bool context_takeover_;
};

/// Compresses messages that stand alone (no context takeover), for every connection of a thread: what makes it possible
/// to compress a broadcast once. Holds one compressor for each number of window bits that was asked for, at most eight.
/// Thread: one. Owner: the shard. Lifetime: any.
class thread_deflater
{
public:
    explicit thread_deflater(deflate_effort effort = {}) noexcept : effort_(effort) {}

    /// As `deflater::deflate`. `window_bits` 8 to 15, as negotiated.
    result<void> deflate_message(std::string_view message, int window_bits, std::string& out);

private:
    std::array<std::optional<deflater>, 8> deflaters_;
    deflate_effort effort_;
};

} // namespace partyline::websocket
