// One client in one namespace, as its shard holds it, and the immutable part that every handle shares.
#pragma once

#include <any>
#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <typeindex>
#include <vector>

#include <partyline/socket.hpp>

#include "adapter/room_index.hpp"
#include "base/id.hpp"
#include "base/message.hpp"
#include "server/handler_table.hpp"
#include "server/mailbox.hpp"
#include "server/namespace_state.hpp"
#include "socketio/ack_table.hpp"

namespace partyline {

class slot;
class shard_timer;
class namespace_shard;

/// Thread: immutable, any. Owner: shared by the state and every handle. Lifetime: until the last handle is gone.
struct socket_identity
{
    socket_identity(base::id20 const& own_id, bool was_recovered, std::uint32_t own_number,
                    std::uint32_t own_generation, std::shared_ptr<mailbox> owner, std::shared_ptr<namespace_state> in,
                    partyline::handshake said)
        : id(own_id),
          recovered(was_recovered),
          number(own_number),
          generation(own_generation),
          home(std::move(owner)),
          nsp(std::move(in)),
          handshake(std::move(said))
    {}

    base::id20 id;
    mutable std::atomic<bool> recovered{false}; ///< also set where a new connection takes the socket over
    std::uint32_t number = 0;                   ///< in the shard's table of sockets
    std::uint32_t generation = 0;               ///< of that number
    std::shared_ptr<mailbox> home;
    std::shared_ptr<namespace_state> nsp;
    partyline::handshake handshake;
};

/// Who waits for an acknowledgement of this socket.
struct pending_ack
{
    std::unique_ptr<ack_receiver> receiver;
    shard_timer* limit; ///< null: until the socket is gone
};
using ack_list = socketio::ack_table<pending_ack>;

/// What a socket has only once it is used.
struct socket_extras
{
    handler_table own;            // socket.on and its like
    value data = value::object{}; // travels
    std::map<std::type_index, std::any> typed_data;
};

/// An event that arrived while a middleware or `on_connection` ran.
struct early_event
{
    std::string name;
    args arguments; // owned
    std::optional<std::uint64_t> id;
};
struct early_events
{
    std::deque<early_event> events;
    std::size_t bytes = 0;
};

/// What connection state recovery has to know of a socket.
struct recovery_state
{
    std::string pid;
    std::optional<std::uint64_t> first_offset;
    std::optional<std::uint64_t> last_offset;
};

/// Thread: its shard's. Owner: the shard. Lifetime: until every `on_disconnect` has returned.
struct socket_state
{
    enum class phase : std::uint8_t
    {
        joining,   ///< a middleware runs
        connected, ///< the CONNECT reply is queued
        gone,      ///< left; handles do nothing
    };

    std::shared_ptr<socket_identity const> identity;
    slot* connection = nullptr; ///< null once it is gone
    namespace_shard* nsp = nullptr;
    socket_state* next = nullptr; // of the same peer
    adapters::member member = 0;
    phase at = phase::joining;
    bool holds_events = true; ///< events are queued: `on_connection` has not returned yet
    std::unique_ptr<socket_extras> extras;
    std::unique_ptr<ack_list> acks;
    std::unique_ptr<early_events> early;
    std::unique_ptr<recovery_state> recovery;
    std::unique_ptr<std::vector<base::message_ref>> missed; // of a recovery whose middleware runs

    [[nodiscard]] socket_extras& with_extras()
    {
        if (!extras) extras = std::make_unique<socket_extras>();
        return *extras;
    }
    [[nodiscard]] socket handle() const { return socket(identity); }
};
static_assert(sizeof(socket_state) <= 88 && sizeof(socket_identity) <= 96, "every idle client costs one of each");

} // namespace partyline
