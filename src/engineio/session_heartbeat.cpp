// Heartbeat (Engine.IO 4: the server pings, the client pongs). One deadline: the next ping, or the end of waiting for
// the pong, or, once the session is closing, the end of waiting for the peer.
// https://github.com/socketio/engine.io-protocol#heartbeat
#include "engineio/session.hpp"

namespace partyline::engineio {

void session::tick_heartbeat(time_point now)
{
    if (state_ == state::closed) return;
    if (state_ == state::closing) return finish(close_reason::forced_close);
    if (awaits_pong_) return finish(close_reason::ping_timeout);
    queue_.shrink();
    push(context_->ping());
    awaits_pong_ = true;
    extended_ = false;
    heartbeat_at_ = now + context_->options().ping_timeout;
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
