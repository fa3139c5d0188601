// The handler may end the `signals` that called it, so what is called lives in a counted state.
#include "net/signals.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <partyline/error.hpp>

namespace partyline::net {

struct signals::state : std::enable_shared_from_this<state>
{
    state(loop& l, base::unique_function<void(int)> f) : home(l), set(l.context()), on_signal(std::move(f)) {}

    void wait()
    {
        set.async_wait([self = shared_from_this()](boost::system::error_code failure, int number) {
            if (failure || self->ended) return;
            self->home.turn([&] { self->on_signal(number); });
            if (!self->ended) self->wait();
        });
    }

    loop& home;
    boost::asio::signal_set set;
    base::unique_function<void(int)> on_signal;
    bool ended = false;
};

signals::signals(loop& loop, std::span<int const> numbers, base::unique_function<void(int)> on_signal)
    : state_(std::make_shared<state>(loop, std::move(on_signal)))
{
    for (int number : numbers) {
        boost::system::error_code failure;
        state_->set.add(number, failure);
        if (failure) throw error(errc::system_failure, failure.message());
    }
    state_->wait();
}

signals::~signals()
{
    state_->ended = true;
    boost::system::error_code ignored;
    state_->set.clear(ignored);
    state_->set.cancel(ignored);
}

} // namespace partyline::net
