// Content codings: which one a client accepts (RFC 9110 section 12.5.3), and gzip and deflate themselves, on zlib.
// Used for poll answers, files and the browser bundle. permessage-deflate is websocket's.
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

} // namespace partyline::http
