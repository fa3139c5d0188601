// What a namespace receives: events, at once or kept until it is joined, and acknowledgements.
#include "client/client_nsp.hpp"

#include <utility>

#include "client/client_connection.hpp"

namespace partyline {

client_nsp::client_nsp(client_connection& connection, std::string name, client_nsp_options options)
    : connection_(connection),
      name_(std::move(name)),
      options_(std::move(options)),
      acks_(options_.max_pending_acks + 2), // the retry queue has places of its own
      max_pending_acks_(options_.max_pending_acks)
{}

std::optional<connection_event> client_nsp::on_packet(incoming_packet const& packet, std::size_t bytes)
{
    switch (packet.type) {
    case packet_type::connect:
        on_connect(packet);
        break;
    case packet_type::connect_error:
        on_connect_error(packet);
        break;
    case packet_type::disconnect:
        on_disconnect();
        break;
    case packet_type::event:
        return on_event(packet, bytes);
    case packet_type::ack:
        return on_ack(packet);
    }
    return std::nullopt;
}

std::optional<connection_event> client_nsp::on_event(incoming_packet const& packet, std::size_t bytes)
{
    if (!active_) return std::nullopt;
    if (connected_) {
        note_offset(packet);
        nsp_event event{this, packet.event, packet.arguments, &connection_.codec_.arguments(), {}};
        if (packet.id) event.reply = reply_ticket{*packet.id, joins_};
        return event;
    }
    auto const& limits = options_.receive_buffer;
    if (receive_bytes_ + bytes > limits.bytes || receive_buffer_.size() >= limits.packets) {
        connection_.closed(client_disconnect_reason::parse_error, "too many events before the CONNECT reply");
        return std::nullopt;
    }
    receive_bytes_ += bytes;
    receive_buffer_.push_back({std::string(packet.event), packet.arguments.borrow(), packet.id});
    return std::nullopt;
}

std::optional<connection_event> client_nsp::next_early_event()
{
    if (!connected_ || receive_buffer_.empty()) return std::nullopt;
    shown_ = std::make_unique<early_event>(std::move(receive_buffer_.front()));
    receive_buffer_.pop_front();
    auto const& list = shown_->arguments;
    if (!shown_->id) note_offset(list);
    nsp_event event{this, shown_->name, {list.how(), list.text(), list.size(), list.attachments()}, nullptr, {}};
    if (shown_->id) event.reply = reply_ticket{*shown_->id, joins_};
    return event;
}

// --- offsets: the last argument of an event that nobody acknowledges, where it is a text ------------------------------

void client_nsp::note_offset(incoming_packet const& packet)
{
    if (pid_.empty() || packet.id || packet.arguments.count == 0) return;
    auto& cursor = connection_.codec_.arguments();
    for (auto left = packet.arguments.count; left > 1 && cursor.next_element(); --left) cursor.skip();
    if (std::string_view text; cursor.next_element() && cursor.read_string(text)) set_offset(text);
}

void client_nsp::note_offset(args const& arguments)
{
    if (pid_.empty() || arguments.empty()) return;
    auto const last = arguments.at(arguments.size() - 1);
    if (auto const* const text = last.as_string()) set_offset(*text);
}

void client_nsp::set_offset(std::string_view text)
{
    if (text.size() <= max_offset_size) offset_ = text;
}

// --- acknowledgements -----------------------------------------------------------------------------------------------

std::optional<connection_event> client_nsp::on_ack(incoming_packet const& packet)
{
    if (!active_ || !packet.id) return std::nullopt;
    auto const found = acks_.take(*packet.id);
    if (!found) return std::nullopt;
    auto const token = found->retried ? retry_answered(*found->retried) : found->token;
    if (!token) return std::nullopt;
    return nsp_ack{this, *token, packet.arguments, &connection_.codec_.arguments()};
}

void client_nsp::tick(time_point now)
{
    for (auto const& late : acks_.expire(now)) {
        forget_buffered(late.id);
        fail_ack(late, errc::timed_out);
    }
}

client_nsp::time_point client_nsp::next_deadline() { return acks_.next_deadline().value_or(time_point::max()); }

} // namespace partyline
