// The life of a server: its ports, its threads, its signals, from `listen` to the end of the drain. Several servers with paths
// of their own may share one life.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <partyline/http_hooks.hpp>
#include <partyline/server.hpp>

#include "net/listening_socket.hpp"
#include "net/signals.hpp"
#include "net/tls_context.hpp"
#include "server/client_bundle.hpp"
#include "server/file_server.hpp"

namespace partyline {

class front;
class server_core;

/// Thread: `stop` any; the rest the thread that owns the server, before and after it runs, unless said otherwise.
/// Owner: the server. Lifetime: the server's; the threads end before it.
class server_life : public std::enable_shared_from_this<server_life>
{
public:
    explicit server_life(std::shared_ptr<server_core> root);
    ~server_life();

    [[nodiscard]] std::shared_ptr<server_core> const& root() const noexcept { return cores_.front(); }
    void add(std::shared_ptr<server_core> core) { cores_.push_back(std::move(core)); }
    /// Whether requests to that path go to one of the servers.
    [[nodiscard]] bool serves(std::string_view path) const noexcept;

    std::uint16_t listen(net::listen_address const& where, listen_options const& options);
    void reload_tls();
    void serve_files(std::string_view url, std::string_view folder) { files_.emplace_back(url, folder); }
    void on_http(http_handler handler) { http_handlers_.push_back(std::move(handler)); }

    /// The caller is the first thread. Returns after the drain.
    void run();
    /// All threads are own ones.
    void start();
    /// Any thread. The first call begins the drain; with `at_once` nothing is drained.
    void stop(bool at_once = false) noexcept;
    /// Until all threads have ended.
    void wait();
    /// The server is destroyed: ends at once; on one of its own threads without waiting.
    void abandon();

    /// Throws `wrong_thread` while it runs: for what all threads read without a lock.
    void demand_stopped() const;

    // read by the fronts
    [[nodiscard]] std::vector<http_handler> const& http_handlers() const noexcept { return http_handlers_; }
    [[nodiscard]] std::vector<file_server> const& files() const noexcept { return files_; }
    [[nodiscard]] client_bundle& bundle() noexcept { return bundle_; }
    [[nodiscard]] front& at(std::size_t index) noexcept { return *fronts_[index]; }
    [[nodiscard]] bool is_running() const noexcept { return running_.load(); }

private:
    struct port
    {
        std::vector<std::shared_ptr<net::listening_socket const>> sockets;
        std::unique_ptr<net::tls_context> tls;
    };

    void prepare(std::size_t own_threads);
    void work(std::size_t index);
    void begin_drain();
    static void drain(front& at, std::chrono::milliseconds patience);
    [[nodiscard]] bool on_own_thread() const noexcept;

    std::vector<std::shared_ptr<server_core>> cores_;
    std::vector<port> ports_;
    std::vector<http_handler> http_handlers_;
    std::vector<file_server> files_;
    client_bundle bundle_;
    std::vector<std::unique_ptr<front>> fronts_;
    std::vector<std::thread> threads_;
    std::atomic<bool> running_{false};
    std::atomic<bool> draining_{false};
    std::mutex mutex_;
    std::condition_variable idle_;
    std::size_t working_ = 0; // threads in `work`, the caller of `run` among them; under the mutex
    std::mutex join_;         // one joins, others wait for it
};

} // namespace partyline
