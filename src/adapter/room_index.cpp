// Joining, leaving and looking up. The walks are templates in the header; the rules of the structure stand there.
#include "adapter/room_index.hpp"

#include <algorithm>

namespace partyline::adapters {

room_index::room_index(base::hash_seed seed, std::size_t max_rooms_per_member)
    : seed_(seed),
      max_rooms_per_member_(max_rooms_per_member),
      by_id_(0, id_set::hasher{this}, id_set::key_equal{this}),
      by_name_(0, name_set::hasher{this}, name_set::key_equal{this})
{}

room_index::~room_index() = default;

joined room_index::add(member who, base::id20 const& id)
{
    assert(!walking_ && !contains(who) && !find(id));
    if (who >= records_.size()) {
        records_.resize(who + std::size_t{1});
        marks_.resize(who + std::size_t{1});
    }
    auto& fresh = records_[who];
    fresh.id = id;
    fresh.place = static_cast<std::uint32_t>(all_.size()) & nowhere;
    all_.push_back(who);
    by_id_.insert(who);
    return {true, enter_own_room(fresh)};
}

result<joined> room_index::join(member who, std::string_view room)
{
    assert(!walking_ && contains(who));
    auto& joining = records_[who];
    if (room == joining.id.view()) {
        if (joining.in_own_room) return joined{};
        return joined{true, enter_own_room(joining)};
    }

    auto const existing = find_room(room);
    if (existing && find_seat(joining, *existing)) return joined{};
    if (joining.rooms && joining.rooms->seats.size() >= max_rooms_per_member_) return errc::limit_exceeded;
    if (max_rooms_per_member_ == 0) return errc::limit_exceeded;

    bool const created = !existing && !find_own_room(room);
    auto const target = existing ? *existing : open_room(room);
    if (!joining.rooms) joining.rooms = std::make_unique<seating>();
    auto& [seats, index] = *joining.rooms;
    auto& occupants = rooms_[target].occupants;
    auto const seat_number = static_cast<std::uint32_t>(seats.size());
    seats.push_back({target, static_cast<std::uint32_t>(occupants.size())});
    occupants.push_back({who, seat_number});
    if (index) {
        index->emplace(target, seat_number);
    } else if (seats.size() >= indexed_from) {
        index = std::make_unique<seat_index>();
        for (std::uint32_t i = 0; i < seats.size(); ++i) index->emplace(seats[i].room, i);
    }
    return joined{true, created};
}

left room_index::leave(member who, std::string_view room)
{
    assert(!walking_ && contains(who));
    auto& leaving = records_[who];
    if (room == leaving.id.view()) {
        if (!leaving.in_own_room) return {};
        return {true, leave_own_room(leaving)};
    }
    auto const existing = find_room(room);
    if (!existing) return {};
    auto const seat_number = find_seat(leaving, *existing);
    if (!seat_number) return {};
    return {true, vacate(who, *seat_number)};
}

// Both vectors are closed by their last element, whose partner is told of its new place.
bool room_index::vacate(member who, std::uint32_t seat_number)
{
    auto& [seats, index] = *records_[who].rooms;
    auto const [room, place] = seats[seat_number];

    auto& occupants = rooms_[room].occupants;
    occupants[place] = occupants.back();
    occupants.pop_back();
    if (place < occupants.size()) {
        auto const& moved = occupants[place];
        records_[moved.who].rooms->seats[moved.seat].place = place;
    }

    seats[seat_number] = seats.back();
    seats.pop_back();
    if (index) index->erase(room);
    if (seat_number < seats.size()) {
        auto const& moved = seats[seat_number];
        rooms_[moved.room].occupants[moved.place].seat = seat_number;
        if (index) (*index)[moved.room] = seat_number;
    }
    if (seats.empty()) records_[who].rooms.reset();

    if (!occupants.empty()) return false;
    bool const name_lives_on = find_own_room(rooms_[room].name).has_value();
    if (name_lives_on) --shared_names_;
    by_name_.erase(room);
    rooms_[room] = {};
    free_rooms_.push_back(room);
    return !name_lives_on;
}

room_index::room_number room_index::open_room(std::string_view name)
{
    room_number number;
    if (free_rooms_.empty()) {
        number = static_cast<room_number>(rooms_.size());
        rooms_.emplace_back();
    } else {
        number = free_rooms_.back();
        free_rooms_.pop_back();
    }
    rooms_[number].name = name;
    by_name_.insert(number);
    if (find_own_room(name)) ++shared_names_;
    return number;
}

bool room_index::enter_own_room(record& of)
{
    of.in_own_room = true;
    ++own_rooms_;
    bool const shared = find_room(of.id.view()).has_value();
    if (shared) ++shared_names_;
    return !shared;
}

bool room_index::leave_own_room(record& of)
{
    of.in_own_room = false;
    --own_rooms_;
    bool const shared = find_room(of.id.view()).has_value();
    if (shared) --shared_names_;
    return !shared;
}

void room_index::forget(member who)
{
    auto const place = records_[who].place;
    all_[place] = all_.back();
    all_.pop_back();
    if (place < all_.size()) records_[all_[place]].place = place & nowhere;
    by_id_.erase(who);
    records_[who] = {};
    if (!all_.empty()) return;

    // nobody is here: give the memory of the busiest hour back
    records_.clear();
    records_.shrink_to_fit();
    all_ = {};
    marks_ = {};
    rooms_ = {};
    free_rooms_ = {};
    by_id_.rehash(0);
    by_name_.rehash(0);
}

bool room_index::contains(member who) const noexcept { return who < records_.size() && records_[who].place != nowhere; }

bool room_index::in_room(member who, std::string_view room) const
{
    auto const& of = records_[who];
    if (room == of.id.view()) return of.in_own_room;
    auto const existing = find_room(room);
    return existing && find_seat(of, *existing);
}

std::vector<std::string_view> room_index::rooms_of(member who) const
{
    auto const& of = records_[who];
    std::vector<std::string_view> names;
    if (of.in_own_room) names.push_back(of.id.view());
    if (of.rooms)
        for (auto const& each : of.rooms->seats) names.push_back(room_name(each.room));
    return names;
}

std::string_view room_index::id_of(member who) const { return records_[who].id.view(); }

std::optional<member> room_index::find(std::string_view id) const
{
    auto const found = by_id_.find(id);
    if (found == by_id_.end()) return std::nullopt;
    return *found;
}

std::size_t room_index::rooms() const noexcept { return own_rooms_ + by_name_.size() - shared_names_; }

std::vector<std::string_view> room_index::room_names() const
{
    std::vector<std::string_view> names;
    names.reserve(rooms());
    for (auto const number : by_name_) names.push_back(room_name(number));
    for (auto const who : all_) {
        auto const& of = records_[who];
        if (of.in_own_room && (shared_names_ == 0 || !find_room(of.id.view()))) names.push_back(of.id.view());
    }
    return names;
}

std::size_t room_index::size_of(std::string_view room) const
{
    auto const existing = find_room(room);
    return (existing ? rooms_[*existing].occupants.size() : 0) + (find_own_room(room) ? 1 : 0);
}

std::optional<room_index::room_number> room_index::find_room(std::string_view name) const
{
    auto const found = by_name_.find(name);
    if (found == by_name_.end()) return std::nullopt;
    return *found;
}

std::optional<member> room_index::find_own_room(std::string_view name) const
{
    if (name.size() != base::id20::size) return std::nullopt;
    auto const found = by_id_.find(name);
    if (found == by_id_.end() || !records_[*found].in_own_room) return std::nullopt;
    return *found;
}

std::optional<std::uint32_t> room_index::find_seat(record const& of, room_number room) const
{
    if (!of.rooms) return std::nullopt;
    auto const& [seats, index] = *of.rooms;
    if (index) {
        auto const found = index->find(room);
        if (found == index->end()) return std::nullopt;
        return found->second;
    }
    auto const found = std::find_if(seats.begin(), seats.end(), [=](seat const& each) { return each.room == room; });
    if (found == seats.end()) return std::nullopt;
    return static_cast<std::uint32_t>(found - seats.begin());
}

// When the number of walks runs over, old marks could pass for new ones.
void room_index::begin_walk() const
{
    if (++this_walk_ != 0) return;
    std::fill(marks_.begin(), marks_.end(), 0);
    this_walk_ = 1;
}

} // namespace partyline::adapters
