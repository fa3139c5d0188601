// The upgrade from polling to a WebSocket, from the client's side:
//   the WebSocket is open        2probe
//   3probe comes                 nothing is flushed any more; the GET and the POST under way come to their end
//   they have                    5, and everything travels on the WebSocket
// Whatever goes wrong before that, polling goes on as if nothing had been tried.
// https://github.com/socketio/engine.io-protocol#upgrade
#include "engineio/client_session.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace partyline::engineio {

void client_session::start_probe()
{
    bool const wanted = options_->upgrade && transport_ == transport::polling &&
                        std::find(transports_.begin(), transports_.end(), transport::websocket) != transports_.end();
    if (!wanted) return;
    websocket_worked_ = false;
    probe_link_ = link_id{next_id_++};
    upgrade_at_ = context_->received_at() + options_->upgrade_timeout;
    tell(open_link{probe_link_});
}

void client_session::receive_probe(bool is_binary, std::string_view data)
{
    if (upgrading_) return; // the server sends nothing more here before the 5
    if (is_binary || data != "3probe") return give_up_probe("probe error", false);
    upgrading_ = true;
    websocket_worked_ = true;
    complete_upgrade_if_paused();
}

void client_session::complete_upgrade_if_paused()
{
    bool const paused = poll_ == exchange_id::none && post_ == exchange_id::none && reading_ == reading::nothing;
    if (!upgrading_ || !paused) return;
    shed_posted_parts();
    upgrading_ = false;
    upgrade_at_ = time_point::max();
    link_ = std::exchange(probe_link_, link_id::none);
    transport_ = transport::websocket;
    blocked_ = false;
    tell(write_text{link_, "5"});
    tell(upgraded{});
    finish_if_drained();
}

// A message whose first packets went by POST keeps the others only, so that the shell writes whole deliveries.
void client_session::shed_posted_parts()
{
    if (posted_parts_ == 0) return;
    std::vector<delivery_ref> items(queue_.items().begin(), queue_.items().end());
    auto const& whole = *items.front();
    auto const first = whole.parts().begin() + static_cast<std::ptrdiff_t>(std::exchange(posted_parts_, 0));
    items.front() = delivery_ref::make(base::message_ref::make({first, whole.parts().end()}, whole.compress()));
    bool const pong_queued = pong_queued_;
    pop(queue_.size());
    for (auto& item : items) push(std::move(item));
    pong_queued_ = pong_queued;
}

void client_session::give_up_probe(std::string_view detail, bool link_is_gone, transport_failure why)
{
    if (probe_link_ == link_id::none) return;
    auto const link = std::exchange(probe_link_, link_id::none);
    if (!link_is_gone) tell(close_link{link});
    upgrade_at_ = time_point::max();
    websocket_worked_ = false;
    tell(upgrade_failed{detail, why});
    // polling had come to rest, or was about to
    bool const rests = std::exchange(upgrading_, false) && poll_ == exchange_id::none && reading_ == reading::nothing;
    if (rests && state_ == state::open) start_poll();
}

} // namespace partyline::engineio
