// The order of a namespace whose events need one for the whole process: because they are logged for connection state
// recovery, or because an adapter gives them to other processes. It stands on the first shard; every such event passes
// through it on its way to the shards, so that all of them, and the log, see the same order.
#pragma once

#include <any>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <typeindex>
#include <unordered_map>
#include <utility>
#include <vector>

#include <partyline/adapter.hpp>
#include <partyline/broadcast.hpp>

#include "base/message.hpp"
#include "server/socket_state.hpp"
#include "socketio/recovery_log.hpp"

namespace partyline {

class server_core;
class shard;
class shard_timer;

/// What a socket takes along when it is lost: its data and its own handlers.
using carried_state = std::shared_ptr<socket_extras>;

/// What a client that came back is given.
struct restored_socket
{
    std::string sid;
    std::vector<std::string> rooms;
    carried_state extras;
    std::vector<base::message_ref> missed;
    recovery_state recovery;
    /// Taken over from a connection that was still there: the socket itself, without it. Handlers see no second join.
    std::shared_ptr<socket_identity const> same;
};

/// What a socket needs to come back. Precondition: recovery is on for it.
[[nodiscard]] socketio::parked_session<carried_state> describe(socket_state const& socket);

/// Thread: the first shard's. Owner: that shard. Lifetime: the namespace's, while the server runs.
class sequencer final : public local_node
{
public:
    sequencer(shard& home, std::shared_ptr<namespace_state> nsp);
    ~sequencer();

    /// Gives the event its place, its offset, and sends it on to the shards (and by the adapter to other processes).
    /// `told`: listeners of outgoing events have heard of it.
    void publish(payload event, broadcast_options const& to, bool told = false);
    /// Asks every selected socket of the process and of others for an acknowledgement.
    void publish_with_ack(payload event, broadcast_options const& to, std::unique_ptr<responses_receiver> receiver);

    // --- recovery -----------------------------------------------------------------------------------------------

    /// A socket has joined under this secret.
    void register_socket(std::string const& pid, std::shared_ptr<socket_identity const> identity);
    /// It left for good.
    void forget(std::string const& pid);
    /// It was lost: what it needs to come back is kept.
    void park(socketio::parked_session<carried_state> lost);
    /// What a claim comes to: what is restored, if anything, and a socket that has to be adopted by the claimant's shard in either case.
    using claim_answer =
        std::function<void(std::optional<restored_socket>, std::shared_ptr<moving_socket> const& moving)>;
    /// A client of the shard behind `claimant` says that it was here. If its socket has a connection that nobody has
    /// noticed as dead, the socket itself goes over, to another shard if need be; if middleware has to see it, the old
    /// connection is closed first instead. Answers on the first shard's thread, now or later.
    void claim(std::string pid, std::optional<std::string> offset, std::shared_ptr<mailbox> const& claimant,
               claim_answer answer);

    // --- the adapter's side -------------------------------------------------------------------------------------

    [[nodiscard]] partyline::adapter* adapter() const noexcept { return adapter_.get(); }
    [[nodiscard]] std::string_view nsp() const noexcept override { return nsp_->name(); }
    void broadcast(args const& event, broadcast_options const& options,
                   std::optional<std::string> offset = {}) override;
    void broadcast_with_ack(args const& event, broadcast_options const& options,
                            std::function<void(std::size_t)> on_count, std::function<void(args)> on_ack) override;
    void sockets_join(broadcast_options const& options, std::vector<std::string> const& rooms) override;
    void sockets_leave(broadcast_options const& options, std::vector<std::string> const& rooms) override;
    void disconnect_sockets(broadcast_options const& options, bool close) override;
    void fetch_sockets(broadcast_options const& options,
                       std::function<void(std::vector<socket_description>)> done) override;
    void server_event(args const& event, std::function<void(args)> reply) override;
    bool post(std::function<void()> work) override;
    void after(std::chrono::milliseconds delay, std::function<void()> work) override;

private:
    void find_claimed(std::string const& pid, std::optional<std::string> const& offset,
                      std::shared_ptr<mailbox> const& claimant, claim_answer const& answer);
    /// Runs `work` when everything has arrived that any shard has sent here until now.
    void behind_all(std::function<void()> work);
    /// `given`: the offset under which other processes know the event; else it gets one of this process's.
    void deliver_here(payload event, broadcast_options const& to, bool told,
                      std::optional<std::string> const& given = {});
    /// The number of the event whose offset a client names.
    [[nodiscard]] std::optional<std::uint64_t> number_of(std::string const& offset) const;
    void forget_offsets();
    void restore_parked(std::string const& pid, std::optional<std::string> const& offset,
                        std::shared_ptr<socket_identity const> same, std::shared_ptr<moving_socket> const& moving,
                        claim_answer const& answer);
    void tick();

    shard& home_;
    std::shared_ptr<namespace_state> nsp_;
    std::unique_ptr<partyline::adapter> adapter_;
    std::optional<socketio::recovery_log<base::message_ref, carried_state>> log_;
    std::uint64_t next_offset_ = 1;
    // offsets that the adapter gave, for the events that are in the log
    std::unordered_map<std::string, std::uint64_t> numbers_;
    std::deque<std::pair<std::uint64_t, std::string>> given_;                      // by number
    std::unordered_map<std::string, std::shared_ptr<socket_identity const>> live_; // by pid
    shard_timer* sweep_ = nullptr;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); // for callbacks that outlive it
};

} // namespace partyline
