// When a connection is opened, and opened again: as the official `Manager`, with its order of events.
#include "client/client_connection.hpp"

namespace partyline {

void client_connection::open(time_point now)
{
    now_ = now;
    if (phase_ != phase::closed) return;
    if (!reconnecting_) {
        skips_reconnect_ = false;
        return start_session();
    }
    if (reconnect_at_ == time_point::max()) return; // the attempt is made already
    reconnect_at_ = time_point::max();
    tell(reconnect_attempt{backoff_.attempts()});
    later({step::attempt});
}

// The session did not open.
void client_connection::failed(std::string message, engineio::transport_failure why)
{
    bool const was_attempt = is_attempt_;
    is_attempt_ = false;
    phase_ = phase::closed;
    connect_by_ = time_point::max();
    tell(connection_failed{message, why});
    for (auto* const nsp : active_) nsp->on_failed(message, why);
    for (auto const& nsp : nsps_) nsp->on_session_gone();
    later({step::retry_after_failure, nullptr, was_attempt, std::move(message)});
}

void client_connection::reconnect()
{
    auto const& how = options_.reconnection;
    if (reconnecting_ || skips_reconnect_ || !how.enabled || phase_ != phase::closed) return;
    if (how.attempts && backoff_.attempts() >= *how.attempts) {
        backoff_.reset();
        tell(reconnect_failed{});
        return;
    }
    reconnecting_ = true;
    reconnect_at_ = now_ + backoff_.next(random());
}

void client_connection::set_reconnection(reconnect_options const& options) noexcept
{
    options_.reconnection = options;
    if (!options.enabled && phase_ == phase::closed) stop_reconnecting();
}

// A handler of `reconnect_attempt` may have closed the connection.
void client_connection::take_attempt()
{
    if (skips_reconnect_ || !reconnecting_ || phase_ != phase::closed) return;
    is_attempt_ = true;
    start_session();
}

void client_connection::stop_reconnecting() noexcept
{
    if (phase_ == phase::closed) backoff_.reset(); // who opens it again begins anew
    reconnecting_ = false;
    reconnect_at_ = time_point::max();
}

// splitmix64: the seed is the caller's, so the same seed waits the same times
double client_connection::random() noexcept
{
    random_state_ += 0x9e3779b97f4a7c15U;
    auto z = random_state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    z ^= z >> 31;
    return static_cast<double>(z >> 11) * 0x1p-53;
}

} // namespace partyline
