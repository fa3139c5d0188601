// The Socket.IO side of one client: which namespaces it has joined, and what its packets mean to them. It does not know
// how packets travel, nor who else is there.
//
// Theory of operation. CONNECT starts a `join`: find or make the namespace, restore a lost socket if the client names one,
// run the middleware, reply. Each step may end later, on another thread; the join holds nothing but the handle of
// the socket it made, and looks everything up again. Events that arrive meanwhile wait in the socket, within limits.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/codec.hpp>

#include "base/flat_map.hpp"
#include "server/joined_sockets.hpp"
#include "server/sequencer.hpp"
#include "server/slot.hpp"
#include "server/socket_state.hpp"

namespace partyline {

/// Thread: its shard's. Owner: its slot. Lifetime: the session's.
class peer final : public session_user
{
public:
    explicit peer(slot& connection);
    ~peer() override;

    void on_message(bool is_binary, std::string_view data) override;
    void on_closed(disconnect_reason reason, std::string_view description) override;
    [[nodiscard]] net::time_point next_deadline() const override;
    void on_deadline(net::time_point now) override;

    /// Ends one socket. `tell`: the client hears of it by a DISCONNECT packet.
    void leave(socket_state& socket, disconnect_reason reason, bool tell);
    /// Says goodbye in every namespace and closes the connection.
    void close();
    /// The same for a socket that may have no connection any more: handlers are told, rooms left, the state freed.
    static void bury(shard& home, socket_state& socket, disconnect_reason reason, std::string_view description = {});
    /// What `socket.disconnect(close)` does.
    static void disconnect(shard& home, socket_state& socket, bool close);
    /// The socket goes on with another connection: it is forgotten here without a word, and this connection closed when it was
    /// the last one. What was asked of the client is answered by `disconnected`: the question may be lost.
    void hand_over(socket_state& socket);

private:
    void on_packet(incoming_packet& packet, std::size_t bytes);
    void on_event(socket_state& socket, incoming_packet& packet);
    void on_ack(socket_state& socket, incoming_packet const& packet);
    void violate();

    // joining, in join.cpp
    struct join_request
    {
        std::string nsp;
        value auth;
    };
    using candidate_list = std::vector<std::shared_ptr<namespace_state>>;

    void on_connect(incoming_packet const& packet);
    void choose_namespace(join_request asked, candidate_list candidates, std::size_t next);
    void enter(join_request asked, std::shared_ptr<namespace_state> nsp);
    void start_socket(join_request asked, std::shared_ptr<namespace_state> nsp,
                      std::optional<restored_socket> restored);
    bool take_over(join_request const& asked, std::shared_ptr<namespace_state> const& nsp, restored_socket& restored);
    void give_up(std::string_view nsp, std::string_view message);
    void keep_open(std::string const& nsp);
    [[nodiscard]] std::optional<early_events> close_opening(std::string_view nsp);
    [[nodiscard]] early_events* find_opening(std::string_view nsp) noexcept;
    void reply(socket_state const& joined, std::vector<base::message_ref> const& missed);
    void register_pid(socket_state const& joined);
    static void run_middleware(shard& home, socket const& who, std::shared_ptr<handler_table const> const& table,
                               std::size_t next);
    static void refuse_socket(shard& home, socket_state& socket, refusal const& why);
    static void finish_join(shard& home, socket_state& joined, std::vector<base::message_ref> const& missed);

    bool keep_early(early_events& early, incoming_packet const& packet, std::size_t bytes);
    [[nodiscard]] bool has_joined_once() const noexcept { return connect_by_ == net::time_point::max(); }
    /// The peer of a session, for steps of a join that come back later; null if it is gone.
    [[nodiscard]] static peer* of_session(shard& home, base::id20 const& sid) noexcept;

    slot& connection_;
    shard& home_;
    std::unique_ptr<partial_packet> partial_;
    joined_sockets sockets_;
    // by name: namespaces whose join has no socket yet, because a decision or a restore is under way
    std::unique_ptr<base::string_map<early_events>> openings_;
    net::time_point connect_by_; // the end of time once it has joined something
};

} // namespace partyline
