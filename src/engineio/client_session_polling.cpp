// Long-polling from the client's side: one GET waits for packets, one POST carries packets out, and at most one of each is
// under way. A POST carries as many packets as fit into the server's `maxPayload`, and one that is larger alone.
// https://github.com/socketio/engine.io-protocol#http-long-polling
#include "engineio/client_session.hpp"

#include <utility>

#include "engineio/payload_writer.hpp"

namespace partyline::engineio {

namespace {

constexpr int ok = 200;

} // namespace

void client_session::start_poll()
{
    poll_ = exchange_id{next_id_++};
    tell(start_get{poll_});
}

void client_session::receive_response(exchange_id exchange, int status, std::string_view body, time_point now)
{
    if (!owns(exchange) || exchange == farewell_) return;
    if (status != ok) return request_failed(exchange, {{}, status}, now);
    if (exchange == post_) {
        post_ = exchange_id::none;
        return post_answered();
    }
    poll_ = exchange_id::none;
    if (state_ == state::closing) return complete_upgrade_if_paused();
    start_reading(reading::payload, body, now);
}

void client_session::request_failed(exchange_id exchange, transport_failure why, time_point)
{
    if (!owns(exchange) || exchange == farewell_) return;
    bool const was_poll = exchange == poll_;
    (was_poll ? poll_ : post_) = exchange_id::none;
    fail(was_poll ? "xhr poll error" : "xhr post error", why);
}

// All packets of the answer to a GET are read, and the session is still there.
void client_session::poll_read()
{
    if (upgrading_) return complete_upgrade_if_paused();
    if (state_ == state::opening) return fail("invalid handshake", {errc::invalid_handshake});
    start_poll();
}

void client_session::post_answered()
{
    if (farewell_sent_) return finish(close_reason::forced_close);
    complete_upgrade_if_paused();
}

// Nobody waits for the answer. A WebSocket needs none of this: its end is seen.
void client_session::say_farewell()
{
    if (state_ != state::open || transport_ != transport::polling || upgrading_) return;
    drop_requests();
    farewell_ = exchange_id{next_id_++};
    tell(post_farewell{farewell_});
}

std::optional<exchange_id> client_session::flush_post(std::string& body)
{
    bool const may_post = transport_ == transport::polling && (state_ == state::open || state_ == state::closing) &&
                          !upgrading_ && post_ == exchange_id::none;
    if (!may_post || (queue_.empty() && state_ == state::open)) return std::nullopt;

    auto const begin = body.size();
    payload_writer payload(body);
    // Packets are counted, not deliveries: a text and its attachments may go in several POSTs, as in the official client.
    std::size_t done = 0;
    for (bool full = false; !full && done < queue_.size();) {
        auto const& item = queue_.items()[done];
        for (; posted_parts_ < item->parts().size(); ++posted_parts_) {
            auto const packet = item->polling_packet(posted_parts_);
            auto const size = body.size() - begin;
            full = size != 0 && max_payload_ != 0 && size + 1 + packet.size() > max_payload_;
            if (full) break;
            payload.add(packet);
        }
        if (full) break;
        posted_parts_ = 0;
        ++done;
    }
    pop(done);
    if (body.size() == begin) {
        payload.add("1");
        farewell_sent_ = true;
    }
    post_ = exchange_id{next_id_++};
    return post_;
}

} // namespace partyline::engineio
