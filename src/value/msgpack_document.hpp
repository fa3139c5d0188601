// Msgpack bytes, validated as a whole and then read by a cursor. Reads what notepack.io and @msgpack/msgpack write, their
// extensions for undefined and Date included. It does not know packets.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <partyline/reader.hpp>
#include <partyline/result.hpp>

#include "value/msgpack_reader.hpp"

namespace partyline {

/// Thread: any one at a time. Owner: whoever reads. Lifetime: views handed out point into the bytes given (and, for
/// dates, into the document), and live until the next parse.
class msgpack_document
{
public:
    /// Arrays and maps may be nested `max_depth` deep; an innermost one that is empty does not count.
    explicit msgpack_document(std::size_t max_depth = 128) : max_depth_(max_depth) {}

    /// Takes one value, and nothing behind it: `errc::invalid_msgpack` (a cut or reserved byte, a length beyond the end,
    /// a key that is no string), `invalid_utf8`, or `too_deep`. Allocates nothing for what a length merely claims.
    /// `bytes` must stay for as long as it is read.
    result<void> parse(std::string_view bytes);

    /// How many elements or members the outermost array or map has; 0 for anything else.
    [[nodiscard]] std::size_t size() const;
    /// The cursor, put at the start. Precondition: the last parse succeeded.
    reader& root();

private:
    std::size_t max_depth_;
    std::string_view bytes_;
    msgpack_reader reader_;
};

/// Where the value ends that begins at `from`. Precondition: valid msgpack from there on.
[[nodiscard]] std::size_t msgpack_value_end(std::string_view bytes, std::size_t from) noexcept;

} // namespace partyline
