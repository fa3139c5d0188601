#include "websocket/inflater.hpp"

#include <algorithm>

#include <zlib.h>

namespace partyline::websocket {

namespace {

// What the sender cut off (RFC 7692 section 7.2.1), the end of an empty stored block.
constexpr std::string_view tail{"\x00\x00\xff\xff", 4};

// zlib counts in 32 bits: longer input and output go through it in pieces.
constexpr std::size_t largest_piece = std::size_t{1} << 30;

// zlib's answer to "between two blocks": set in data_type after the last bits of a block were read.
bool is_between_blocks(z_stream const& stream) noexcept { return (stream.data_type & 128) != 0; }

} // namespace

inflater::inflater(bool context_takeover, int window_bits) noexcept
    : window_bits_(window_bits), context_takeover_(context_takeover)
{}
inflater::inflater(inflater&&) noexcept = default;
inflater& inflater::operator=(inflater&&) noexcept = default;
inflater::~inflater() = default;

void inflater::end_stream::operator()(z_stream_s* stream) const noexcept
{
    inflateEnd(stream);
    delete stream;
}

bool inflater::open()
{
    if (stream_) return context_takeover_ || inflateReset(stream_.get()) == Z_OK;
    auto stream = std::make_unique<z_stream>();
    if (inflateInit2(stream.get(), -window_bits_) != Z_OK) return false;
    stream_.reset(stream.release());
    return true;
}

result<void> inflater::inflate(std::string_view compressed, std::size_t limit, padded_buffer& out)
{
    // Some senders give an empty message no block at all; there is nothing to decompress then.
    if (compressed.empty()) return {};
    if (!open()) return errc::system_failure;
    auto ended = feed(compressed, limit, out);
    if (!ended) return ended.error();
    if (*ended) return {};
    ended = feed(tail, limit, out);
    if (!ended) return ended.error();
    if (!is_between_blocks(*stream_)) return errc::invalid_compression;
    return {};
}

result<bool> inflater::feed(std::string_view input, std::size_t limit, padded_buffer& out)
{
    z_stream& stream = *stream_;
    while (true) {
        bool const is_full = out.size() >= limit;
        if (!is_full && out.size() == out.capacity())
            out.make_room(std::min(limit - out.size(), 2 * input.size() + 1), limit);
        // At the limit, one byte tells "just fits" from "too big".
        char excess = 0;
        std::size_t const room =
            is_full ? 1 : std::min({out.capacity() - out.size(), limit - out.size(), largest_piece});
        std::size_t const piece = std::min(input.size(), largest_piece);
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
        stream.avail_in = static_cast<uInt>(piece);
        stream.next_out = reinterpret_cast<Bytef*>(is_full ? &excess : out.data() + out.size());
        stream.avail_out = static_cast<uInt>(room);

        int const code = ::inflate(&stream, Z_SYNC_FLUSH);
        input.remove_prefix(piece - stream.avail_in);
        std::size_t const produced = room - stream.avail_out;
        if (is_full && produced > 0) return errc::message_too_big;
        if (!is_full) out.grow(produced);

        if (code == Z_STREAM_END) {
            // A block may call itself the last (section 7.2.3.4). More may follow, and may reach back before it: so
            // the window is kept.
            if (inflateResetKeep(&stream) != Z_OK) return errc::system_failure;
            if (input.empty()) return true;
        } else if (code == Z_MEM_ERROR) {
            return errc::system_failure;
        } else if (code != Z_OK && !(code == Z_BUF_ERROR && input.empty())) {
            return errc::invalid_compression;
        } else if (input.empty() && stream.avail_out > 0) {
            return false;
        }
    }
}

} // namespace partyline::websocket
