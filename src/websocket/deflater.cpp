#include "websocket/deflater.hpp"

#include <algorithm>
#include <cassert>

#include <zlib.h>

namespace partyline::websocket {

namespace {

constexpr std::size_t tail_size = 4;                        // 00 00 ff ff
constexpr std::size_t largest_piece = std::size_t{1} << 30; // zlib counts in 32 bits

} // namespace

deflater::deflater(bool context_takeover, int window_bits, deflate_effort effort) noexcept
    : effort_(effort), window_bits_(std::max(window_bits, 9)), context_takeover_(context_takeover)
{
    assert(window_bits >= 8 && window_bits <= 15);
}
deflater::deflater(deflater&&) noexcept = default;
deflater& deflater::operator=(deflater&&) noexcept = default;
deflater::~deflater() = default;

void deflater::end_stream::operator()(z_stream_s* stream) const noexcept
{
    deflateEnd(stream);
    delete stream;
}

bool deflater::open()
{
    if (stream_) return context_takeover_ || deflateReset(stream_.get()) == Z_OK;
    auto stream = std::make_unique<z_stream>();
    int const code =
        deflateInit2(stream.get(), effort_.level, Z_DEFLATED, -window_bits_, effort_.mem_level, Z_DEFAULT_STRATEGY);
    if (code != Z_OK) return false;
    stream_.reset(stream.release());
    return true;
}

result<void> deflater::deflate(std::string_view message, std::string& out)
{
    // zlib will not flush twice without input between; this is the block it would write (RFC 7692 section 7.2.3.6).
    if (message.empty()) {
        out.push_back('\0');
        return {};
    }
    if (!open()) return errc::system_failure;
    z_stream& stream = *stream_;
    std::size_t size = out.size();
    out.resize(size + deflateBound(&stream, static_cast<uLong>(message.size())) + 16);
    while (true) {
        std::size_t const piece = std::min(message.size(), largest_piece);
        std::size_t const room = std::min(out.size() - size, largest_piece);
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(message.data()));
        stream.avail_in = static_cast<uInt>(piece);
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + size);
        stream.avail_out = static_cast<uInt>(room);
        bool const is_last = piece == message.size();
        ::deflate(&stream, is_last ? Z_SYNC_FLUSH : Z_NO_FLUSH);
        message.remove_prefix(piece - stream.avail_in);
        size += room - stream.avail_out;
        if (message.empty() && stream.avail_out > 0) break;
        if (size == out.size()) out.resize(size + size / 2 + 64);
    }
    out.resize(size - tail_size);
    return {};
}

result<void> thread_deflater::deflate_message(std::string_view message, int window_bits, std::string& out)
{
    assert(window_bits >= 8 && window_bits <= 15);
    auto& slot = deflaters_[static_cast<std::size_t>(window_bits - 8)];
    if (!slot) slot.emplace(false, window_bits, effort_);
    return slot->deflate(message, out);
}

} // namespace partyline::websocket
