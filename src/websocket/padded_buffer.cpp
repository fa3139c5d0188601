#include "websocket/padded_buffer.hpp"

#include <algorithm>
#include <cstring>

namespace partyline::websocket {

void padded_buffer::make_room(std::size_t extra, std::size_t expected)
{
    std::size_t const needed = size_ + extra;
    if (needed <= capacity_ && bytes_) return;
    std::size_t const wished = std::min(std::max<std::size_t>(2 * needed, 256), expected);
    std::size_t const capacity = std::max(needed, wished);
    std::unique_ptr<char[]> bytes{new char[capacity + padding]};
    if (size_ > 0) std::memcpy(bytes.get(), bytes_.get(), size_);
    std::memset(bytes.get() + capacity, 0, padding); // whoever looks beyond the end sees zeros, or what was here before
    bytes_ = std::move(bytes);
    capacity_ = capacity;
}

char* padded_buffer::append(std::string_view bytes, std::size_t expected)
{
    make_room(bytes.size(), expected);
    char* const begin = bytes_.get() + size_;
    if (!bytes.empty()) std::memcpy(begin, bytes.data(), bytes.size());
    size_ += bytes.size();
    return begin;
}

} // namespace partyline::websocket
