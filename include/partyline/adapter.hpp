// How the processes of a cluster reach each other's sockets: the plug-in point for an adapter of one's own. Without one a
// server is alone, and nothing here is ever called.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/args.hpp>
#include <partyline/result.hpp>
#include <partyline/value.hpp>

namespace partyline {

/// How a broadcast is to be delivered.
struct broadcast_flags
{
    bool volatile_ = false;                             ///< may be dropped where it cannot be written at once
    bool compress = true;                               ///< may be compressed where the connection can
    bool local = false;                                 ///< for this process alone; an adapter never sees it set
    std::optional<std::chrono::milliseconds> timeout{}; ///< how long acknowledgements or answers are waited for
};

/// To whom a broadcast, or any other call that concerns many sockets, is addressed: the sockets in at least one of
/// `rooms` (all of the namespace if there are none) that are in none of `except`. The id of a socket is a room of its own.
struct broadcast_options
{
    std::vector<std::string> rooms{};
    std::vector<std::string> except{};
    broadcast_flags flags{};
};

/// A socket as other processes see it.
struct socket_description
{
    std::string id;
    value handshake;
    std::vector<std::string> rooms; ///< its own room included
    value data;
};

/// The process that an adapter serves, in one namespace: here an adapter applies what other processes ask for. All calls
/// concern the sockets of this process alone, and are made on the adapter's thread, `post` excepted.
///
/// Thread: shard 0; `post` from any thread.
/// Owner: the namespace.
/// Lifetime: outlives the adapter; to be used from `adapter::init` until `adapter::close`.
class local_node
{
public:
    /// The namespace's name, with its leading slash.
    [[nodiscard]] virtual std::string_view nsp() const noexcept = 0;

    /// Emits `event` (its first argument is the name). `offset` is appended for connection state recovery, if there is one.
    virtual void broadcast(args const& event, broadcast_options const& options,
                           std::optional<std::string> offset = {}) = 0;
    /// Emits `event` and asks each socket for an acknowledgement. `on_count` is called once, with the number of sockets
    /// that were asked, then `on_ack` at most once for each, with its arguments, until `options.flags.timeout`.
    virtual void broadcast_with_ack(args const& event, broadcast_options const& options,
                                    std::function<void(std::size_t)> on_count, std::function<void(args)> on_ack) = 0;
    virtual void sockets_join(broadcast_options const& options, std::vector<std::string> const& rooms) = 0;
    virtual void sockets_leave(broadcast_options const& options, std::vector<std::string> const& rooms) = 0;
    /// `close`: the connections, too, not only the namespace.
    virtual void disconnect_sockets(broadcast_options const& options, bool close) = 0;
    /// Describes the sockets that are meant. `done` is called once, perhaps later.
    virtual void fetch_sockets(broadcast_options const& options,
                               std::function<void(std::vector<socket_description>)> done) = 0;
    /// Runs the handlers for events between servers. `event` begins with the name. `reply` is empty where no answer is
    /// asked for, else called at most once.
    virtual void server_event(args const& event, std::function<void(args)> reply) = 0;

    /// Runs `work` on the adapter's thread, soon. From any thread; `false` if the server is gone: `work` will not run.
    virtual bool post(std::function<void()> work) = 0;
    /// Runs `work` on the adapter's thread after `delay`, unless the namespace is closed before.
    virtual void after(std::chrono::milliseconds delay, std::function<void()> work) = 0;

protected:
    local_node() = default;
    local_node(local_node const&) = default;
    local_node& operator=(local_node const&) = default;
    ~local_node() = default;
};

/// What other servers answered to `server_side_emit`. `complete` is false if some did not answer in time.
struct server_responses
{
    bool complete = true;
    std::vector<args> responses;
};

/// One namespace of one process, as a member of a cluster. A user's own class derives from it; `server_options::adapter`
/// makes one for each namespace.
///
/// Each call here concerns the *other* processes: the server has already done, or does itself, what concerns its own
/// sockets. It is not called for what is `local`. Calls do not wait: answers come through callbacks, on the
/// same thread, at most once where nothing else is said. An adapter that cannot reach the others answers with what it
/// has and never throws: an exception is logged and counted by the server as if nothing had been sent.
///
/// Thread: shard 0.
/// Owner: the namespace.
/// Lifetime: made with the namespace; destroyed after `close`.
class adapter
{
public:
    /// Called exactly once for each broadcast, at once or later, in the order of the broadcasts: it delivers to the sockets of
    /// this process. A broadcast that could not be sent to the others is delivered here all the same. An adapter that
    /// keeps a log for connection state recovery gives the offset under which the others know the event.
    using deliver_here = std::function<void(std::optional<std::string> offset)>;

    virtual ~adapter() = default;

    /// The namespace is ready: called once, before anything else.
    virtual void init() {}
    /// The namespace or the server is being closed: drop callbacks, make no further calls to the node.
    virtual void close() {}

    /// Sends `event` (its first argument is the name) to the sockets that `options` mean.
    virtual void broadcast(args const& event, broadcast_options const& options, deliver_here deliver) = 0;
    /// As `broadcast`, asking for acknowledgements. `on_count` is called once for each other process, with the number of its sockets
    /// that were asked; `on_ack` for each of their answers; both until `options.flags.timeout` has passed.
    virtual void broadcast_with_ack(args const& event, broadcast_options const& options,
                                    std::function<void(std::size_t)> on_count, std::function<void(args)> on_ack) = 0;

    virtual void sockets_join(broadcast_options const& options, std::vector<std::string> const& rooms) = 0;
    virtual void sockets_leave(broadcast_options const& options, std::vector<std::string> const& rooms) = 0;
    virtual void disconnect_sockets(broadcast_options const& options, bool close) = 0;
    /// The sockets of all other processes; `timed_out` if one of them did not answer.
    virtual void fetch_sockets(broadcast_options const& options,
                               std::function<void(result<std::vector<socket_description>>)> done) = 0;
    /// Sends `event` (its first argument is the name) to the other servers. `done` is empty where no answer is wanted.
    virtual void server_side_emit(args const& event, std::function<void(server_responses)> done) = 0;
    /// The number of processes in the cluster, this one included; `timed_out` if it cannot be found out.
    virtual void server_count(std::function<void(result<std::size_t>)> done) = 0;

protected:
    adapter() = default;
    adapter(adapter const&) = delete;
    adapter& operator=(adapter const&) = delete;
};

/// Makes the adapter of one namespace. `node` may be kept, and used from `init` until `close`.
using adapter_factory = std::function<std::unique_ptr<adapter>(std::string_view nsp, local_node& node)>;

} // namespace partyline
