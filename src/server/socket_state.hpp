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
#include <utility>
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

class shard;
class slot;
class shard_timer;
class namespace_shard;

/// Where a socket stands: a shard, and a number in that shard's table of sockets.
struct socket_place
{
    /// It is between two shards, or not there yet.
    static constexpr std::uint32_t on_its_way = 0xFFFF'FFFF;

    std::uint32_t shard = 0;
    std::uint32_t number = on_its_way;
};

/// Thread: immutable, any; but for the place, which is written by the shard that has the socket in its hands, and read by any.
/// Owner: shared by the state and every handle. Lifetime: until the last handle is gone.
struct socket_identity
{
    socket_identity(base::id20 const& own_id, bool was_recovered, socket_place first, std::shared_ptr<mailbox> owner,
                    std::shared_ptr<namespace_state> in, partyline::handshake said)
        : id(own_id),
          recovered(was_recovered),
          place_(packed(first)),
          home(std::move(owner)),
          nsp(std::move(in)),
          handshake(std::move(said))
    {}

    [[nodiscard]] socket_place place() const noexcept
    {
        auto const both = place_.load(std::memory_order_acquire);
        return {static_cast<std::uint32_t>(both >> 32), static_cast<std::uint32_t>(both)};
    }
    void set_place(socket_place now) const noexcept { place_.store(packed(now), std::memory_order_release); }

private:
    [[nodiscard]] static std::uint64_t packed(socket_place place) noexcept
    {
        return std::uint64_t{place.shard} << 32 | place.number;
    }

public:
    base::id20 id;
    mutable std::atomic<bool> recovered{false}; ///< also set where a new connection takes the socket over
    mutable std::atomic<std::uint64_t> place_;  ///< see `place`
    std::shared_ptr<mailbox> home;              ///< of the shard where it joined
    std::shared_ptr<namespace_state> nsp;
    partyline::handshake handshake;
};

/// The shard of the calling thread, if the socket stands there; else null.
[[nodiscard]] shard* standing_here(socket_identity const& who) noexcept;

/// Runs `job` where the socket stands, at once if that is here, else in one of the turns there. Where the socket has moved away, the
/// job follows it. `false`: the server is gone, or a foreign thread's lane full.
template <class Job>
bool run_at(std::shared_ptr<socket_identity const> const& who, Job job, std::size_t bytes = 0);
/// The part of `run_at` for a socket that does not stand here.
bool send_to(std::shared_ptr<socket_identity const> const& who, mailbox::work job, std::size_t bytes);
/// The part of it that runs on some shard of the server: here, or on.
void follow(shard& from, std::shared_ptr<socket_identity const> who, mailbox::work job, std::size_t bytes);

// A job that runs at once is not packed up for a journey.
template <class Job>
bool run_at(std::shared_ptr<socket_identity const> const& who, Job job, std::size_t bytes)
{
    auto* const here = standing_here(*who);
    if (!here) return send_to(who, std::move(job), bytes);
    job(*here);
    return true;
}

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
    /// Handed over by one connection, not taken up by the next yet.
    [[nodiscard]] bool is_between_connections() const noexcept;
};

/// A socket on its way to another shard, with the rooms that it was in.
struct moving_socket
{
    std::unique_ptr<socket_state> state;
    std::vector<std::string> rooms;
};
static_assert(sizeof(socket_state) <= 88 && sizeof(socket_identity) <= 96, "every idle client costs one of each");

} // namespace partyline
