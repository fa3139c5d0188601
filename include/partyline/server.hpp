// The server: its main namespace, the ports it listens on, and its life.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/nsp.hpp>
#include <partyline/options.hpp>

namespace partyline {

class server_life;

/// Names of dynamic namespaces as a regular expression (RE2 syntax, linear time), found anywhere in the name unless anchored.
struct pattern
{
    std::string expression;
};

struct listen_options
{
    std::optional<tls_options> tls = {};
    /// SO_REUSEPORT: other servers, of this process or others of the same user, may listen on the port if they ask for this, too; the
    /// kernel spreads new connections over them. A session belongs to one of them: clients that poll need a balancer, WebSockets do not.
    bool reuse_port = false;
    int backlog = 1024; ///< connections that wait to be accepted; the kernel takes no more than `net.core.somaxconn`
    /// TCP: what the system takes of a connection, in bytes, before it is on its way; the next one waits in the send queue, and volatile
    /// events are dropped. 0: as many as it likes, which are megabytes on a slow line: a volatile event stands behind all of them.
    /// About 16,384 keeps volatile events fresh. (Linux: TCP_NOTSENT_LOWAT; elsewhere it has no effect.)
    int unsent_bytes = 0;
};

/// Figures of this moment, gathered from all threads.
struct server_statistics
{
    std::size_t connections = 0;         ///< Engine.IO sessions
    std::size_t sockets = 0;             ///< of the main namespace
    std::size_t rooms = 0;               ///< of the main namespace, each socket's own included
    std::vector<std::string> namespaces; ///< sorted
    std::size_t tcp_connections = 0;
    std::uint64_t handler_errors = 0; ///< exceptions and arguments that fit no handler
    std::uint64_t dropped = 0;        ///< messages dropped by full queues, volatile ones not counted
    /// Volatile messages that a client could not take at once, counted for each client.
    std::uint64_t volatile_dropped = 0;
    std::uint64_t overflows = 0;     ///< connections closed because their queue was full
    std::uint64_t encodings = 0;     ///< packets sealed: a broadcast counts once
    std::uint64_t writes = 0;        ///< system calls that sent
    std::uint64_t written_bytes = 0; ///< that they took, headers and HTTP included
};

/// What `server::every` has begun. A small handle; copies are the same repetition, and dropping it changes nothing. Thread: any.
class repetition
{
public:
    repetition() = default;
    /// No further call begins; called on the server's first thread, from this moment on.
    void cancel() const noexcept
    {
        if (cancelled_) cancelled_->store(true, std::memory_order_relaxed);
    }

    /// For the library.
    explicit repetition(std::shared_ptr<std::atomic<bool>> cancelled) noexcept : cancelled_(std::move(cancelled)) {}

private:
    std::shared_ptr<std::atomic<bool>> cancelled_;
};

/// A Socket.IO server. It is also the handle of its main namespace "/".
///
/// Life: declare handlers, `listen`, then `run()`; or `start()` and `stop()` to embed it. After `wait()`, or the end of `run()`, a new
/// life may begin with `listen`: what was declared holds, ports and clients are new, and nothing is left to recover.
/// The destructor stops without draining and joins the server's threads; on a thread of the server itself it only requests the stop.
class server : public nsp
{
public:
    server() : server(server_options{}) {}
    explicit server(server_options options);
    server(server const&) = delete;
    server& operator=(server const&) = delete;
    ~server();

    /// The namespace of that name; a missing leading "/" is added. Throws `invalid_option` for a name that no client could join: with a
    /// comma or U+001E, or longer than `limits.max_nsp_length`.
    [[nodiscard]] nsp of(std::string_view name) const;
    /// The parent of all namespaces whose name matches; each is made when its first client comes.
    [[nodiscard]] nsp of(pattern const& names) const;
    /// The same by decision: `(name, auth, allow)`; call `allow(bool)` once, now or later.
    [[nodiscard]] nsp
    of(std::function<void(std::string_view name, value const& auth, std::function<void(bool)> allow)> decide) const;
    /// `(nsp)`: a namespace has been made, by `of` or by a client; on the thread that made it. Any number of listeners, at any time.
    template <class F>
    void on_new_namespace(F listener) const
    {
        add_new_namespace(as_listener<void(partyline::nsp)>(std::move(listener)));
    }

