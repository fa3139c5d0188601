// Life of a session: what goes in and out of the queue, how packets are read one by one, how it ends.
#include "engineio/session.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace partyline::engineio {

session::session(session_context& context, delivery_ref open, time_point now, revision protocol)
    : context_(&context),
      heartbeat_at_(now + context.options().ping_interval),
      transport_(transport::polling),
      protocol_(protocol),
      opening_(true)
{
    push(std::move(open));
}

session::session(session_context& context, delivery_ref open, link_id link, time_point now, revision protocol)
    : context_(&context),
      link_(link),
      heartbeat_at_(now + context.options().ping_interval),
      transport_(transport::websocket),
      protocol_(protocol)
{
    push(std::move(open));
}

void session::push(delivery_ref item)
{
    queued_bytes_ += item->bytes();
    queue_.push(std::move(item));
}

void session::pop(std::size_t count) noexcept
{
    for (auto const& item : queue_.items().first(count)) queued_bytes_ -= item->bytes();
    queue_.pop(count);
}

send_result session::send(delivery_ref item, send_flags flags)
{
    if (state_ != state::open) return send_result::closed;
    if (flags.is_volatile && (transport_ == transport::polling ? !poll_waits() : blocked_)) return send_result::dropped;
    push(std::move(item));
    return send_result::sent;
}

void session::consume(std::size_t count)
{
    pop(count);
    finish_if_drained();
}

void session::close(bool discard, time_point now)
{
    if (state_ == state::closed) return;
    if (discard) return finish(close_reason::forced_close);
    if (state_ == state::closing) return;
    state_ = state::closing;
    heartbeat_at_ = now + context_->options().close_timeout;
    finish_if_drained();
}

// A close that waited for the queue ends here; while polling it also needs a GET that takes the last packet.
void session::finish_if_drained()
{
    if (state_ == state::closing && queue_.empty() && (transport_ == transport::websocket || poll_waits()))
        finish(close_reason::forced_close);
}

void session::finish(close_reason reason, std::string_view detail, answer to_poll)
{
    if (state_ == state::closed) return;
    state_ = state::closed;
    reading_ = reading::nothing;
    end_post();
    if (poll_waits()) tell(respond{std::exchange(poll_, exchange_id::none), to_poll});
    if (probe_) tell(close_link{probe_->link});
    forget_probe();
    if (link_ != link_id::none) tell(close_link{std::exchange(link_, link_id::none)});
    auto const dropped_bytes = queued_bytes_;
    pop(queue_.size());
    queue_.shrink();
    heartbeat_at_ = time_point::max();
    tell(closed{reason, detail, dropped_bytes});
}

void session::tell(session_event event)
{
    if (!outbox_) outbox_ = std::make_unique<std::vector<session_event>>();
    outbox_->push_back(event);
}

std::optional<session_event> session::next_event()
{
    for (;;) {
        if (outbox_) {
            auto const event = outbox_->front();
            outbox_->erase(outbox_->begin());
            if (outbox_->empty()) outbox_.reset();
            return event;
        }
        if (reading_ == reading::nothing) return std::nullopt;
        if (auto const message = read_packet()) return *message;
    }
}

void session::start_reading(reading what, std::string_view data, time_point now)
{
    assert(reading_ == reading::nothing); // the shell has asked for all events
    if (data.size() > payload_reader::max_size) return finish(close_reason::transport_error, "message too big");
    context_->set_received_at(now);
    reading_ = what;
    incoming_ = payload_reader(data, context_->options().max_payload_packets);
}

std::optional<message_received> session::read_packet()
{
    if (reading_ == reading::payload) return read_payload();
    return read_frame();
}

std::optional<message_received> session::read_frame()
{
    bool const is_binary = std::exchange(reading_, reading::nothing) == reading::binary_frame;
    auto const data = incoming_.rest();
    if (state_ != state::open) return std::nullopt;
    return handle(is_binary ? packet{packet_type::message, true, data} : read_text_packet(data, context_->scratch()));
}

std::optional<message_received> session::handle(result<packet> const& item)
{
    if (!item) {
        finish(close_reason::parse_error);
        return std::nullopt;
    }
    if (item->type == packet_type::pong) {
        pong_received(context_->received_at());
        return std::nullopt;
    }
    other_received(context_->received_at());
    switch (item->type) {
    case packet_type::message:
        return message_received{item->is_binary, item->data};
    case packet_type::ping:
        finish(close_reason::transport_error, "invalid heartbeat direction");
        break;
    case packet_type::close:
        finish(close_reason::transport_close, {}, answer::noop);
        break;
    default:
        break; // open, upgrade, noop: without meaning here, ignored as in the official server
    }
    return std::nullopt;
}

void session::receive(link_id link, bool is_binary, std::string_view data, time_point now)
{
    if (state_ == state::closed || link == link_id::none) return;
    if (link == probing_link()) return receive_probe(is_binary, data, now);
    if (link == link_) start_reading(is_binary ? reading::binary_frame : reading::text_frame, data, now);
}

void session::link_closed(link_id link, bool clean, time_point, std::string_view detail)
{
    if (link == link_id::none) return;
    if (link == probing_link()) return forget_probe();
    if (link != link_) return;
    link_ = link_id::none;
    if (clean) return finish(close_reason::transport_close);
    finish(close_reason::transport_error, detail);
}

void session::tick(time_point now)
{
    if (now >= heartbeat_at_) tick_heartbeat(now);
    if (probe_) tick_probe(now);
}

time_point session::next_deadline() const noexcept
{
    return probe_ ? std::min({heartbeat_at_, probe_->give_up_at, probe_->noop_at}) : heartbeat_at_;
}

} // namespace partyline::engineio
