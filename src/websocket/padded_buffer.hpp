// Bytes with room behind them: what is assembled or inflated here is read by a JSON parser that looks up to 64 bytes
// beyond the end. Grows with what arrived, never with what was announced alone.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace partyline::websocket {

/// Owned, growing bytes, of which `padding` more than `size()` can always be read once something was written.
class padded_buffer
{
public:
    static constexpr std::size_t padding = 64;

    [[nodiscard]] char* data() noexcept { return bytes_.get(); }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
    [[nodiscard]] std::string_view view() const noexcept { return {bytes_.get(), size_}; }

    /// Makes room for `extra` bytes behind `size()`. Grows to twice what is held, but not beyond `expected` bytes in
    /// all, unless `extra` needs more.
    void make_room(std::size_t extra, std::size_t expected);
    /// Appends a copy and answers where it begins.
    char* append(std::string_view bytes, std::size_t expected);
    /// Counts `size` bytes as written that the caller put behind `size()`, within the room made.
    void grow(std::size_t size) noexcept { size_ += size; }

private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0; // without the padding
};

} // namespace partyline::websocket
