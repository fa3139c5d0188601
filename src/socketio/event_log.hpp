// The latest events of one namespace, in the order in which this shard sent them, for sockets that come back.
// A message is a type parameter; it knows nothing of the sessions that will read it. Called by `recovery_log`.
//
// An event has an offset, the same on all shards, and a place in this log, counted from the first event ever appended,
// so that places stay valid when old events fall out at the front.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace partyline::socketio {

/// Thread: that of its shard.
/// Owner: the recovery log.
/// Lifetime: the recovery log's.
template <class Message>
class event_log
{
public:
    using time_point = std::chrono::steady_clock::time_point;
    using place = std::uint64_t;

    struct event
    {
        std::uint64_t offset;
        Message message;
        std::size_t bytes;
        std::vector<std::string> rooms;  ///< empty: meant for all
        std::vector<std::string> except; ///< but not for these
        time_point since;
    };

    event_log(std::size_t max_events, std::size_t max_bytes) noexcept : max_events_(max_events), max_bytes_(max_bytes)
    {}

    /// The oldest events fall out beyond the limits. One that is larger than the limit alone leaves an empty log: what
    /// came before it must not look complete. Precondition: offsets grow from event to event.
    void append(event next);

    [[nodiscard]] place begin() const noexcept { return begin_; }
    [[nodiscard]] place end() const noexcept { return begin_ + events_.size(); }
    /// Where the event with this offset is, if it is still there.
    [[nodiscard]] std::optional<place> find(std::uint64_t offset) const;
    /// Where the first event behind this offset is; a place before `begin()` if it has fallen out.
    [[nodiscard]] place behind(std::uint64_t offset) const;
    /// Precondition: `begin() <= where < end()`.
    [[nodiscard]] event const& at(place where) const { return events_[static_cast<std::size_t>(where - begin_)]; }

    void drop_before(time_point oldest);
    [[nodiscard]] std::optional<time_point> oldest() const;
    [[nodiscard]] std::optional<std::uint64_t> oldest_offset() const
    {
        return events_.empty() ? std::nullopt : std::optional(events_.front().offset);
    }

    [[nodiscard]] std::size_t size() const noexcept { return events_.size(); }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

private:
    void drop_front();

    std::deque<event> events_;
    std::unordered_map<std::uint64_t, place> places_;
    place begin_ = 0;
    std::optional<std::uint64_t> last_dropped_; // the offset of the event that fell out last
    std::size_t bytes_ = 0;
    std::size_t max_events_;
    std::size_t max_bytes_;
};

template <class Message>
void event_log<Message>::append(event next)
{
    // what the limit is about is memory: names of rooms count like the message
    for (auto const* names : {&next.rooms, &next.except})
        for (auto const& name : *names) next.bytes += sizeof(name) + name.size();
    next.bytes += sizeof(event);

    bytes_ += next.bytes;
    places_.insert_or_assign(next.offset, end());
    events_.push_back(std::move(next));
    while (!events_.empty() && (events_.size() > max_events_ || bytes_ > max_bytes_)) drop_front();
}

template <class Message>
auto event_log<Message>::find(std::uint64_t offset) const -> std::optional<place>
{
    auto const found = places_.find(offset);
    if (found == places_.end()) return std::nullopt;
    return found->second;
}

template <class Message>
auto event_log<Message>::behind(std::uint64_t offset) const -> place
{
    if (last_dropped_ && *last_dropped_ > offset) return begin_ - 1;
    auto const first = std::upper_bound(events_.begin(), events_.end(), offset,
                                        [](std::uint64_t wanted, event const& each) { return wanted < each.offset; });
    return begin_ + static_cast<place>(first - events_.begin());
}

template <class Message>
void event_log<Message>::drop_before(time_point oldest)
{
    while (!events_.empty() && events_.front().since < oldest) drop_front();
}

template <class Message>
auto event_log<Message>::oldest() const -> std::optional<time_point>
{
    if (events_.empty()) return std::nullopt;
    return events_.front().since;
}

template <class Message>
void event_log<Message>::drop_front()
{
    auto const& front = events_.front();
    bytes_ -= front.bytes;
    last_dropped_ = front.offset;
    if (auto const found = places_.find(front.offset); found != places_.end() && found->second == begin_)
        places_.erase(found);
    events_.pop_front();
    ++begin_;
}

} // namespace partyline::socketio
