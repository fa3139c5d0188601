// What connection state recovery remembers for one namespace on one shard: the latest events, and the sessions of
// sockets that were lost. It knows neither sockets nor packets: a message is a type parameter; session ids, offsets and
// time are arguments. Called by the namespace when it emits, when a socket is lost, and when one comes back.
//
// Beyond the official server, two cases work that fail there: a client that never received an event and so names no
// offset, and one that last heard something so long ago that its offset has fallen out. Both are answered from what the
// namespace knows of the socket: the first and the last offset that were ever sent to it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <partyline/result.hpp>

#include "socketio/event_log.hpp"

namespace partyline::socketio {

struct recovery_limits
{
    std::chrono::steady_clock::duration max_age = std::chrono::minutes(2); ///< of a lost session, and of an event
    std::size_t max_events = 10'000;
    std::size_t max_event_bytes = 16 << 20; ///< of all events together
    std::size_t max_sessions = 10'000;
    std::size_t max_session_bytes = 16 << 20; ///< of all sessions together: ids, names of rooms, data
};

/// A socket that was lost. `Data` is whatever the user had stored with it.
template <class Data>
struct parked_session
{
    std::string pid;                ///< the secret with which the client comes back
    std::string sid;                ///< the id it gets back
    std::vector<std::string> rooms; ///< its own room is implied
    Data data{};
    std::size_t data_bytes = 0; ///< what `data` holds, for the limit
    /// The first and the last offset that were sent to it; nothing if none was.
    std::optional<std::uint64_t> first_offset;
    std::optional<std::uint64_t> last_offset;
    /// The last event of the namespace that had reached its thread when it was lost, whether meant for it or not; nothing:
    /// all that are logged. Events logged meanwhile were not sent to it.
    std::optional<std::uint64_t> reached{};
};

/// Thread: that of its shard.
/// Owner: the namespace on that shard.
/// Lifetime: the namespace's.
template <class Message, class Data>
class recovery_log
{
public:
    using time_point = std::chrono::steady_clock::time_point;
    using session = parked_session<Data>;

    struct recovered
    {
        session socket;
        std::vector<Message> missed; ///< oldest first
    };

    explicit recovery_log(recovery_limits const& limits)
        : limits_(limits), events_(limits.max_events, limits.max_event_bytes)
    {}
    recovery_log(recovery_log const&) = delete;
    recovery_log& operator=(recovery_log const&) = delete;

    /// Remembers an event that was sent to `rooms` (empty: to all) without those in `except`. `bytes` is what the
    /// message holds. The oldest events fall out beyond the limits. Precondition: offsets grow from event to event.
    void append(std::uint64_t offset, Message message, std::size_t bytes, std::vector<std::string> rooms,
                std::vector<std::string> except, time_point now);

    /// Remembers a lost socket. A session with the same pid is replaced; the oldest fall out beyond the limits.
    void park(session lost, time_point now);

    /// Gives back a lost session with what it has missed since `offset`, the last one its client saw, and forgets it.
    /// Without an offset the client has received nothing yet.
    ///
    /// `unknown_session`: no such pid. `timed_out`: it came too late. `not_found`: the offset was not sent to it, or
    /// something behind it may have fallen out. In the last two cases the session is forgotten, too.
    result<recovered> restore(std::string_view pid, std::optional<std::uint64_t> offset, time_point now);

    /// Whether a lost session of that name is kept.
    [[nodiscard]] bool has(std::string_view pid) const { return by_pid_.contains(pid); }
    /// Forgets one session. Answers whether there was one.
    bool forget(std::string_view pid);

    /// Drops what is too old.
    void tick(time_point now);
    /// When `tick` has something to do; nothing if the log is empty.
    [[nodiscard]] std::optional<time_point> next_deadline() const;

    /// The offset of the oldest event that is kept.
    [[nodiscard]] std::optional<std::uint64_t> oldest_offset() const { return events_.oldest_offset(); }
    [[nodiscard]] std::size_t events() const noexcept { return events_.size(); }
    [[nodiscard]] std::size_t event_bytes() const noexcept { return events_.bytes(); }
    [[nodiscard]] std::size_t sessions() const noexcept { return parked_.size(); }
    [[nodiscard]] std::size_t session_bytes() const noexcept { return session_bytes_; }

private:
    using place = typename event_log<Message>::place;
    using event = typename event_log<Message>::event;

    struct parked
    {
        session socket;
        std::size_t bytes;
        place lost_at; // what was appended before it was lost ends here
        time_point until;
    };
    using parked_list = std::list<parked>;

    [[nodiscard]] std::optional<place> first_missed(parked const& lost, std::optional<std::uint64_t> offset) const;
    // `rooms` is sorted
    [[nodiscard]] static bool meant_for(std::vector<std::string> const& rooms, event const& sent);
    [[nodiscard]] static std::size_t size_of(session const& lost) noexcept;
    session remove(typename parked_list::iterator which);

