// One shard's event loop: an own epoll set for connections, nested in an io_context that waits, or in whatever loop the program has.
// It does not know what its channels do. The server makes one per shard and is its host; so does each thread of clients.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/unique_function.hpp"
#include "net/channel.hpp"
#include "net/deadline_queue.hpp"
#include "net/net_counters.hpp"

namespace boost::asio {
class io_context;
}

namespace partyline::net {

/// Who owns what the loop drives. All calls come on the loop's thread.
class loop_host
{
public:
    /// Somebody called `wake()` since the last time: look at the mailboxes.
    virtual void on_wake() = 0;
    /// The end of a turn: write what has become dirty. Called once after each entry into the loop.
    virtual void on_turn_end() = 0;
    /// A turn took longer than `loop_options::slow_turn`.
    virtual void on_slow_turn(std::chrono::nanoseconds) {}

protected:
    ~loop_host() = default;
};

/// What the loop calls beside its host at the end of each turn: `connections` flushes and frees there.
class turn_listener
{
public:
    /// After the host's `on_turn_end`. Answers whether the host was told something and must be asked again.
    virtual bool on_turn_end() = 0;

protected:
    ~turn_listener() = default;
};

struct loop_options
{
    std::chrono::nanoseconds slow_turn = std::chrono::milliseconds(50);
    std::chrono::nanoseconds batch_time = std::chrono::milliseconds(1); ///< a batch of ready descriptors ends then
    std::size_t batch_events = 256;                                     ///< or after so many
};

/// The part of a loop that other threads may hold: it outlives the loop, and is without effect then.
///
/// Thread: any. Owner: shared. Lifetime: any.
class waker
{
public:
    waker();
    ~waker();
    waker(waker const&) = delete;
    waker& operator=(waker const&) = delete;

    /// As `loop::wake`.
    void wake() noexcept;

private:
    friend class loop;
    void interrupt() noexcept;

    std::atomic<bool> wanted_{false};
    std::atomic<bool> stopping_{false};
    int event_; // eventfd: something is to be done in the next turn
};

/// How a loop is made that the program's own event loop drives.
struct driven_from_outside
{};

/// A turn is one entry: a batch of ready descriptors, a timer expiry, an asio handler, a wake-up. In a turn, in this order:
/// the batch, turn end, wake, turn end, deadlines, turn end; stages in which nothing happened are left out.
///
/// Thread: everything on the thread that runs it, but `stop` and `wake`, which any thread may call. One that is driven from outside
/// may be driven by different threads, one after the other.
/// Owner: the server (or client). Lifetime: longer than every channel and listener of it.
class loop
{
public:
    /// With a context of its own.
    explicit loop(loop_host& host, loop_options options = {});
    /// Without one: `descriptor` is readable when there is something to do, and `drive` does it.
    loop(loop_host& host, driven_from_outside, loop_options options = {});
    ~loop();
    loop(loop const&) = delete;
    loop& operator=(loop const&) = delete;

    /// Works until `stop`. Only with a context of its own.
    void run();
    /// Works off what is ready, waiting at most `patience` for something; answers whether anything happened. For tests and embedding.
    bool run_for(std::chrono::nanoseconds patience);
    /// Any thread. Makes `run` return after the present turn, and `drive` answer `false`.
    void stop() noexcept;
    /// The set, for `poll` or `epoll`. Owned by the loop.
    [[nodiscard]] int descriptor() const noexcept { return epoll_.number; }
    /// One turn, without waiting. `false`: it has been stopped. Only of a loop that is driven from outside.
    bool drive();
    /// Any thread. `on_wake` will be called soon; any number of calls until then cost one system call.
    void wake() noexcept { waker_->wake(); }
    /// For those who may outlive the loop.
    [[nodiscard]] std::shared_ptr<waker> remote() const noexcept { return waker_; }
    /// Calls `function` as a turn of its own, as soon as possible. Only on the loop's thread.
    void post(base::unique_function<void()> function);
    /// Runs `function` now, as a turn: for handlers that asio calls. Inside a turn it is a plain call.
    void turn(base::unique_function<void()> function);

    /// The time of the present turn.
    [[nodiscard]] time_point now() const noexcept { return now_; }
    void schedule(timed& item, time_point deadline);
    void cancel(timed& item) noexcept { deadlines_.cancel(item); }
    [[nodiscard]] deadline_queue const& deadlines() const noexcept { return deadlines_; }

    /// Puts the channel into the set, level-triggered. `events` are epoll's. Answers whether the system allowed it.
    [[nodiscard]] bool add(channel& item, std::uint32_t events);
    void change(channel& item, std::uint32_t events) noexcept;
    /// Takes it out, before its descriptor is closed or given away. Its deadline and calls of `again` are forgotten, too.
    void remove(channel& item) noexcept;
    /// `on_again` will be called in the next turn.
    void again(channel& item);
    /// Takes a channel over and frees it when the present turn, or else the next one, has ended. It hears nothing from now on.
    void retire(std::unique_ptr<channel> item);
    /// There will be a turn end, also if this was called between turns.
    void demand_turn() noexcept;
    /// At most one: `connections`.
    void listen_to_turns(turn_listener* listener) noexcept { listener_ = listener; }

    /// The read buffer shared by all connections of the loop, 64 KiB; `read_slack` readable bytes follow it.
    [[nodiscard]] std::span<char> read_buffer() noexcept { return {buffer_.get(), read_size}; }
    static constexpr std::size_t read_size = 65536;
    static constexpr std::size_t read_slack = 64;

    /// Only of a loop with a context of its own.
    [[nodiscard]] boost::asio::io_context& context() noexcept;
    [[nodiscard]] net_counters& counters() noexcept { return counters_; }

private:
    struct reactor; // the asio side, in loop.cpp; none where it is driven from outside
    struct ready_batch;
    struct owned_descriptor
    {
        owned_descriptor() = default;
        owned_descriptor(owned_descriptor const&) = delete;
        owned_descriptor& operator=(owned_descriptor const&) = delete;
        ~owned_descriptor();
        int number = -1;
    };

    void start();
    void wait();
    void work();
    void batch();
    void begin_turn() noexcept;
    void end_stage();
    void end_turn();
    void arm();
    void forget(channel& item) noexcept;

    loop_host& host_;
    loop_options options_;
    turn_listener* listener_ = nullptr;
    owned_descriptor epoll_;
    std::unique_ptr<reactor> reactor_;
    owned_descriptor timer_; // timerfd: the earliest deadline
    std::shared_ptr<waker> waker_;
    time_point now_;
    time_point turn_began_;
    time_point armed_ = time_point::max(); // when the timerfd fires
    bool in_turn_ = false;
    bool demanded_ = false;
    deadline_queue deadlines_;
    std::unique_ptr<ready_batch> ready_;
    std::vector<channel*> again_;
    std::vector<channel*> again_now_;
    std::vector<std::unique_ptr<channel>> retired_;
    std::vector<base::unique_function<void()>> posted_;
    std::unique_ptr<char[]> buffer_;
    net_counters counters_;
};

} // namespace partyline::net
