// A 4-ary heap whose entries know where they stand: each item carries its position, so it can be moved and cancelled.
#include "net/deadline_queue.hpp"

#include <algorithm>
#include <cassert>

namespace partyline::net {

namespace {

constexpr std::size_t arity = 4;

std::int64_t to_ticks(time_point deadline) noexcept
{
    return std::chrono::ceil<std::chrono::milliseconds>(deadline.time_since_epoch()).count();
}

time_point to_time(std::int64_t ticks) noexcept { return time_point(std::chrono::milliseconds(ticks)); }

} // namespace

void deadline_queue::schedule(timed& item, time_point deadline)
{
    entry const value{to_ticks(deadline), &item};
    if (!item.scheduled()) {
        heap_.push_back(value);
        sift_up(heap_.size() - 1, value);
    } else if (value.due < heap_[item.position_].due) {
        sift_up(item.position_, value);
    } else {
        sift_down(item.position_, value);
    }
}

void deadline_queue::cancel(timed& item) noexcept
{
    if (item.scheduled()) remove(item.position_);
}

std::optional<time_point> deadline_queue::next() const noexcept
{
    if (heap_.empty()) return std::nullopt;
    return to_time(heap_.front().due);
}

std::optional<time_point> deadline_queue::deadline_of(timed const& item) const noexcept
{
    if (!item.scheduled()) return std::nullopt;
    return to_time(heap_[item.position_].due);
}

std::size_t deadline_queue::expire(time_point now, std::size_t limit)
{
    std::size_t called = 0;
    while (called < limit && !heap_.empty() && to_time(heap_.front().due) <= now) {
        timed& item = *heap_.front().item;
        remove(0);
        ++called;
        item.on_deadline(now);
    }
    return called;
}

void deadline_queue::place(std::size_t position, entry value) noexcept
{
    heap_[position] = value;
    value.item->position_ = static_cast<std::uint32_t>(position);
}

void deadline_queue::sift_up(std::size_t position, entry value) noexcept
{
    while (position > 0) {
        std::size_t const parent = (position - 1) / arity;
        if (heap_[parent].due <= value.due) break;
        place(position, heap_[parent]);
        position = parent;
    }
    place(position, value);
}

void deadline_queue::sift_down(std::size_t position, entry value) noexcept
{
    for (;;) {
        std::size_t const first = position * arity + 1;
        if (first >= heap_.size()) break;
        std::size_t const last = std::min(first + arity, heap_.size());
        std::size_t least = first;
        for (std::size_t child = first + 1; child < last; ++child)
            if (heap_[child].due < heap_[least].due) least = child;
        if (value.due <= heap_[least].due) break;
        place(position, heap_[least]);
        position = least;
    }
    place(position, value);
}

void deadline_queue::remove(std::size_t position) noexcept
{
    assert(position < heap_.size());
    heap_[position].item->position_ = timed::nowhere;
    entry const moved = heap_.back();
    heap_.pop_back();
    if (position == heap_.size()) return;
    if (position > 0 && moved.due < heap_[(position - 1) / arity].due)
        sift_up(position, moved);
    else
        sift_down(position, moved);
}

} // namespace partyline::net
