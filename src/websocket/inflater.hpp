// Decompression of messages (RFC 7692 section 6.2) on zlib's raw inflate. It does not know frames; `message_reader` calls it.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include <partyline/result.hpp>

#include "websocket/padded_buffer.hpp"

struct z_stream_s;

namespace partyline::websocket {

/// Decompresses messages. Without context takeover each message stands alone, and one object serves every connection of
/// a thread; with it, one object belongs to one connection and to all of its messages in order.
/// Thread: one. Owner: the shard, or the connection. Lifetime: longer than the readers that use it.
class inflater
{
public:
    /// `window_bits` 8 to 15: what the sender promised; 15 reads everything. Memory (about 7 KB, and the window) is
    /// taken at the first message.
    explicit inflater(bool context_takeover, int window_bits = 15) noexcept;
    inflater(inflater&&) noexcept;
    inflater& operator=(inflater&&) noexcept;
    ~inflater();

    /// Appends the decompressed message to `out`. Fails with `message_too_big` as soon as `out` would exceed `limit`
    /// bytes, with `invalid_compression` where the data is broken or stops inside a block, with `system_failure` where
    /// zlib got no memory.
    result<void> inflate(std::string_view compressed, std::size_t limit, padded_buffer& out);

private:
    struct end_stream
    {
        void operator()(z_stream_s* stream) const noexcept;
    };
    bool open();
    // Answers whether the last byte of the input also ended the stream, by a block that says so.
    result<bool> feed(std::string_view input, std::size_t limit, padded_buffer& out);

    std::unique_ptr<z_stream_s, end_stream> stream_;
    int window_bits_;
    bool context_takeover_;
};

} // namespace partyline::websocket
