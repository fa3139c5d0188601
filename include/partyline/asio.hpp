// Clients in a program that has a `boost::asio::io_context`: its threads run them, and asio's coroutines await what they answer.
//
// Optional, and beside `describe.hpp` the only public header that includes Boost: all of it is compiled into the program, with the Boost that
// the program has. The library itself is given a descriptor to be watched and is told when it is readable (`client_driver.hpp`).
#pragma once

#include <algorithm>
#include <cerrno>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>
#include <vector>

#include <fcntl.h>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <partyline/client_driver.hpp>
#include <partyline/pending.hpp>

namespace partyline {

/// The clients of one `io_context`, as a service of it: made by the first `pool_on`, ended by the destructor of the context.
///
/// Thread: `pool` any. Owner: the context.
class asio_clients final : public boost::asio::execution_context::service
{
public:
    inline static boost::asio::execution_context::id id;

    explicit asio_clients(boost::asio::io_context& context)
        : service(context), context_(context), first_(std::make_unique<watched>(context))
    {}

    client_pool pool()
    {
        std::lock_guard const lock(mutex_);
        if (auto lease = lease_.lock()) return client_pool(std::move(lease));
        auto made =
            client_driver::make([executor = context_.get_executor()] { return executor.running_in_this_thread(); });
        lease_ = made.pool.lease();
        if (is_over_) return made.pool; // its driver ends here, and with it all that its clients could do
        auto guest = std::make_shared<watched>(context_);
        guest->watch(std::move(made.driver));
        guests_.push_back(guest);
        wait(std::move(guest));
        return made.pool;
    }

private:
    using descriptor = boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;

    struct watched
    {
        explicit watched(boost::asio::io_context& context) : set(context.get_executor()) {}
        void watch(client_driver given)
        {
            int const copy = ::fcntl(given.descriptor(), F_DUPFD_CLOEXEC, 0); // asio closes what it watches
            if (copy < 0) throw error(errc::system_failure, "no descriptor is left");
            driver = std::make_unique<client_driver>(std::move(given));
            set.assign(copy);
        }
        descriptor set;
        std::unique_ptr<client_driver> driver;
    };

    // One wait at a time, so turns never overlap, however many threads run the context.
    void wait(std::shared_ptr<watched> guest)
    {
        auto& set = guest->set;
        set.async_wait(descriptor::wait_read,
                       [this, guest = std::move(guest)](boost::system::error_code failure) mutable {
                           if (failure) return;
                           if (guest->driver->drive()) return wait(std::move(guest));
                           std::lock_guard const lock(mutex_);
                           guests_.erase(std::remove(guests_.begin(), guests_.end(), guest), guests_.end());
                       });
    }

    // The context is being destroyed. Services end in the reverse order of their beginning: asio's own, which the first descriptor has
    // begun, still stand.
    void shutdown() noexcept override
    {
        std::vector<std::shared_ptr<watched>> left;
        {
            std::lock_guard const lock(mutex_);
            is_over_ = true;
            lease_.reset();
            left.swap(guests_);
        }
        for (auto const& each : left) {
            each->driver->close();
            boost::system::error_code ignored;
            each->set.close(ignored);
        }
        first_.reset();
    }

    boost::asio::io_context& context_;
    std::mutex mutex_; // of the three below
    std::vector<std::shared_ptr<watched>> guests_;
    std::weak_ptr<pool_lease> lease_; // of the newest
    bool is_over_ = false;
    std::unique_ptr<watched> first_;
};

/// Clients on a context of the program's, without a thread of their own:
///
///     boost::asio::io_context context;
///     partyline::client line{"http://localhost:3000", {.pool = partyline::pool_on(context)}};
///     line.on("news", [](std::string text) {...});
///     line.connect();
///     context.run();
///
/// Thread: handlers and listeners run on the threads that run the context. If those are several: on any of them, never two handlers of this
/// context's clients at a time, as on one strand. Everything may be called from any thread, as ever; what handlers do takes effect at
/// once, what other code on the context's threads does in one of the next turns. `pending::get` throws `wrong_thread` on a thread
/// that runs the context.
///
/// Life: `run()` does not return as long as there is a client, or a handle of the pool. No order of destruction is demanded. When the context is
/// destroyed before its clients, they are cut off without a goodbye: awaited answers are `errc::disconnected`, no handler runs any more,
/// and what is done with them afterwards does nothing. A context that is stopped (or not run) holds its clients still; those destroyed
/// meanwhile say goodbye when it goes on.
[[nodiscard]] inline client_pool pool_on(boost::asio::io_context& context)
{
    return boost::asio::use_service<asio_clients>(context).pool();
}

/// Completes with a `result<T>`, on the executor of the handler, when the answer is there: `async_wait(std::move(answer), use_future)`. Cannot be
/// cancelled; a limit of time is the `timeout()` of what is awaited. The handler's context has to stand until then, unless it is the one
/// that the client is on.
template <class T, class Token>
auto async_wait(pending<T> answer, Token&& token)
{
    return boost::asio::async_initiate<Token, void(result<T>)>(
        [](auto handler, pending<T> from) {
            auto work = boost::asio::make_work_guard(boost::asio::get_associated_executor(handler));
            std::move(from).then([work = std::move(work), handler = std::move(handler)](result<T> given) mutable {
                auto const home = work.get_executor();
                boost::asio::post(home, [handler = std::move(handler), given = std::move(given)]() mutable {
                    std::move(handler)(std::move(given));
                });
            });
        },
        token, std::move(answer));
}

/// In coroutines of asio: `int sum = co_await partyline::as_awaitable(line.emit_with_ack<int>("add", 2, 3));` It goes on where it was, on its
/// own executor; throws `partyline::error` where there is no answer.
template <class T>
[[nodiscard]] boost::asio::awaitable<T> as_awaitable(pending<T> answer)
{
    auto given = co_await async_wait(std::move(answer), boost::asio::use_awaitable);
    if constexpr (std::is_void_v<T>)
        given.value();
    else
        co_return std::move(given).value();
}

} // namespace partyline
