// Who is in which room: the sockets of one namespace on one shard. It knows members (slots of the shard), their ids and
// names of rooms; never connections or messages. Called by the namespace when sockets come, go, join and leave, and for
// each broadcast.
//
// Theory of operation. All members, and the occupants of each room, are dense vectors with swap-remove, so that walking
// them is a walk through memory. An occupant knows its place in its member's list and the list knows the place in the room, so
// leaving costs the same in a room of one and of a million. The room that every socket has for itself is no such
// room: it is the table of ids. Several rooms are united by marking members with the number of the walk, not by a set.
// Members are numbers that the namespace gives out anew for itself, so that records lie at their member's number: a shard
// may have a million clients and a namespace three members.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <base/flat_map.hpp>
#include <base/id.hpp>
#include <partyline/result.hpp>

namespace partyline::adapters {

/// A number of the namespace on its shard: dense (memory goes with the highest), and used again after its socket is gone.
using member = std::uint32_t;

/// To whom a broadcast goes: to those in at least one of `rooms` (to all if there are none), and in none of `except`.
struct selection
{
    std::span<std::string const> rooms;
    std::span<std::string const> except;
};

struct joined
{
    bool is_new = false;       ///< false: it was in the room already
    bool room_created = false; ///< it is the first one there
};
struct left
{
    bool was_in = false;
    bool room_deleted = false; ///< it was the last one there
};

/// Thread: that of its shard.
/// Owner: the namespace on that shard.
/// Lifetime: the namespace's.
class room_index
{
public:
    /// `seed` keeps remote sides from choosing names that collide.
    room_index(base::hash_seed seed, std::size_t max_rooms_per_member);
    ~room_index();
    room_index(room_index const&) = delete;
    room_index& operator=(room_index const&) = delete;

    /// Makes `who` a member, with the room named `id` for itself.
    /// Precondition: it is none, and `id` belongs to no other member.
    joined add(member who, base::id20 const& id);
    /// The member leaves all rooms and is none any longer. `on_left(std::string_view room, bool deleted)` is called for each, its own
    /// included (unless it had left that one), before the next is left; it may not call this index.
    template <class OnLeft>
    void remove(member who, OnLeft on_left);
    void remove(member who)
    {
        remove(who, [](std::string_view, bool) {});
    }

    /// `limit_exceeded` if it is in as many rooms as it may be (its own does not count).
    result<joined> join(member who, std::string_view room);
    left leave(member who, std::string_view room);

    [[nodiscard]] bool contains(member who) const noexcept;
    [[nodiscard]] bool in_room(member who, std::string_view room) const;
    /// The names of its rooms, its own first; views until the next change.
    [[nodiscard]] std::vector<std::string_view> rooms_of(member who) const;
    [[nodiscard]] std::string_view id_of(member who) const;
    /// The member with this id, whether or not it is still in its own room.
    [[nodiscard]] std::optional<member> find(std::string_view id) const;

    [[nodiscard]] std::size_t members() const noexcept { return all_.size(); }
    /// Rooms with somebody in them, the members' own included.
    [[nodiscard]] std::size_t rooms() const noexcept;
    /// Names of all rooms, as `rooms()` counts them; views until the next change.
    [[nodiscard]] std::vector<std::string_view> room_names() const;
    [[nodiscard]] std::size_t size_of(std::string_view room) const;

    /// Calls `f(member)` once for each selected member, without allocating. `f` may not call this index.
    template <class F>
    void for_each(selection const& which, F f) const;

private:
    using room_number = std::uint32_t;

    // a member's place in a room, and back
    struct seat
    {
        room_number room;
        std::uint32_t place; // in the room's occupants
    };
    struct occupant
    {
        member who;
        std::uint32_t seat; // in the member's seats
    };
    // what a member has once it is in a room other than its own
    using seat_index = base::flat_map<room_number, std::uint32_t>;
    struct seating
    {
        std::vector<seat> seats;
        // room to index in seats, kept from `indexed_from` seats on
        std::unique_ptr<seat_index> index;
    };
    struct record
    {
        std::unique_ptr<seating> rooms;
        std::uint32_t place : 31 = nowhere; // in all_
        std::uint32_t in_own_room : 1 = true;
        base::id20 id;
    };
    static_assert(sizeof(record) == 32, "every idle client costs one");
    struct named_room
    {
        std::string name;
        std::vector<occupant> occupants;
    };

    static constexpr std::size_t indexed_from = 16;
    static constexpr std::uint32_t nowhere = INT32_MAX;

