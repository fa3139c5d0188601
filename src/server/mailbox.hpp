// How threads talk: one first-in-first-out lane per ordered pair of shards and one for foreign threads, bounded in bytes.
// What travels is work with immutable messages inside; it runs on the owner's thread, in a turn of its loop.
// It outlives the shard, so handles may hold it for ever; after `close` everything posted is dropped.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include <partyline/codec.hpp>

#include "base/unique_function.hpp"
#include "net/answer_home.hpp"

namespace partyline::net {
class loop;
}

namespace partyline {

class shard;
class server_core;

/// Thread: `post`, `run` and the getters any; `drain`, `open`, `close` the owner's.
/// Owner: shared by the shard, the core and every handle. Lifetime: until the last handle is gone.
class mailbox final : public net::answer_home
{
public:
    using work = base::unique_function<void(shard&)>;

    mailbox(std::weak_ptr<server_core> core, std::uint32_t index, std::size_t lanes, std::size_t max_bytes);

    [[nodiscard]] std::uint32_t index() const noexcept { return index_; }
    [[nodiscard]] std::shared_ptr<server_core> core() const { return core_.lock(); }

    /// Whether the calling thread is the owner's.
    [[nodiscard]] bool is_here() const noexcept;
    /// The shard, if the calling thread is the owner's and it still stands.
    [[nodiscard]] shard* here() const noexcept { return is_here() ? owner_ : nullptr; }
    /// Queues for the owner. `false`: closed, or a foreign thread's lane is full (a shard's own overflow is never refused: it is counted).
    bool post(work job, std::size_t bytes = 0);
    /// Runs now if this is the owner's thread, queues otherwise.
    bool run(work job, std::size_t bytes = 0);
    /// Runs what has been queued, at most `limit` items. Answers whether something is left.
    bool drain(std::size_t limit);

    /// The codec of the calling thread for this server: the shard's own, or one made for the foreign thread.
    [[nodiscard]] codec& codec_here() const;

    // net::answer_home
    bool run_here(base::unique_function<void()> job) override;
    void report(std::string_view what, std::exception_ptr thrown) noexcept override;

    /// The owner begins to work: called on its thread. `waker` is any thread's way to wake it.
    void open(shard& owner, net::loop& waker);
    void close() noexcept;
    /// What is posted is kept again, for an owner that will come.
    void reopen() noexcept { closed_.store(false, std::memory_order_release); }

    /// Nothing is taken any more: its owner has ended.
    [[nodiscard]] bool is_closed() const noexcept { return closed_.load(std::memory_order_acquire); }
    /// Items that waited because a lane between shards was over its bytes.
    [[nodiscard]] std::uint64_t overflows() const noexcept { return overflows_.load(std::memory_order_relaxed); }

private:
    struct item
    {
        work run;
        std::size_t bytes;
    };
    struct lane
    {
        std::mutex mutex;
        std::vector<item> items;
        std::size_t bytes = 0;
    };

    std::weak_ptr<server_core> core_;
    std::uint32_t index_;
    std::size_t max_bytes_;
    std::vector<std::unique_ptr<lane>> lanes_;
    std::vector<item> running_;
    std::size_t next_running_ = 0;
    std::atomic<void const*> thread_{nullptr};
    std::mutex wake_mutex_; // guards waker_ against close
    net::loop* waker_ = nullptr;
    shard* owner_ = nullptr;
    std::atomic<bool> closed_{false};
    std::atomic<bool> has_mail_{false};
    std::atomic<std::uint64_t> overflows_{0};
};

} // namespace partyline
