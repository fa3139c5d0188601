// The ordered queue of one session: references to deliveries, three of them inside, a block only beyond that, so that
// a quiet connection owns nothing and a receiver of a broadcast allocates nothing. It does not know transports.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <utility>

#include "engineio/delivery.hpp"

namespace partyline::engineio {

/// First in, first out, contiguous. A block that was needed once is kept for the next burst until `shrink()`.
///
/// Thread: its session's. Owner: the session. Lifetime: the session's.
class delivery_queue
{
public:
    delivery_queue() noexcept {}
    delivery_queue(delivery_queue const&) = delete;
    delivery_queue& operator=(delivery_queue const&) = delete;
    ~delivery_queue();

    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// All of them, oldest first. Valid until the next change.
    [[nodiscard]] std::span<delivery_ref const> items() const noexcept { return {first(), size_}; }

    void push(delivery_ref item);
    /// Removes the `count` oldest. Precondition: `count <= size()`.
    void pop(std::size_t count) noexcept;
    void clear() noexcept { pop(size_); }
    /// Gives back the block, if nothing is queued.
    void shrink() noexcept;

private:
    static constexpr std::uint32_t inside = 3;
    struct block
    {
        delivery_ref* items;
        std::uint32_t head;
        std::uint32_t capacity;
    };

    [[nodiscard]] delivery_ref const* first() const noexcept;
    void grow();

    union
    {
        delivery_ref inside_[inside];
        block block_;
    };
    std::uint32_t size_ = 0;
    bool has_block_ = false;
};

} // namespace partyline::engineio
