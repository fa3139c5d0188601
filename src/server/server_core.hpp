// The server behind its handles: options, namespaces, threads, and the operations that concern many sockets. What
// belongs to one thread is its `shard`'s.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <partyline/broadcast.hpp>
#include <partyline/options.hpp>
#include <partyline/server.hpp>

#include "base/flat_map.hpp"
#include "base/message.hpp"
#include "base/unique_function.hpp"
#include "engineio/endpoint.hpp"
#include "engineio/session.hpp"
#include "server/mailbox.hpp"
#include "server/registry.hpp"
#include "server/socket_state.hpp"

namespace partyline {

class shard;
class front;
class sequencer;
struct socket_identity;
struct socket_state;

/// How a selection travels between shards.
using shared_selection = std::shared_ptr<broadcast_options const>;

/// Thread: what is not said to belong to a phase of life may be called from any. Owner: the server and every handle. Lifetime: until the last handle is gone.
class server_core : public std::enable_shared_from_this<server_core>
{
public:
    /// Throws `partyline::error(errc::invalid_option)` with a sentence.
    static std::shared_ptr<server_core> make(server_options options);
    ~server_core();

    [[nodiscard]] server_options const& options() const noexcept { return options_; }
    [[nodiscard]] engineio::endpoint const& endpoint() const noexcept { return *endpoint_; }
    [[nodiscard]] registry& names() noexcept { return names_; }
    [[nodiscard]] engineio::queue_limits const& queue_limits() const noexcept { return queue_limits_; }
    [[nodiscard]] base::hash_seed const& seed() const noexcept { return seed_; }
    [[nodiscard]] std::unique_ptr<codec> make_codec() const;
    [[nodiscard]] std::size_t threads() const noexcept { return boxes_.size(); }
    [[nodiscard]] std::shared_ptr<mailbox> const& box(std::size_t index) const noexcept { return boxes_[index]; }
    /// The shard of the calling thread, or null on a foreign one.
    [[nodiscard]] shard* here() const noexcept;
    [[nodiscard]] codec& codec_here() const;
    void log(log_level level, std::string_view message) const noexcept;
    void report(std::string_view what, std::exception_ptr thrown) const noexcept;

    /// Whether events of a namespace pass through its sequencer.
    [[nodiscard]] bool is_sequenced() const noexcept
    {
        return options_.connection_state_recovery.has_value() || static_cast<bool>(options_.adapter);
    }
    /// Runs `work` with the namespace's sequencer, on the first shard.
    bool sequence(std::shared_ptr<namespace_state> nsp, base::unique_function<void(sequencer&)> work,
                  std::size_t bytes = 0);

    /// Does `work` with the namespace's adapter, on the first shard. `false`, and nothing happens, without an adapter or with `local`.
    bool with_adapter(std::shared_ptr<namespace_state> const& nsp, bool local, std::function<void(adapter&)> work);

    /// A socket has gone from the namespace; an empty dynamic one is forgotten where that is asked for.
    void leave(std::shared_ptr<namespace_state> const& nsp);
    /// Runs `work(shard, who)` on the socket's thread, behind everything that was sent to it before from the calling thread: where
    /// events pass through the first shard on their way, what does not has to go round by it too.
    template <class Work>
    bool in_order(std::shared_ptr<socket_identity const> const& who, Work work, std::size_t bytes = 0)
    {
        auto* const here = standing_here(*who);
        if (here && !goes_round(*here)) {
            work(*here, who);
            return true;
        }
        auto job = [who, work = std::move(work)](shard& there) mutable { work(there, who); };
        return here ? go_round(who, std::move(job), bytes) : send_to(who, std::move(job), bytes);
    }

    // --- many sockets -----------------------------------------------------------------------------------------------

    bool broadcast(std::shared_ptr<namespace_state> const& nsp, payload event, broadcast_options to,
                   std::unique_ptr<responses_receiver> receiver);
    /// To this process, on the way from the sequencer or without one.
    bool deliver(std::shared_ptr<namespace_state> const& nsp, payload event, broadcast_options const& to,
                 std::optional<std::string> const& offset, std::optional<std::uint64_t> offset_number,
                 bool told = false, base::message_ref* made = nullptr);
    /// Asks the sockets of this process: `on_count` once, `on_ack` for each, `on_end` at the time-out or when all have answered. Called on the thread that asked, or the first shard's.
    struct ack_round;
    void ask(std::shared_ptr<namespace_state> const& nsp, payload event, broadcast_options const& to,
             std::function<void(std::size_t)> on_count, std::function<void(args)> on_ack,
             std::function<void(bool timed_out)> on_end);
    /// Does `work` with every selected socket of this process, shard by shard.
    void for_each_socket(std::shared_ptr<namespace_state> const& nsp, broadcast_options const& to,
                         std::function<void(shard&, socket_state&)> work);
    void fetch_local(std::shared_ptr<namespace_state> const& nsp, broadcast_options const& to,
                     std::function<void(std::vector<socket_description>)> done);
    void refresh(std::shared_ptr<namespace_state> const& changed);
    void announce_namespace(std::shared_ptr<namespace_state> const& made);
    /// Any number of listeners, at any time.
    void on_new_namespace(std::function<void(nsp)> listener);
    /// The server is gone: they may hold handles, and those the core.
    void forget_listeners();

    // --- life, in server.cpp ----------------------------------------------------------------------------------------

    std::vector<http_middleware> middleware;
    std::vector<std::unique_ptr<shard>> shards; // filled while it runs, by the fronts' threads

private:
    explicit server_core(server_options options);
    /// Whether what this shard sends to its own sockets has to pass the first shard, to stay behind broadcasts.
    [[nodiscard]] bool goes_round(shard const& here) const noexcept;
    bool go_round(std::shared_ptr<socket_identity const> const& who, mailbox::work job, std::size_t bytes);
    bool broadcast_to_children(std::shared_ptr<namespace_state> const& parent, payload const& event,
                               broadcast_options const& to, std::unique_ptr<responses_receiver> receiver);

    using new_namespace_listeners = std::vector<std::function<void(nsp)>>;

    server_options options_;
    std::optional<engineio::endpoint> endpoint_;
    base::hash_seed seed_;
    registry names_;
    engineio::queue_limits queue_limits_;
    std::vector<std::shared_ptr<mailbox>> boxes_;
    std::mutex listeners_mutex_;
    std::shared_ptr<new_namespace_listeners const> listeners_;
};

} // namespace partyline
