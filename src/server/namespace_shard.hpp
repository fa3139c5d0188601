// One namespace on one shard: who is in it, in which rooms, and the handlers as they were declared last. Broadcasts end here.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapter/room_index.hpp"
#include "base/message.hpp"
#include "engineio/session.hpp"
#include "server/handler_table.hpp"
#include "server/namespace_state.hpp"
#include "server/socket_state.hpp"

namespace partyline {

class shard;

/// Thread: its shard's. Owner: the shard. Lifetime: a dynamic one's until its last socket here has left, others' the shard's.
class namespace_shard
{
public:
    namespace_shard(shard& home, std::shared_ptr<namespace_state> state);

    [[nodiscard]] std::shared_ptr<namespace_state> const& state() const noexcept { return state_; }
    [[nodiscard]] std::shared_ptr<handler_table const> const& table() const noexcept { return table_; }
    /// Takes over what has been declared meanwhile.
    void refresh();

    /// Gives the socket a member number and the room of its own.
    void add(socket_state& socket);
    /// Takes it out of all rooms, its own too; once.
    void remove_rooms(socket_state& socket);
    /// Whether it is still in its rooms.
    [[nodiscard]] bool has(socket_state const& socket) const noexcept
    {
        return socket.member < by_member_.size() && by_member_[socket.member] == &socket;
    }
    void join(socket_state& socket, std::vector<std::string> const& rooms);
    void leave(socket_state& socket, std::string_view room);
    [[nodiscard]] std::vector<std::string> rooms_of(socket_state const& socket) const;

    /// Queues the message for every connected socket selected: one plain reference each, no allocation per receiver.
    void deliver(base::message_ref const& message, adapters::selection const& to, engineio::send_flags flags,
                 std::optional<std::uint64_t> offset = {});
    /// The connected sockets selected; user code may then be called without a table being walked.
    [[nodiscard]] std::vector<socket_state*> select(adapters::selection const& to) const;

    /// The last event of the recovery log that came by here; 0: none has.
    [[nodiscard]] std::uint64_t reached() const noexcept { return reached_; }
    [[nodiscard]] std::size_t size() const noexcept { return rooms_.members(); }
    /// Sockets whose state has not been freed yet, rooms or not.
    [[nodiscard]] bool is_used() const noexcept { return states_ > 0; }
    void release() noexcept { --states_; }
    [[nodiscard]] adapters::room_index const& rooms() const noexcept { return rooms_; }

private:
    shard& home_;
    std::shared_ptr<namespace_state> state_;
    std::shared_ptr<handler_table const> table_;
    adapters::room_index rooms_;
    std::vector<socket_state*> by_member_;
    std::vector<adapters::member> free_;
    std::size_t states_ = 0;
    std::uint64_t reached_ = 0;
};

} // namespace partyline
