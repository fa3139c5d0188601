// How other threads reach the thread of clients: one first-in-first-out queue of work. It outlives that thread, so handles may hold it
// for ever; after `close` everything posted is dropped. It does not know clients.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "base/unique_function.hpp"
#include "net/answer_home.hpp"

namespace partyline::net {
class waker;
}

namespace partyline {

class client_loop;

/// Thread: `post`, `run` and the getters any; `drain`, `enter`, `leave`, `close` the loop's; `open` before it begins.
/// Owner: shared by the loop's thread and every handle. Lifetime: until the last handle is gone.
class client_box final : public net::answer_home
{
public:
    using work = base::unique_function<void(client_loop&)>;

    /// Whether the calling thread is the loop's.
    [[nodiscard]] bool is_here() const noexcept;
    /// The loop, if the calling thread is its own and it still stands.
    [[nodiscard]] client_loop* here() const noexcept { return is_here() ? owner_ : nullptr; }
    /// Queues for the loop. `false`: closed.
    bool post(work job);
    /// Runs now if this is the loop's thread, queues otherwise.
    bool run(work job);
    /// Runs what has been queued, at most `limit` items. Answers whether something is left.
    bool drain(std::size_t limit);

    /// The loop stands: it will be woken for what is posted.
    void open(client_loop& owner, std::shared_ptr<net::waker> waker);
    /// The calling thread is the loop's, until `leave`.
    void enter() noexcept;
    void leave() noexcept;
    void close() noexcept;
    /// Nothing is taken any more.
    [[nodiscard]] bool is_closed() const noexcept { return closed_.load(std::memory_order_acquire); }

    // net::answer_home
    bool run_here(base::unique_function<void()> job) override;
    void report(std::string_view what, std::exception_ptr thrown) noexcept override;

private:
    std::mutex mutex_; // of the three below, and of the moment of closing
    std::vector<work> items_;
    std::shared_ptr<net::waker> waker_;
    bool has_mail_ = false;

    std::atomic<bool> closed_{false};
    std::atomic<void const*> thread_{nullptr};
    client_loop* owner_ = nullptr;
    std::vector<work> running_;
    std::size_t next_running_ = 0;
};

} // namespace partyline
