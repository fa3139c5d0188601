#include "engineio/delivery_queue.hpp"

#include <algorithm>
#include <cassert>
#include <memory>

namespace partyline::engineio {

namespace {

constexpr std::uint32_t first_capacity = 16;
constexpr std::uint32_t kept_capacity = 64; // a block of at most this many is kept for the next burst

/// Moves `count` references to raw memory at or before where they are, or elsewhere.
void relocate(delivery_ref* from, std::size_t count, delivery_ref* to) noexcept
{
    for (std::size_t i = 0; i < count; ++i) {
        std::construct_at(to + i, std::move(from[i]));
        std::destroy_at(from + i);
    }
}

} // namespace

delivery_queue::~delivery_queue()
{
    clear();
    shrink();
}

delivery_ref const* delivery_queue::first() const noexcept { return has_block_ ? block_.items + block_.head : inside_; }

void delivery_queue::push(delivery_ref item)
{
    if (has_block_ ? block_.head + size_ == block_.capacity : size_ == inside) grow();
    std::construct_at(const_cast<delivery_ref*>(first()) + size_, std::move(item));
    ++size_;
}

void delivery_queue::pop(std::size_t count) noexcept
{
    assert(count <= size_);
    auto* const items = const_cast<delivery_ref*>(first());
    std::destroy_n(items, count);
    size_ -= static_cast<std::uint32_t>(count);
    if (!has_block_) {
        if (count != 0) relocate(items + count, size_, inside_);
        return;
    }
    block_.head = size_ == 0 ? 0 : block_.head + static_cast<std::uint32_t>(count);
    if (size_ == 0 && block_.capacity > kept_capacity) shrink();
}

void delivery_queue::shrink() noexcept
{
    if (!has_block_ || size_ != 0) return;
    std::allocator<delivery_ref>().deallocate(block_.items, block_.capacity);
    has_block_ = false;
}

// Room for one more: by moving down what is left, if that frees half, else by a block of twice the size.
void delivery_queue::grow()
{
    auto* const old = const_cast<delivery_ref*>(first());
    if (has_block_ && size_ <= block_.capacity / 2) {
        relocate(old, size_, block_.items);
        block_.head = 0;
        return;
    }
    auto const capacity = std::max(first_capacity, size_ * 2);
    auto* const items = std::allocator<delivery_ref>().allocate(capacity);
    relocate(old, size_, items);
    if (has_block_) std::allocator<delivery_ref>().deallocate(block_.items, block_.capacity);
    block_ = block{items, 0, capacity};
    has_block_ = true;
}

} // namespace partyline::engineio
