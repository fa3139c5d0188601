// Life of a client's session: how it opens, what goes in and out of the queue, how packets are read one by one, how it ends.
#include "engineio/client_session.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <utility>

#include "engineio/open_packet.hpp"
#include "http/percent.hpp"

namespace partyline::engineio {

client_session::client_session(client_options const& options, client_context& context, client_start const& start)
    : options_(&options),
      context_(&context),
      transports_(options.transports),
      next_id_(start.first_id),
      stamp_(start.stamp),
      websocket_worked_(start.websocket_worked)
{
    open_transport();
}

void client_session::open_transport()
{
    if (transports_.empty())
        return finish(close_reason::transport_error, "no transports available", {errc::invalid_option});
    bool const remembered =
        options_->remember_upgrade && websocket_worked_ &&
        std::find(transports_.begin(), transports_.end(), transport::websocket) != transports_.end();
    transport_ = remembered ? transport::websocket : transports_.front();
    if (transport_ == transport::polling) return start_poll();
    link_ = link_id{next_id_++};
    tell(open_link{link_});
}

void client_session::append_query(std::string& out, transport via)
{
    out += "EIO=4&transport=";
    out += name(via);
    if (options_->timestamp_requests.value_or(via == transport::polling)) {
        char digits[16];
        auto const end = std::to_chars(digits, digits + sizeof digits, stamp_++, 36).ptr;
        out.append(1, '&').append(http::percent_encode(options_->timestamp_param)).append(1, '=').append(digits, end);
    }
    if (!sid_.empty()) out.append("&sid=").append(http::percent_encode(sid_));
    // polling carries base64 anyway: only its handshake says so, as the official client does it
    if (options_->force_base64 && (via == transport::websocket || sid_.empty())) out += "&b64=1";
}

void client_session::push(delivery_ref item)
{
    queued_bytes_ += item->bytes();
    queue_.push(std::move(item));
}

void client_session::pop(std::size_t count) noexcept
{
    for (auto const& item : queue_.items().first(count)) {
        queued_bytes_ -= item->bytes();
        if (item == context_->pong()) pong_queued_ = false;
    }
    queue_.pop(count);
    if (queue_.empty()) queue_.shrink();
}

bool client_session::writable() const noexcept
{
    if (state_ != state::open) return false;
    return transport_ == transport::polling ? post_ == exchange_id::none : !blocked_;
}

send_result client_session::send(delivery_ref item, send_flags flags)
{
    if (state_ == state::closing || state_ == state::closed) return send_result::closed;
    if (flags.is_volatile && !writable()) return send_result::dropped;
    push(std::move(item));
    return send_result::sent;
}

void client_session::consume(std::size_t count)
{
    pop(count);
    finish_if_drained();
}

void client_session::close(bool discard, time_point now)
{
    if (state_ == state::closed) return;
    if (discard || state_ == state::opening) return finish(close_reason::forced_close);
    if (state_ == state::closing) return;
    state_ = state::closing;
    reading_ = reading::nothing;
    ping_at_ = time_point::max();
    close_at_ = now + options_->close_timeout;
    if (upgrading_)
        complete_upgrade_if_paused(); // perhaps only what was being read has held it up
    else
        give_up_probe("the session is closing", false);
    finish_if_drained();
}

// On a WebSocket; while polling the answer to the farewell is what ends a close that waited.
void client_session::finish_if_drained()
{
    if (state_ == state::closing && transport_ == transport::websocket && queue_.empty())
        finish(close_reason::forced_close);
}

// As the official client: whatever breaks while the session opens may be tried another way.
void client_session::fail(std::string_view detail, transport_failure why)
{
    if (state_ == state::closed) return;
    websocket_worked_ = false;
    if (state_ == state::opening && options_->try_all_transports && transports_.size() > 1) {
        reading_ = reading::nothing;
        drop_requests();
        std::erase(transports_, transport_);
        return open_transport();
    }
    constexpr int bad_request = 400; // what a server says of a session that it does not have
    if (why.status != bad_request) say_farewell();
    finish(state_ == state::closing ? close_reason::forced_close : close_reason::transport_error, detail, why);
}

void client_session::drop_requests()
{
    for (auto* const exchange : {&poll_, &post_})
        if (*exchange != exchange_id::none) tell(abort_exchange{std::exchange(*exchange, exchange_id::none)});
    for (auto* const link : {&probe_link_, &link_})
        if (*link != link_id::none) tell(close_link{std::exchange(*link, link_id::none)});
}

void client_session::finish(close_reason reason, std::string_view detail, transport_failure why)
{
    if (state_ == state::closed) return;
    state_ = state::closed;
    reading_ = reading::nothing;
    upgrading_ = false;
    drop_requests();
    pop(queue_.size());
    ping_at_ = upgrade_at_ = close_at_ = time_point::max();
    tell(client_closed{reason, detail, why});
}

std::optional<client_event> client_session::next_event()
{
    for (;;) {
        if (!outbox_.empty()) {
            auto const event = outbox_.front();
            outbox_.erase(outbox_.begin());
            if (outbox_.empty()) std::vector<client_event>().swap(outbox_);
            return event;
        }
        if (reading_ == reading::nothing) return std::nullopt;
        if (auto const message = read_packet()) return *message;
    }
}

void client_session::start_reading(reading what, std::string_view data, time_point now)
{
    assert(reading_ == reading::nothing); // the shell has asked for all events
    if (data.size() > options_->max_message_bytes || data.size() > payload_reader::max_size)
        return fail("message too big", {errc::message_too_big});
    context_->set_received_at(now);
    reading_ = what;
    incoming_ = payload_reader(data, options_->max_payload_packets);
}

std::optional<message_received> client_session::read_packet()
{
    if (reading_ == reading::payload) {
        if (incoming_.more()) return handle(incoming_.next(context_->scratch()));
        reading_ = reading::nothing;
        poll_read();
        return std::nullopt;
    }
    bool const is_binary = std::exchange(reading_, reading::nothing) == reading::binary_frame;
    auto const data = incoming_.rest();
    return handle(is_binary ? packet{packet_type::message, true, data} : read_text_packet(data, context_->scratch()));
}

// Only while opening or open: whatever else happens to the session ends the reading.
std::optional<message_received> client_session::handle(result<packet> const& item)
{
    // the official client calls this a server error, and closes with "transport error"
    if (!item) {
        fail("invalid packet", {item.error()});
        return std::nullopt;
    }
    if (item->type == packet_type::close) {
        if (state_ == state::opening)
            fail("transport closed by the server");
        else
            finish(close_reason::transport_close, "transport closed by the server");
        return std::nullopt;
    }
    if ((item->type == packet_type::open) != (state_ == state::opening)) {
        fail("invalid handshake", {errc::invalid_handshake});
        return std::nullopt;
    }
    switch (item->type) {
    case packet_type::open:
        receive_open(item->data);
        break;
    case packet_type::message:
        return message_received{item->is_binary, item->data};
    case packet_type::ping:
        ping_arrived();
        break;
    default:
        break; // pong, upgrade, noop: without meaning here
    }
    return std::nullopt;
}

void client_session::receive_open(std::string_view text)
{
    auto const opened = read_open_packet(text);
    if (!opened) return fail("invalid handshake", {opened.error()});
    state_ = state::open;
    sid_ = opened->sid;
    max_payload_ = opened->max_payload;
    patience_ = opened->ping_interval + opened->ping_timeout;
    websocket_worked_ = transport_ == transport::websocket;
    restart_watchdog();
    tell(session_opened{});
    if (opened->offers_websocket) start_probe();
}

void client_session::link_opened(link_id link, time_point)
{
    if (link != link_id::none && link == probe_link_) tell(write_text{link, "2probe"});
}

void client_session::receive(link_id link, bool is_binary, std::string_view data, time_point now)
{
    if (link == link_id::none) return;
    if (link == probe_link_) return receive_probe(is_binary, data);
    if (link != link_ || state_ == state::closing) return;
    start_reading(is_binary ? reading::binary_frame : reading::text_frame, data, now);
}

void client_session::link_closed(link_id link, transport_failure why, time_point)
{
    if (link == link_id::none) return;
    if (link == probe_link_) return give_up_probe(why.clean() ? "transport closed" : "websocket error", true, why);
    if (link != link_) return;
    link_ = link_id::none;
    if (state_ == state::open && why.clean())
        return finish(close_reason::transport_close, "websocket connection closed");
    fail("websocket error", why);
}

bool client_session::owns(exchange_id exchange) const noexcept
{
    return exchange != exchange_id::none && (exchange == poll_ || exchange == post_ || exchange == farewell_);
}

bool client_session::owns(link_id link) const noexcept
{
    return link != link_id::none && (link == link_ || link == probe_link_);
}

void client_session::tick(time_point now)
{
    if (now >= close_at_) return finish(close_reason::forced_close);
    if (now >= ping_at_) {
        say_farewell();
        return finish(close_reason::ping_timeout);
    }
    if (now >= upgrade_at_) give_up_probe("timeout", false, {errc::timed_out});
}

time_point client_session::next_deadline() const noexcept { return std::min({ping_at_, upgrade_at_, close_at_}); }

} // namespace partyline::engineio
