// Content codings: which one a client accepts (RFC 9110 section 12.5.3), and gzip and deflate themselves, on zlib, both ways.
// Used for poll answers, files and the browser bundle, and by response_reader. permessage-deflate is websocket's.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <partyline/result.hpp>

struct z_stream_s;

namespace partyline::http {

enum class coding : std::uint8_t
{
    identity,
    gzip,
    deflate,
    brotli
};

/// The token for Content-Encoding: "gzip", "deflate", "br"; empty for `identity`.
[[nodiscard]] std::string_view to_string(coding which) noexcept;

/// The best of `available` for an Accept-Encoding header: highest weight first, then a name before `*`, then the order of
/// the header, as the official server chooses. `identity` if none fits, or if the header is empty.
[[nodiscard]] coding choose_coding(std::string_view accept_encoding, std::span<coding const> available) noexcept;

/// gzip and deflate (the zlib format, as browsers expect it) with states that are made on first use and then reused.
///
/// Thread:   one at a time.
/// Owner:    a shard.
/// Lifetime: the shard's; about 270 KB for each coding that was used.
class compressor
{
public:
    /// 1 to 9; 6 is zlib's default.
    explicit compressor(int level = 6) noexcept;
    compressor(compressor&&) noexcept;
    compressor& operator=(compressor&&) noexcept;
    ~compressor();

    /// The whole text compressed. `unsupported` for other codings, `system_failure` if zlib has no memory.
    [[nodiscard]] result<std::string> compress(coding how, std::string_view text);

private:
    struct deflate_end
    {
        void operator()(z_stream_s* stream) const noexcept;
    };
    using stream = std::unique_ptr<z_stream_s, deflate_end>;

    stream gzip_;
    stream deflate_;
    int level_;
};

/// One coded body, read as it arrives.
///
/// Thread:   one at a time.
/// Owner:    a response_reader.
/// Lifetime: one body; about 40 KB from its first byte on.
class decompressor
{
public:
    /// gzip or deflate (the zlib format).
    explicit decompressor(coding how) noexcept : how_(how) {}

    /// Appends what comes out of `coded` to `out`. `message_too_big` before `out` exceeds `limit` bytes, `invalid_compression` for broken
    /// data and for bytes behind its end, `system_failure` if zlib has no memory, `unsupported` for other codings.
    [[nodiscard]] result<void> feed(std::string_view coded, std::size_t limit, std::string& out);
    /// Whether the data has come to its end. A body that stops before is not whole.
    [[nodiscard]] bool complete() const noexcept { return complete_; }
    /// Whether anything has been fed. A body of no bytes is no coded body.
    [[nodiscard]] bool begun() const noexcept { return stream_ != nullptr; }

private:
    struct inflate_end
    {
        void operator()(z_stream_s* stream) const noexcept;
    };
    std::unique_ptr<z_stream_s, inflate_end> stream_;
    coding how_;
    bool complete_ = false;
};

} // namespace partyline::http
