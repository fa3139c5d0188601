// All deadlines of one shard in one indexed 4-ary heap. Pure: it reads no clock, the loop passes the time in.
// Why a heap and not a timing wheel: docs/design/timers.md.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace partyline::net {

using time_point = std::chrono::steady_clock::time_point;

/// Something that can be called at a deadline. It costs the object four bytes; there is no timer object.
///
/// Lifetime: must be cancelled, or have been called, before it is destroyed.
class timed
{
public:
    /// The deadline has come; it is no longer scheduled. May schedule itself again, cancel others, destroy itself.
    virtual void on_deadline(time_point now) = 0;

    [[nodiscard]] bool scheduled() const noexcept { return position_ != nowhere; }

protected:
    timed() = default;
    timed(timed const&) = delete;
    timed& operator=(timed const&) = delete;
    ~timed() = default;

private:
    friend class deadline_queue;
    static constexpr std::uint32_t nowhere = UINT32_MAX;
    std::uint32_t position_ = nowhere;
};

/// Deadlines, exact to the millisecond: never early, late only by what rounds up to the next whole one.
/// All operations are O(log n); an owner whose deadline only moves later does best to leave it and schedule again when called.
///
/// Thread: its loop's. Owner: the loop. Lifetime: longer than everything scheduled in it.
class deadline_queue
{
public:
    /// Sets the deadline of `item`, or moves it.
    void schedule(timed& item, time_point deadline);
    /// Does nothing if it is not scheduled.
    void cancel(timed& item) noexcept;

    /// The earliest deadline.
    [[nodiscard]] std::optional<time_point> next() const noexcept;
    /// The deadline of `item`; nothing if it is not scheduled.
    [[nodiscard]] std::optional<time_point> deadline_of(timed const& item) const noexcept;
    /// Calls those that are due, earliest first, but at most `limit`. What is scheduled meanwhile for a time that has already come
    /// waits for the next call if `limit` is reached. Answers how many were called.
    std::size_t expire(time_point now, std::size_t limit = 1024);

    [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }

private:
    struct entry
    {
        std::int64_t due; // milliseconds of the steady clock, rounded up
        timed* item;
    };
    void place(std::size_t position, entry value) noexcept;
    void sift_up(std::size_t position, entry value) noexcept;
    void sift_down(std::size_t position, entry value) noexcept;
    void remove(std::size_t position) noexcept;

    std::vector<entry> heap_;
};

} // namespace partyline::net
