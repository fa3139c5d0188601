// What one thread of one server owns: its sessions, its sockets, its part of each namespace, its codec, its mailbox.
// The thread itself, its loop and its connections are the `front`'s, which several servers on the same ports share.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/flat_map.hpp"
#include "engineio/endpoint.hpp"
#include "engineio/session_context.hpp"
#include "engineio/session_table.hpp"
#include "net/link.hpp"
#include "server/mailbox.hpp"
#include "server/namespace_shard.hpp"
#include "server/sequencer.hpp"
#include "server/shard_timer.hpp"
#include "server/slot.hpp"
#include "server/socket_state.hpp"

namespace partyline {

class front;
class server_core;

/// Counted by one thread, added up by `server::statistics`.
struct shard_statistics
{
    std::uint64_t handler_errors = 0;
    std::uint64_t dropped = 0;
    std::uint64_t volatile_dropped = 0;
    std::uint64_t overflows = 0;
    std::uint64_t encodings = 0;
};

/// Where the answer to an exchange goes: the front that holds the connection.
struct waiting_exchange
{
    std::uint32_t front = 0;
    std::uint64_t exchange = 0; // the front's
    engineio::reply_plan plan;
};

/// Thread: one, its front's. Owner: the core. Lifetime: from `run` until the front has stopped.
class shard
{
public:
    shard(server_core& core, front& home, std::uint32_t index);
    ~shard();
    shard(shard const&) = delete;
    shard& operator=(shard const&) = delete;

    [[nodiscard]] server_core& core() const noexcept { return core_; }
    [[nodiscard]] front& home() const noexcept { return front_; }
    [[nodiscard]] std::uint32_t index() const noexcept { return index_; }
    [[nodiscard]] std::shared_ptr<mailbox> const& box() const noexcept { return box_; }
    [[nodiscard]] net::loop& loop() const noexcept;
    [[nodiscard]] net::time_point now() const noexcept;
    [[nodiscard]] codec& own_codec() noexcept { return *codec_; }
    [[nodiscard]] engineio::session_context& session_context() noexcept { return session_context_; }
    [[nodiscard]] shard_statistics& statistics() noexcept { return statistics_; }
    [[nodiscard]] net::link_owner& farewell() noexcept { return farewell_; }
    [[nodiscard]] net::link_options const& link_options() const noexcept { return link_options_; }
    [[nodiscard]] bool flush_delay_is_zero() const noexcept { return flush_delay_.count() == 0; }
    [[nodiscard]] base::id20 new_id();

    // --- sessions ---------------------------------------------------------------------------------------------------

    /// A new client. Null: too many sessions that have not joined anything yet.
    [[nodiscard]] slot* open_slot(base::id20 const& sid, std::shared_ptr<handshake_request const> request);
    [[nodiscard]] slot* find_slot(std::string_view sid) const noexcept;
    [[nodiscard]] base::id20 const& sid_of(slot const& which) const noexcept { return sessions_.id_of(which.number()); }
    [[nodiscard]] std::size_t slots() const noexcept { return sessions_.size(); }
    /// The session has ended: freed at the end of the turn.
    void release(slot& ended);
    void mark_dirty(slot& changed);
    /// A client joined its first namespace, or left without.
    void half_open(int change) noexcept { half_open_ += change; }

    /// Ends a session that has not begun.
    void discard(slot& unopened);
    /// A request for a session of this shard; `number` is how the session is to know it. Answers why it is refused.
    [[nodiscard]] std::optional<engineio::refusal> receive(engineio::session_request const& asked, std::uint64_t number,
                                                           waiting_exchange where, std::string_view body);
    /// Remembers where the answer to an exchange goes.
    void expect_answer(std::uint64_t number, waiting_exchange where)
    {
        exchanges_.insert_or_assign(number, std::move(where));
    }
    void answer_poll(slot& from, engineio::exchange_id exchange, std::string body, bool compress);
    void answer_exchange(slot& from, engineio::exchange_id exchange, engineio::answer what);
    void abort_exchange(slot& from, engineio::exchange_id exchange);
    /// The client gave up an exchange.
    void exchange_lost(engineio::exchange_id exchange) noexcept
    {
        exchanges_.erase(static_cast<std::uint64_t>(exchange));
    }

    // --- sockets ----------------------------------------------------------------------------------------------------

    [[nodiscard]] namespace_shard& open_namespace(std::shared_ptr<namespace_state> const& state);
    [[nodiscard]] namespace_shard* find_namespace(namespace_state const& state) const noexcept;
    [[nodiscard]] socket_state& add_socket(slot& connection, std::shared_ptr<namespace_state> const& nsp,
                                           base::id20 const& id, value auth, bool recovered);
    /// Its number may be used again; handles are dead from now on.
    void remove_socket(socket_state& socket);
    /// Takes a socket without connection off this shard, for another one: handles find the way.
    [[nodiscard]] moving_socket give_up(socket_state& socket);
    /// It stands here from now on, in its rooms, still without connection.
    socket_state& adopt(moving_socket arrived);
    /// The state behind a handle; null if it is gone, or not here.
    [[nodiscard]] socket_state* find(socket_identity const& identity) const noexcept;
    void refresh(namespace_state const& changed);

