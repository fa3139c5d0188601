// Heartbeat (Engine.IO 4: the server pings, the client pongs). One deadline: the next ping, or the end of waiting for
// the pong, or, once the session is closing, the end of waiting for the peer.
// https://github.com/socketio/engine.io-protocol#heartbeat
#include "engineio/session.hpp"

namespace partyline::engineio {

namespace {

// What clocks round up, and a turn that was under way. A ping that is late by no more counts from when it was due, so that the two waits
// do not add their roundings; one that a held-up server sends late gives its client the whole time.
constexpr std::chrono::milliseconds on_time(2);

} // namespace

void session::tick_heartbeat(time_point now)
{
    if (state_ == state::closed) return;
    if (state_ == state::closing) return finish(close_reason::forced_close);
    if (awaits_pong_) return finish(close_reason::ping_timeout);
    queue_.shrink();
    push(context_->ping());
    awaits_pong_ = true;
    extended_ = false;
    auto const sent = now - heartbeat_at_ <= on_time ? heartbeat_at_ : now;
    heartbeat_at_ = sent + context_->options().ping_timeout;
}

// One that nobody asked for starts nothing, however many there are.
void session::pong_received(time_point now) noexcept
{
    if (!awaits_pong_) return;
    awaits_pong_ = false;
    heartbeat_at_ = now + context_->options().ping_interval;
}

// Other packets are a sign of life too: each ping's time-out is extended by the first of them (engine.io 6.6.11).
void session::other_received(time_point now) noexcept
{
    if (!awaits_pong_ || extended_) return;
    extended_ = true;
    heartbeat_at_ = now + context_->options().ping_timeout;
}

} // namespace partyline::engineio
