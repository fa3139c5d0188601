#include "server/namespace_shard.hpp"

#include "server/server_core.hpp"
#include "server/shard.hpp"
#include "server/slot.hpp"

namespace partyline {

namespace {

bool is_connected(socket_state const& socket) noexcept
{
    return socket.at == socket_state::phase::connected && socket.connection;
}

/// With a count of references of its own: each event holds the table for as long as its handlers run, and all threads use the same one.
std::shared_ptr<handler_table const> counted_here(std::shared_ptr<handler_table const> table)
{
    auto const* const same = table.get();
    return {same, [table = std::move(table)](handler_table const*) {}};
}

} // namespace

namespace_shard::namespace_shard(shard& home, std::shared_ptr<namespace_state> state)
    : home_(home),
      state_(std::move(state)),
      table_(counted_here(state_->table())),
      rooms_(home.core().seed(), home.core().options().limits.max_rooms_per_socket)
{}

void namespace_shard::refresh() { table_ = counted_here(state_->table()); }

void namespace_shard::add(socket_state& socket)
{
    ++states_;
    if (free_.empty()) {
        socket.member = static_cast<adapters::member>(by_member_.size());
        by_member_.push_back(&socket);
    } else {
        socket.member = free_.back();
        free_.pop_back();
        by_member_[socket.member] = &socket;
    }
    socket.nsp = this;
    rooms_.add(socket.member, socket.identity->id);
}

void namespace_shard::remove_rooms(socket_state& socket)
{
    if (!has(socket)) return;
    rooms_.remove(socket.member);
    by_member_[socket.member] = nullptr;
    free_.push_back(socket.member);
}

void namespace_shard::join(socket_state& socket, std::vector<std::string> const& rooms)
{
    auto const longest = home_.core().options().limits.max_room_length;
    for (auto const& room : rooms) {
        if (room.size() > longest) {
            home_.core().log(log_level::warning, "a room's name is longer than max_room_length: not joined");
        } else if (!rooms_.join(socket.member, room)) {
            home_.core().log(log_level::warning, "a socket is in max_rooms_per_socket rooms: not joined");
        }
    }
}

void namespace_shard::leave(socket_state& socket, std::string_view room) { rooms_.leave(socket.member, room); }

std::vector<std::string> namespace_shard::rooms_of(socket_state const& socket) const
{
    auto const names = rooms_.rooms_of(socket.member);
    return {names.begin(), names.end()};
}

void namespace_shard::deliver(base::message_ref const& message, adapters::selection const& to,
                              engineio::send_flags flags, std::optional<std::uint64_t> offset)
{
    if (offset) reached_ = *offset;
    if (rooms_.members() == 0) return;
    auto const item = engineio::delivery_ref::make(message);
    rooms_.for_each(to, [&](adapters::member who) {
        auto& socket = *by_member_[who];
        if (!is_connected(socket)) return;
        socket.connection->send(item, flags);
        if (offset && socket.recovery) {
            if (!socket.recovery->first_offset) socket.recovery->first_offset = offset;
            socket.recovery->last_offset = offset;
        }
    });
}

std::vector<socket_state*> namespace_shard::select(adapters::selection const& to) const
{
    std::vector<socket_state*> found;
    rooms_.for_each(to, [&](adapters::member who) {
        if (is_connected(*by_member_[who])) found.push_back(by_member_[who]);
    });
    return found;
}

} // namespace partyline