    /// Sends an event to one socket: acknowledgement, outgoing listeners, recovery log.
    bool emit(socket_identity const& to, payload event, emit_options const& options,
              std::unique_ptr<ack_receiver> receiver, bool limited);
    /// Seals and queues a packet for one connection.
    engineio::send_result send(slot& to, packet_header const& header, payload body, bool compress = true,
                               engineio::send_flags flags = {});
    /// A number for an acknowledgement: no two shards give out the same.
    [[nodiscard]] std::uint64_t next_ack_id() noexcept;
    /// Registers who waits for it. `false`: too many are waiting.
    bool expect_ack(socket_state& of, std::uint64_t id, std::unique_ptr<ack_receiver>& receiver,
                    std::optional<std::chrono::milliseconds> limit);
    /// `false`: nobody listens, and nothing was called.
    bool call_outgoing(namespace_shard& nsp, socket_state& socket, payload const& event);
    /// The arguments of an encoded event, name first left out; calls `use(name, args)`.
    void read_back(payload const& event, base::unique_function<void(std::string_view, args const&)> use);

    // --- time, errors -----------------------------------------------------------------------------------------------

    /// Somebody has left who held `bytes`. Once that is much together, the allocator is asked a second later to return what is free to
    /// the system, which it does not do by itself as long as something small lies behind it.
    void has_let_go(std::size_t bytes);
    /// May be given up with `cancel` until it has run.
    shard_timer* after(std::chrono::milliseconds delay, base::unique_function<void()> work);
    shard_timer* at(net::time_point when, base::unique_function<void()> work);
    void cancel(shard_timer* timer) noexcept;
    /// Calls user code; what it throws is logged and counted, and harms nothing else. `what` is a text, or makes one when it is needed.
    template <class What, class F>
    bool guard(What const& what, F&& call) noexcept
    {
        try {
            call();
            return true;
        } catch (...) {
            if constexpr (std::is_invocable_v<What const&>)
                report(what(), std::current_exception());
            else
                report(what, std::current_exception());
            return false;
        }
    }
    void report(std::string_view what, std::exception_ptr thrown) noexcept;

    [[nodiscard]] sequencer* find_sequencer(namespace_state const& nsp) const noexcept;
    [[nodiscard]] sequencer& open_sequencer(std::shared_ptr<namespace_state> const& nsp);
    /// Nobody is in it any more, on any thread: what is left of it here goes.
    void close_namespace(namespace_state const& nsp);

    // --- from the front ---------------------------------------------------------------------------------------------

    void on_wake();
    void on_turn_end();
    /// Tells all sockets that the server shuts down and closes all sessions.
    void shut_down(bool discard);
    /// At the end of its thread's work: everything left is freed.
    void clear();

private:
    friend class shard_timer;

    // takes the last words of links whose session is gone
    class last_words final : public net::link_owner
    {
    public:
        void on_message(net::link&, bool, std::string_view) override {}
        void on_writable(net::link&) override {}
        void on_link_closed(net::link&, net::link_end) override {}
    };
    [[nodiscard]] std::uint32_t free_socket_number();

    [[nodiscard]] std::optional<waiting_exchange> take_exchange(engineio::exchange_id exchange);
    void flush();

    server_core& core_;
    front& front_;
    std::uint32_t index_;
    std::shared_ptr<mailbox> box_;
    std::unique_ptr<codec> codec_;
    std::unique_ptr<codec> mirror_; // reads back what was encoded, for outgoing listeners
    engineio::session_context session_context_;
    engineio::session_table sessions_;
    std::vector<std::unique_ptr<slot>> slots_;
    std::vector<std::uint32_t> free_slots_;
    std::vector<std::uint32_t> dirty_;
    std::vector<std::uint32_t> flushing_;
    std::vector<std::uint32_t> ended_;
    std::vector<std::unique_ptr<socket_state>> sockets_;
    std::vector<std::uint32_t> free_sockets_;
    base::flat_map<namespace_state const*, std::unique_ptr<namespace_shard>> namespaces_;
    base::flat_map<namespace_state const*, std::unique_ptr<sequencer>> sequencers_; // shard 0 alone
    base::flat_map<std::uint64_t, waiting_exchange> exchanges_;
    std::vector<std::unique_ptr<shard_timer>> timers_;
    std::uint64_t next_ack_ = 0;
    std::chrono::milliseconds flush_delay_;
    shard_timer* flush_timer_ = nullptr;
    std::size_t let_go_ = 0; // bytes, since memory was returned
    shard_timer* memory_timer_ = nullptr;
    std::ptrdiff_t half_open_ = 0;
    last_words farewell_;
    net::link_options link_options_;
    shard_statistics statistics_;
};

} // namespace partyline
