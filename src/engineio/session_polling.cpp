// Long-polling: one GET waits for packets to come out, POSTs carry packets in, and at most one of each is under way.
// https://github.com/socketio/engine.io-protocol#http-long-polling
#include "engineio/session.hpp"

#include <utility>

#include "engineio/payload_writer.hpp"

namespace partyline::engineio {

// Requests that come when the session does not poll (any more). True: answered.
bool session::refuse_request(exchange_id exchange)
{
    if (state_ == state::closed)
        tell(respond{exchange, answer::unknown_session});
    else if (transport_ != transport::polling)
        tell(respond{exchange, answer::transport_mismatch});
    else
        return false;
    return true;
}

void session::receive_poll(exchange_id exchange, time_point)
{
    if (refuse_request(exchange)) return;
    if (poll_waits()) {
        tell(respond{exchange, answer::empty_bad_request});
        return finish(close_reason::transport_error, "overlap from client");
    }
    poll_ = exchange;
}

void session::poll_aborted(exchange_id exchange, time_point)
{
    if (exchange == exchange_id::none || exchange != poll_) return;
    poll_ = exchange_id::none;
    finish(close_reason::transport_error, "poll connection closed prematurely");
}

void session::begin_post(exchange_id exchange, bool is_octet_stream, time_point)
{
    if (refuse_request(exchange)) return;
    if (post_ != exchange_id::none) {
        tell(respond{exchange, answer::empty_bad_request});
        return finish(close_reason::transport_error, "data request overlap from client");
    }
    if (is_octet_stream) {
        tell(respond{exchange, answer::empty_bad_request});
        return finish(close_reason::transport_error, "invalid content");
    }
    post_ = exchange;
    post_complete_ = false;
}

void session::receive_post(exchange_id exchange, bool is_octet_stream, std::string_view body, time_point now)
{
    if (post_ != exchange) begin_post(exchange, is_octet_stream, now);
    if (post_ != exchange || state_ == state::closed) return;
    post_complete_ = true;
    start_reading(reading::payload, body, now);
}

void session::drop_post(exchange_id exchange) noexcept
{
    if (post_ == exchange) post_ = exchange_id::none;
}

void session::post_aborted(exchange_id exchange, time_point)
{
    if (exchange == exchange_id::none || exchange != post_) return;
    post_ = exchange_id::none;
    finish(close_reason::transport_error, "data request connection closed prematurely");
}

// A POST whose body has come is answered "ok" whatever stood in it; one that is still coming is cut off.
void session::end_post()
{
    auto const exchange = std::exchange(post_, exchange_id::none);
    if (exchange == exchange_id::none) return;
    if (post_complete_)
        tell(respond{exchange, answer::ok});
    else
        tell(abort_exchange{exchange});
}

std::optional<message_received> session::read_payload()
{
    if (state_ == state::open && incoming_.more()) return handle(incoming_.next(context_->scratch()));
    reading_ = reading::nothing;
    end_post();
    return std::nullopt;
}

std::optional<poll_answer> session::flush_poll(std::string& body)
{
    bool const closing = state_ == state::closing;
    if (!poll_waits() || (queue_.empty() && !noop_due_ && !closing)) return std::nullopt;

    poll_answer result;
    payload_writer payload(body);
    if (queue_.empty()) payload.add("6");
    auto const items = queue_.items().first(opening_ ? 1 : queue_.size());
    for (auto const& item : items) {
        for (std::size_t part = 0; part < item->parts().size(); ++part) payload.add(item->polling_packet(part));
        result.compress |= item->compress();
    }
    pop(items.size());
    opening_ = false;
    noop_due_ = false;
    result.exchange = std::exchange(poll_, exchange_id::none);
    // the close packet goes into an answer of its own: clients handle it before the messages that stand beside it
    if (closing && items.empty()) {
        payload.add("1");
        finish(close_reason::forced_close);
    }
    return result;
}

} // namespace partyline::engineio
