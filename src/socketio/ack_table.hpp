// Who waits for an acknowledgement: the pending ones of one socket, or those of one broadcast. It never calls anybody:
// callbacks are handed back, so that user code runs when no table is being walked. The clock is the caller's.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include <partyline/result.hpp>

namespace partyline::socketio {

/// Ids to callbacks, at most `max_pending` of them. `Callback` is movable.
///
/// Every callback that was added leaves exactly once: by `take` (the answer came), `expire` (it did not come in time),
/// `take_if` or `clear` (it will not come). An id that is unknown, or was answered before, is not an error of the remote side.
///
/// Thread: that of its socket.
/// Owner: the socket or the broadcast.
/// Lifetime: until its owner has disconnected; `clear` before that.
template <class Callback>
class ack_table
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit ack_table(std::size_t max_pending) noexcept : max_pending_(max_pending) {}

    /// `limit_exceeded` if the table is full or the id is pending already; `callback` is then untouched.
    /// Without a deadline it waits until `clear`.
    result<void> add(std::uint64_t id, Callback&& callback, std::optional<time_point> deadline = {});

    /// The callback of `id`, or nothing if none is pending.
    std::optional<Callback> take(std::uint64_t id);

    /// The callback of `id` where it stands, or null; valid until the next change.
    [[nodiscard]] Callback* find(std::uint64_t id) noexcept
    {
        auto const found = pending_.find(id);
        return found == pending_.end() ? nullptr : &found->second.callback;
    }

    /// All callbacks whose deadline has come, earliest first.
    std::vector<Callback> expire(time_point now);

    /// The callbacks of those ids for which `leaves` says so, smallest id first.
    template <class Predicate>
    std::vector<Callback> take_if(Predicate leaves);

    /// All callbacks, in no particular order.
    std::vector<Callback> clear();

    /// When `expire` has something to do, at the latest; nothing if no pending acknowledgement has a deadline.
    [[nodiscard]] std::optional<time_point> next_deadline();

    [[nodiscard]] std::size_t size() const noexcept { return pending_.size(); }
    [[nodiscard]] bool empty() const noexcept { return pending_.empty(); }

private:
    struct entry
    {
        Callback callback;
        std::optional<time_point> deadline;
    };
    struct alarm
    {
        time_point at;
        std::uint64_t id;
        friend bool operator>(alarm const& a, alarm const& b) { return a.at > b.at; }
    };

    // alarms_ is a heap, earliest first; an alarm whose id is gone, or has another deadline now, is stale
    bool stale(alarm const& a) const;
    void pop_alarm();
    void drop_stale_alarms();

    std::unordered_map<std::uint64_t, entry> pending_;
    std::vector<alarm> alarms_;
    std::size_t max_pending_;
};

template <class Callback>
result<void> ack_table<Callback>::add(std::uint64_t id, Callback&& callback, std::optional<time_point> deadline)
{
    if (pending_.size() >= max_pending_ || pending_.contains(id)) return errc::limit_exceeded;
    pending_.emplace(id, entry{std::move(callback), deadline});
    if (deadline) {
        drop_stale_alarms();
        alarms_.push_back({*deadline, id});
        std::push_heap(alarms_.begin(), alarms_.end(), std::greater<>{});
    }
    return {};
}

template <class Callback>
std::optional<Callback> ack_table<Callback>::take(std::uint64_t id)
{
    auto const found = pending_.find(id);
    if (found == pending_.end()) return std::nullopt;
    std::optional<Callback> callback(std::move(found->second.callback));
    pending_.erase(found);
    return callback;
}

template <class Callback>
std::vector<Callback> ack_table<Callback>::expire(time_point now)
{
    std::vector<Callback> due;
    while (!alarms_.empty() && alarms_.front().at <= now) {
        auto const first = alarms_.front();
        bool const gone = stale(first);
        pop_alarm();
        if (gone) continue;
        due.push_back(*take(first.id));
    }
    return due;
}

template <class Callback>
std::vector<Callback> ack_table<Callback>::clear()
{
    std::vector<Callback> all;
    all.reserve(pending_.size());
    for (auto& [id, waiting] : pending_) all.push_back(std::move(waiting.callback));
    pending_.clear();
    alarms_.clear();
    return all;
}

template <class Callback>
template <class Predicate>
std::vector<Callback> ack_table<Callback>::take_if(Predicate leaves)
{
    std::vector<std::uint64_t> ids;
    for (auto const& [id, waiting] : pending_)
        if (leaves(id)) ids.push_back(id);
    std::sort(ids.begin(), ids.end());
    std::vector<Callback> taken;
    taken.reserve(ids.size());
    for (auto const id : ids) taken.push_back(*take(id));
    return taken;
}

template <class Callback>
std::optional<typename ack_table<Callback>::time_point> ack_table<Callback>::next_deadline()
{
    while (!alarms_.empty() && stale(alarms_.front())) pop_alarm();
    if (alarms_.empty()) return std::nullopt;
    return alarms_.front().at;
}

template <class Callback>
bool ack_table<Callback>::stale(alarm const& a) const
{
    auto const found = pending_.find(a.id);
    return found == pending_.end() || found->second.deadline != a.at;
}

template <class Callback>
void ack_table<Callback>::pop_alarm()
{
    std::pop_heap(alarms_.begin(), alarms_.end(), std::greater<>{});
    alarms_.pop_back();
}

// Answers leave their alarms behind; when those outnumber the pending ones, the heap is built anew. Amortised O(1).
template <class Callback>
void ack_table<Callback>::drop_stale_alarms()
{
    if (alarms_.size() < 2 * pending_.size() + 16) return;
    std::erase_if(alarms_, [this](alarm const& a) { return stale(a); });
    std::make_heap(alarms_.begin(), alarms_.end(), std::greater<>{});
}

} // namespace partyline::socketio