    // members and rooms are found by their names, which are stored once, where they are used
    template <std::string_view (room_index::*name)(std::uint32_t) const noexcept>
    struct name_hash
    {
        using is_transparent = void;
        using is_avalanching = void;
        room_index const* owner;
        std::size_t operator()(std::string_view text) const noexcept { return base::keyed_hash(text, owner->seed_); }
        std::size_t operator()(std::uint32_t number) const noexcept { return (*this)((owner->*name)(number)); }
    };
    template <std::string_view (room_index::*name)(std::uint32_t) const noexcept>
    struct name_equal
    {
        using is_transparent = void;
        room_index const* owner;
        bool operator()(std::uint32_t a, std::uint32_t b) const noexcept { return a == b; }
        bool operator()(std::uint32_t a, std::string_view b) const noexcept { return (owner->*name)(a) == b; }
        bool operator()(std::string_view a, std::uint32_t b) const noexcept { return a == (owner->*name)(b); }
    };
    std::string_view member_name(std::uint32_t who) const noexcept { return records_[who].id.view(); }
    std::string_view room_name(std::uint32_t number) const noexcept { return rooms_[number].name; }
    using id_set = base::flat_set<member, name_hash<&room_index::member_name>, name_equal<&room_index::member_name>>;
    using name_set = base::flat_set<room_number, name_hash<&room_index::room_name>, name_equal<&room_index::room_name>>;

    // a walk in progress: no change and no second walk until it ends
    class walk
    {
    public:
        explicit walk(room_index const& index) noexcept : index_(index)
        {
            assert(!index_.walking_);
            index_.walking_ = true;
        }
        ~walk() { index_.walking_ = false; }
        walk(walk const&) = delete;
        walk& operator=(walk const&) = delete;

    private:
        room_index const& index_;
    };

    [[nodiscard]] std::size_t hash(std::string_view name) const noexcept;
    [[nodiscard]] std::optional<room_number> find_room(std::string_view name) const;
    [[nodiscard]] std::optional<member> find_own_room(std::string_view name) const;
    [[nodiscard]] std::optional<std::uint32_t> find_seat(record const& of, room_number room) const;
    room_number open_room(std::string_view name);
    bool vacate(member who, std::uint32_t seat); // answers whether the room was deleted
    bool enter_own_room(record& of);             // answers whether the room was created
    bool leave_own_room(record& of);             // answers whether the room was deleted
    void forget(member who);
    void begin_walk() const;

    template <class F>
    void visit_room(std::string_view name, F f) const;

    base::hash_seed seed_;
    std::size_t max_rooms_per_member_;
    std::deque<record> records_; // by member; grows without leaving a hole of its former size behind
    std::vector<member> all_;
    std::vector<named_room> rooms_; // by room number
    std::vector<room_number> free_rooms_;
    id_set by_id_;
    name_set by_name_;
    std::size_t own_rooms_ = 0;                // members that are in their own room
    std::size_t shared_names_ = 0;             // of those, whose id others have joined as a room
    mutable std::vector<std::uint32_t> marks_; // by member: the walk that met it last
    mutable std::uint32_t this_walk_ = 0;
    mutable bool walking_ = false;
};

template <class OnLeft>
void room_index::remove(member who, OnLeft on_left)
{
    assert(contains(who) && !walking_);
    auto& gone = records_[who];
    while (gone.rooms && !gone.rooms->seats.empty()) {
        auto const last = static_cast<std::uint32_t>(gone.rooms->seats.size() - 1);
        auto const name = rooms_[gone.rooms->seats[last].room].name;
        bool const deleted = vacate(who, last);
        on_left(std::string_view(name), deleted);
    }
    if (gone.in_own_room) on_left(gone.id.view(), leave_own_room(gone));
    forget(who);
}

template <class F>
void room_index::visit_room(std::string_view name, F f) const
{
    if (auto const own = find_own_room(name)) f(*own);
    if (auto const number = find_room(name))
        for (auto const& each : rooms_[*number].occupants) f(each.who);
}

template <class F>
void room_index::for_each(selection const& which, F f) const
{
    walk const guard(*this);
    if (which.except.empty() && which.rooms.empty()) {
        for (auto const who : all_) f(who);
        return;
    }
    // one room holds nobody twice: a member joins the room with its own id as its own room only
    if (which.except.empty() && which.rooms.size() == 1) {
        visit_room(which.rooms.front(), f);
        return;
    }

    begin_walk();
    for (auto const& room : which.except) visit_room(room, [this](member who) { marks_[who] = this_walk_; });
    auto const visit_unmarked = [&](member who) {
        if (marks_[who] == this_walk_) return;
        marks_[who] = this_walk_;
        f(who);
    };
    if (which.rooms.empty())
        for (auto const who : all_) visit_unmarked(who);
    for (auto const& room : which.rooms) visit_room(room, visit_unmarked);
}

} // namespace partyline::adapters