    recovery_limits limits_;
    event_log<Message> events_;
    parked_list parked_; // oldest first, so that the deadlines are sorted
    std::unordered_map<std::string_view, typename parked_list::iterator> by_pid_; // keys live in parked_
    std::size_t session_bytes_ = 0;
};

template <class Message, class Data>
void recovery_log<Message, Data>::append(std::uint64_t offset, Message message, std::size_t bytes,
                                         std::vector<std::string> rooms, std::vector<std::string> except,
                                         time_point now)
{
    events_.append({offset, std::move(message), bytes, std::move(rooms), std::move(except), now});
}

template <class Message, class Data>
void recovery_log<Message, Data>::park(session lost, time_point now)
{
    forget(lost.pid);
    auto const bytes = size_of(lost);
    session_bytes_ += bytes;
    auto const lost_at = lost.reached ? events_.behind(*lost.reached) : events_.end();
    parked_.push_back({std::move(lost), bytes, lost_at, now + limits_.max_age});
    by_pid_.emplace(parked_.back().socket.pid, std::prev(parked_.end()));
    while (!parked_.empty() && (parked_.size() > limits_.max_sessions || session_bytes_ > limits_.max_session_bytes))
        remove(parked_.begin());
}

template <class Message, class Data>
auto recovery_log<Message, Data>::restore(std::string_view pid, std::optional<std::uint64_t> offset, time_point now)
    -> result<recovered>
{
    auto const found = by_pid_.find(pid);
    if (found == by_pid_.end()) return errc::unknown_session;

    auto const first = first_missed(*found->second, offset);
    bool const late = now >= found->second->until;
    recovered answer{remove(found->second), {}};
    if (late) return errc::timed_out;
    if (!first) return errc::not_found;

    auto rooms = answer.socket.rooms;
    rooms.push_back(answer.socket.sid);
    std::sort(rooms.begin(), rooms.end());
    for (place where = *first; where != events_.end(); ++where)
        if (auto const& sent = events_.at(where); meant_for(rooms, sent)) answer.missed.push_back(sent.message);
    return answer;
}

// Where reading starts, if nothing in between has fallen out.
template <class Message, class Data>
auto recovery_log<Message, Data>::first_missed(parked const& lost, std::optional<std::uint64_t> offset) const
    -> std::optional<place>
{
    auto const since_lost = [&]() -> std::optional<place> {
        if (lost.lost_at < events_.begin()) return std::nullopt;
        return lost.lost_at;
    };
    if (!offset) {
        // nothing was ever sent to it; or the first thing that was sent has not arrived
        return lost.socket.first_offset ? events_.find(*lost.socket.first_offset) : since_lost();
    }
    // it has seen everything that was sent to it before it was lost
    if (offset == lost.socket.last_offset) return since_lost();
    if (auto const seen = events_.find(*offset)) return *seen + 1;
    return std::nullopt;
}

template <class Message, class Data>
bool recovery_log<Message, Data>::meant_for(std::vector<std::string> const& rooms, event const& sent)
{
    auto const in = [&](std::string const& room) { return std::binary_search(rooms.begin(), rooms.end(), room); };
    return (sent.rooms.empty() || std::any_of(sent.rooms.begin(), sent.rooms.end(), in)) &&
           std::none_of(sent.except.begin(), sent.except.end(), in);
}

template <class Message, class Data>
bool recovery_log<Message, Data>::forget(std::string_view pid)
{
    auto const found = by_pid_.find(pid);
    if (found == by_pid_.end()) return false;
    remove(found->second);
    return true;
}

template <class Message, class Data>
void recovery_log<Message, Data>::tick(time_point now)
{
    while (!parked_.empty() && parked_.front().until <= now) remove(parked_.begin());
    events_.drop_before(now - limits_.max_age);
}

template <class Message, class Data>
auto recovery_log<Message, Data>::next_deadline() const -> std::optional<time_point>
{
    std::optional<time_point> next;
    if (!parked_.empty()) next = parked_.front().until;
    if (auto const oldest = events_.oldest()) {
        // an event that is exactly max_age old is kept
        auto const at = *oldest + limits_.max_age + std::chrono::steady_clock::duration(1);
        next = next ? std::min(*next, at) : at;
    }
    return next;
}

template <class Message, class Data>
std::size_t recovery_log<Message, Data>::size_of(session const& lost) noexcept
{
    std::size_t bytes = sizeof(parked) + lost.pid.size() + lost.sid.size() + lost.data_bytes;
    for (auto const& room : lost.rooms) bytes += sizeof(room) + room.size();
    return bytes;
}

template <class Message, class Data>
auto recovery_log<Message, Data>::remove(typename parked_list::iterator which) -> session
{
    by_pid_.erase(std::string_view(which->socket.pid));
    session_bytes_ -= which->bytes;
    session lost = std::move(which->socket);
    parked_.erase(which);
    return lost;
}

} // namespace partyline::socketio
