// What a namespace sends: events, at once or when there is a connection again; those of `retries`, one after the other, each
// until it is acknowledged; and the acknowledgements that it waits for.
#include <algorithm>
#include <utility>

#include "base/wait.hpp"
#include "client/client_connection.hpp"
#include "client/client_nsp.hpp"

namespace partyline {

namespace {

std::size_t weight(payload const& body) noexcept
{
    auto bytes = body.buffer.size();
    for (auto const& each : body.attachments) bytes += each.size();
    return bytes;
}

} // namespace

emitted client_nsp::emit(client_emission emission, time_point now)
{
    connection_.now_ = now;
    if (emission.token && acks_.size() >= max_pending_acks_) return emitted::refused;
    if (options_.retries && !emission.is_volatile) return add_to_retry_queue(std::move(emission));
    return dispatch(std::move(emission), {});
}

// As the official client, in this order: the ack is registered; a volatile event that cannot leave is dropped; else it leaves,
// or waits. An ack of a dropped event ends by its time-out, or with the connection.
emitted client_nsp::dispatch(client_emission emission, std::optional<std::uint64_t> retried)
{
    auto* const session = connection_.session();
    bool const drops = emission.is_volatile && !(session && session->writable());
    bool const leaves = connected_ && session && session->is_open() && !session->ping_expired(connection_.now_);
    auto const bytes = weight(emission.body);
    if (!drops && leaves && !retried && !connection_.has_room_for(bytes)) return emitted::refused;

    std::optional<std::uint64_t> id;
    if (emission.token || retried) id = next_ack_++;
    buffered_packet packet{{}, id, std::move(emission.shown)};
    if (!drops) {
        packet.message = connection_.seal({packet_type::event, name_, id}, std::move(emission.body), emission.compress);
        if (!leaves)
            if (auto const kept = keep(packet); kept != emitted::buffered) return kept;
    }
    if (id) {
        auto const limit = emission.timeout ? emission.timeout : options_.ack_timeout;
        std::optional<time_point> deadline;
        if (limit) deadline = connection_.now_ + base::capped(*limit);
        // the table has room: `emit` has looked, and the retry queue has places of its own
        (void)acks_.add(*id, pending_ack{*id, emission.token, retried, limit.has_value()}, deadline);
    }
    if (drops) return emitted::dropped;
    if (!leaves) return emitted::buffered;
    connection_.send(std::move(packet.message));
    return emitted::sent;
}

// --- events that wait for a connection ------------------------------------------------------------------------------

emitted client_nsp::keep(buffered_packet& packet)
{
    auto const& limits = options_.send_buffer;
    auto const bytes = packet.message->bytes();
    auto const fits = [&] { return send_bytes_ + bytes <= limits.bytes && send_buffer_.size() < limits.packets; };
    if (bytes > limits.bytes || limits.packets == 0) return emitted::refused;
    if (!fits() && options_.on_overflow == buffer_overflow::refuse) return emitted::refused;
    while (!fits()) drop_oldest();
    send_bytes_ += bytes;
    send_buffer_.push_back(std::move(packet));
    return emitted::buffered;
}

void client_nsp::drop_oldest()
{
    auto const oldest = std::move(send_buffer_.front());
    send_buffer_.pop_front();
    send_bytes_ -= oldest.message->bytes();
    if (!oldest.ack_id) return;
    if (auto const ack = acks_.take(*oldest.ack_id)) fail_ack(*ack, errc::queue_full);
}

void client_nsp::forget_buffered(std::uint64_t ack_id)
{
    auto const found =
        std::find_if(send_buffer_.begin(), send_buffer_.end(), [&](auto const& each) { return each.ack_id == ack_id; });
    if (found == send_buffer_.end()) return;
    send_bytes_ -= found->message->bytes();
    send_buffer_.erase(found);
}

// --- acknowledgements -----------------------------------------------------------------------------------------------

bool client_nsp::acknowledge(reply_ticket const& ticket, payload body, time_point now)
{
    connection_.now_ = now;
    if (!connected_ || ticket.join != joins_ || !connection_.has_room_for(weight(body))) return false;
    return connection_.send(connection_.seal({packet_type::ack, name_, ticket.id}, std::move(body)));
}

void client_nsp::fail_ack(pending_ack const& ack, errc why)
{
    if (ack.retried) return retry_failed(*ack.retried, why);
    if (ack.token) connection_.tell(nsp_ack_failed{this, *ack.token, why});
}

// The connection is gone: no answer will come to what has left. What is still buffered will leave, and be answered.
void client_nsp::fail_acks_under_way()
{
    std::vector<std::uint64_t> buffered;
    for (auto const& packet : send_buffer_)
        if (packet.ack_id) buffered.push_back(*packet.ack_id);
    auto const has_left = [&](std::uint64_t id) { return !std::binary_search(buffered.begin(), buffered.end(), id); };
    for (auto const& ack : acks_.take_if(has_left)) {
        // without a time-out the retry queue is not told: the event is sent again without counting as a failure
        if (ack.retried && !ack.has_timeout) continue;
        fail_ack(ack, errc::disconnected);
    }
}

// --- retries --------------------------------------------------------------------------------------------------------

emitted client_nsp::add_to_retry_queue(client_emission emission)
{
    auto const bytes = weight(emission.body);
    auto const& limits = options_.retry_queue;
    if (retry_bytes_ + bytes > limits.bytes || retry_queue_.size() >= limits.packets) return emitted::refused;
    retry_bytes_ += bytes;
    auto shown = std::exchange(emission.shown, {});
    auto& added = retry_queue_.emplace_back(retried_emission{next_retried_++, std::move(emission), bytes});
    drain_retry_queue(false);
    if (added.under_way) return emitted::sent;
    added.emission.shown = std::move(shown);
    return emitted::buffered;
}

void client_nsp::drain_retry_queue(bool force)
{
    if (!connected_ || retry_queue_.empty()) return;
    auto& first = retry_queue_.front();
    if (first.under_way && !force) return;
    first.under_way = true;
    ++first.tries;
    if (auto shown = std::exchange(first.emission.shown, {})) connection_.tell(nsp_event_sent{this, std::move(shown)});
    auto copy = first.emission;
    copy.token.reset(); // the acknowledgement is the queue's own
    (void)dispatch(std::move(copy), first.number);
}

std::optional<std::uint64_t> client_nsp::retry_answered(std::uint64_t number)
{
    if (retry_queue_.empty() || retry_queue_.front().number != number) return std::nullopt; // answered before
    auto const token = retry_queue_.front().emission.token;
    drop_first_retried();
    drain_behind_events();
    return token;
}

void client_nsp::retry_failed(std::uint64_t number, errc why)
{
    if (retry_queue_.empty() || retry_queue_.front().number != number) return;
    auto& first = retry_queue_.front();
    first.under_way = false;
    if (first.tries > options_.retries.value_or(0)) {
        if (first.emission.token) connection_.tell(nsp_ack_failed{this, *first.emission.token, why});
        drop_first_retried();
    }
    drain_behind_events();
}

// Who waited is told first: what he emits, or his leaving, comes before the next event of the queue.
void client_nsp::drain_behind_events() { connection_.later({client_connection::step::drain_retry_queue, this}); }

void client_nsp::drop_first_retried()
{
    retry_bytes_ -= retry_queue_.front().bytes;
    retry_queue_.pop_front();
}

} // namespace partyline
