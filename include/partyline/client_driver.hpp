// Clients without a thread: the event loop that the program has already drives them. `partyline/asio.hpp` does that for an `io_context`;
// anything else that can wait for a descriptor (epoll, libuv, GLib, Qt) does it with what stands here.
#pragma once

#include <functional>
#include <memory>

#include <partyline/client_options.hpp>

namespace partyline {

/// Whoever waits until `descriptor()` is readable and then calls `drive()` runs the clients of one pool:
///
///     auto [pool, driver] = partyline::client_driver::make();
///     partyline::client line{"http://localhost:3000", {.pool = pool}};
///     pollfd mine{driver.descriptor(), POLLIN, 0};
///     while (driver.drive()) ::poll(&mine, 1, -1);
///
/// (there `pool` has to be let go, too, before it ends: best where the client is made.)
///
/// Thread: `drive`, `close` and the destructor any, one at a time; handlers of the clients run in `drive`, on the thread that calls it.
/// Lifetime: it may end before its clients. Those are cut off then, without a goodbye: awaited answers are `errc::disconnected`, no
/// handler runs any more, and what is done with them afterwards does nothing.
class client_driver
{
public:
    struct driven_pool;

    /// A pool, for `client_options::pool`, and its driver. `runs_here`: whether the calling thread runs the program's loop; where it does,
    /// `pending::get` throws `wrong_thread` instead of waiting for ever. Throws `system_failure` where there are no descriptors left.
    [[nodiscard]] static driven_pool make(std::function<bool()> runs_here = {});

    client_driver(client_driver&&) noexcept = default;
    client_driver& operator=(client_driver&& other) noexcept;
    /// As `close`.
    ~client_driver();

    /// Readable (level-triggered) while there is something to do. It is the driver's: watch it, but do not read or close it. -1: it is over.
    [[nodiscard]] int descriptor() const noexcept;
    /// Does what is to be done, and returns without waiting. Nothing that handlers throw comes through. `false`: it is over, because the last
    /// client and the last handle of the pool are gone, or because of `close`.
    bool drive();
    /// Ends it. In a handler: when that has returned.
    void close() noexcept;

private:
    struct state;
    explicit client_driver(std::shared_ptr<state> made) noexcept;

    std::shared_ptr<state> state_;
};

struct client_driver::driven_pool
{
    client_pool pool;
    client_driver driver;
};

} // namespace partyline
