// Inflates what was not seen before.
#include "load/inflated.hpp"

namespace sioload {

inflated::inflated() { ::inflateInit2(&stream_, -15); }
inflated::~inflated() { ::inflateEnd(&stream_); }

std::optional<std::string_view> inflated::text_of(std::string_view compressed)
{
    for (std::size_t i = 0; i < known_.size(); ++i) {
        auto const& each = known_[(latest_ + known_.size() - i) % known_.size()];
        if (each.compressed == compressed && !each.text.empty()) return each.text;
    }
    latest_ = (latest_ + 1) % known_.size();
    auto& next = known_[latest_];
    next.compressed = compressed;
    if (!inflate_into(next)) {
        next.text.clear();
        return std::nullopt;
    }
    return next.text;
}

bool inflated::inflate_into(known& to)
{
    ++count_;
    ::inflateReset(&stream_);
    std::string input = to.compressed;
    input.append("\x00\x00\xff\xff", 4); // RFC 7692, section 7.2.2
    stream_.next_in = reinterpret_cast<Bytef*>(input.data());
    stream_.avail_in = static_cast<uInt>(input.size());
    to.text.resize(1'000'000);
    stream_.next_out = reinterpret_cast<Bytef*>(to.text.data());
    stream_.avail_out = static_cast<uInt>(to.text.size());
    int const answer = ::inflate(&stream_, Z_SYNC_FLUSH);
    to.text.resize(to.text.size() - stream_.avail_out);
    to.text.shrink_to_fit();
    return (answer == Z_OK || answer == Z_STREAM_END) && stream_.avail_in == 0 && !to.text.empty();
}

} // namespace sioload
