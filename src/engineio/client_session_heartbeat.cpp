// Heartbeat of a client (Engine.IO 4: the server pings, the client pongs): a watchdog that each ping sets back. At most one
// answer is queued, however many pings a server sends to a client that cannot write.
// https://github.com/socketio/engine.io-protocol#heartbeat
#include "engineio/client_session.hpp"

namespace partyline::engineio {

void client_session::ping_arrived()
{
    restart_watchdog();
    if (!pong_queued_) {
        pong_queued_ = true;
        push(context_->pong());
    }
    tell(ping_received{});
}

void client_session::restart_watchdog() noexcept { ping_at_ = context_->received_at() + patience_; }

} // namespace partyline::engineio
