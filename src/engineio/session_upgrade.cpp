// The upgrade from polling to a WebSocket: a second line is probed while the first goes on, then everything moves.
//   client: opens a WebSocket with the sid      server: `probe`
//   client: 2probe                              server: 3probe, and releases the waiting GET so that the client can stop
//   client: 5                                   server: moves; what is queued follows on the WebSocket
// https://github.com/socketio/engine.io-protocol#upgrade
#include "engineio/session.hpp"

#include <utility>

namespace partyline::engineio {

bool session::probe(link_id link, time_point now)
{
    if (state_ == state::closed || transport_ != transport::polling || probe_) return false;
    probe_ = std::make_unique<probing>(probing{link, now + context_->options().upgrade_timeout});
    return true;
}

void session::receive_probe(bool is_binary, std::string_view data, time_point now)
{
    auto const item = is_binary ? result<packet>(errc::invalid_packet) : parse_packet(data);
    if (item && item->type == packet_type::ping && item->data == "probe") {
        tell(probe_answered{probe_->link});
        noop_due_ = true;
        probe_->noop_at = now + context_->options().noop_interval;
    } else if (item && item->type == packet_type::upgrade) {
        complete_upgrade();
    } else {
        tell(close_link{probe_->link});
        forget_probe();
    }
}

void session::complete_upgrade()
{
    if (poll_waits()) tell(respond{std::exchange(poll_, exchange_id::none), answer::noop});
    end_post();
    link_ = probe_->link;
    forget_probe();
    transport_ = transport::websocket;
    tell(upgraded{});
    finish_if_drained();
}

void session::forget_probe() noexcept
{
    probe_.reset();
    noop_due_ = false;
}

void session::tick_probe(time_point now)
{
    if (now >= probe_->give_up_at) {
        tell(close_link{probe_->link});
        return forget_probe();
    }
    if (now >= probe_->noop_at) {
        noop_due_ = true;
        probe_->noop_at = now + context_->options().noop_interval;
    }
}

} // namespace partyline::engineio
