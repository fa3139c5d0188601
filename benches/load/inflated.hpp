// Compressed messages and what they say. A server that compresses without context takeover sends the same bytes to every receiver: they
// are inflated once and compared from then on, so that each delivery is checked and the load does not become the limit.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <zlib.h>

namespace sioload {

class inflated
{
public:
    inflated();
    inflated(inflated const&) = delete;
    inflated& operator=(inflated const&) = delete;
    ~inflated();

    /// The text of a compressed message; valid until the next call. None: it is no deflate stream.
    [[nodiscard]] std::optional<std::string_view> text_of(std::string_view compressed);
    /// How often zlib was asked.
    [[nodiscard]] std::uint64_t count() const { return count_; }

private:
    struct known
    {
        std::string compressed;
        std::string text;
    };

    bool inflate_into(known& to);

    std::array<known, 32> known_; // the last ones
    std::size_t latest_ = 0;
    z_stream stream_{};
    std::uint64_t count_ = 0;
};

} // namespace sioload