    /// Binds now and answers the port (chosen by the system where 0 is given). Throws `partyline::error`
    /// (`address_in_use`, `address_not_available`, `access_denied`, `not_found` for a host without an address, `tls_failure`). May be repeated, for
    /// several addresses.
    std::uint16_t listen(std::uint16_t port, listen_options const& options = {}) { return listen("", port, options); }
    /// `host`: an address or name; "" for all addresses, IPv6 and IPv4.
    std::uint16_t listen(std::string_view host, std::uint16_t port, listen_options const& options = {});
    void listen_unix(std::string_view path, listen_options const& options = {});
    /// Reads certificates and keys again; connections made from now on use them. Throws `tls_failure` and keeps the old ones.
    void reload_tls();

    /// Files below `folder` at `url`, GET and HEAD, with ETag and ranges; no dot files, nothing outside of the folder. Throws `not_found`
    /// where there is no such folder.
    void serve_files(std::string_view url, std::string_view folder);
    /// Requests that are not Socket.IO's, before files.
    void on_http(http_handler handler);
    /// Every request of Socket.IO.
    void use_http(http_middleware middleware);
    /// A second Socket.IO server with a path of its own on the ports of this one. It lives and stops with this one. Throws `invalid_option`
    /// for a path whose requests would go to one that is there already: each gets what begins with its path.
    [[nodiscard]] server& attach(server_options options);

    /// The caller becomes the first thread of the server, until SIGINT, SIGTERM (unless `.signals` is off) or `stop()`; then
    /// clients are told, queues are drained (`drain_timeout`), and it returns. A second signal stops at once. Throws
    /// `invalid_option` without a port: `listen` comes before each `run()` or `start()`; `wrong_thread` if it runs already.
    void run();
    /// Runs on threads of its own. Throws as `run()` does.
    void start();
    /// Requests the stop, from any thread, a handler's too; returns at once. What is awaited still (an acknowledgement, `sleep`,
    /// `fetch_sockets`, ...) when the threads end is answered by `errc::disconnected`.
    void stop();
    /// Waits until it has stopped. Throws `wrong_thread` on a thread of the server.
    void wait();

    /// Runs `work`, a function or a coroutine, on the server's first thread after `delay`, or at the stop not at all. Thread: any.
    template <class F>
    void after(std::chrono::milliseconds delay, F work) const
    {
        run_after(delay, as_listener<void()>(std::move(work)));
    }
    /// Runs `work`, a function or a coroutine, on the server's first thread every `interval`, first after one, until it is cancelled or the
    /// server stops. A coroutine that takes longer than that runs beside the next. The calls
    /// keep to a grid of times, to the millisecond: what delays one delays no other, and a call whose whole interval has passed
    /// is left out, never made up for. Throws `invalid_option` for less than 1 ms. Thread: any.
    template <class F>
    repetition every(std::chrono::nanoseconds interval, F work) const
    {
        return run_every(interval, as_listener<void()>(std::move(work)));
    }
    /// Awaits: the coroutine goes on, on its thread, after `duration`.
    [[nodiscard]] pending<void> sleep(std::chrono::milliseconds duration) const;
    [[nodiscard]] pending<server_statistics> statistics() const;

private:
    server(std::shared_ptr<server_core> core, std::shared_ptr<server_life> life);
    void add_new_namespace(std::function<void(partyline::nsp)> listener) const;
    void run_after(std::chrono::milliseconds delay, std::function<void()> work) const;
    repetition run_every(std::chrono::nanoseconds interval, std::function<void()> work) const;

    std::shared_ptr<server_life> life_;
    std::vector<std::unique_ptr<server>> attached_;
};

} // namespace partyline
