// Joining a namespace, being refused, and leaving it, by either side.
#include <utility>

#include "client/client_connection.hpp"
#include "client/client_nsp.hpp"

namespace partyline {

namespace {

constexpr std::string_view old_server =
    "It seems you are trying to reach a Socket.IO server in v2.x with a v3.x client, but they are not compatible (more "
    "information here: https://socket.io/docs/v3/migrating-from-2-x-to-3-0/)";

} // namespace

void client_nsp::connect(time_point now)
{
    connection_.now_ = now;
    if (connected_) return;
    if (!std::exchange(active_, true)) connection_.activate(*this);
    if (!connection_.reconnecting_) connection_.open(now);
    if (connection_.is_open()) on_open();
}

void client_nsp::on_open()
{
    if (connect_sent_ || auth_wanted_) return;
    if (!options_.asks_auth) return send_connect(options_.auth);
    auth_wanted_ = true;
    connection_.tell(nsp_auth_wanted{this});
}

result<void> client_nsp::authenticate(value auth, time_point now)
{
    connection_.now_ = now;
    if (!auth.is_object() && !auth.is_null()) return errc::type_mismatch;
    if (std::exchange(auth_wanted_, false)) send_connect(auth);
    return {};
}

// {pid, offset, ...auth}: what the user gives counts
void client_nsp::send_connect(value const& auth)
{
    value::object content;
    if (!pid_.empty()) {
        content["pid"] = pid_;
        if (!offset_.empty()) content["offset"] = offset_;
    }
    if (auto const* const given = auth.as_object())
        for (auto const& [key, each] : *given) content[key] = each;

    payload body;
    if (!content.empty() || auth.is_object()) {
        encode(connection_.codec_.begin(), content);
        auto encoded = connection_.codec_.end();
        if (!encoded) { // too deep
            leave();
            connection_.tell(
                nsp_connect_error{this, false, std::string(describe(encoded.error())), {}, {encoded.error()}});
            return;
        }
        body = std::move(*encoded);
    }
    connect_sent_ = true;
    connection_.send(connection_.seal({packet_type::connect, name_, {}}, std::move(body)));
}

void client_nsp::on_connect(incoming_packet const& packet)
{
    if (connected_ || !connect_sent_) return;
    auto const content = packet.arguments.borrow().at(0);
    auto const* const sid = content["sid"].as_string();
    bool const fits = sid && !sid->empty() && sid->size() <= max_id_size;
    if (fits) connect_sent_ = false;
    if (!active_) { // left while the reply was on its way
        if (fits) connection_.send(connection_.seal({packet_type::disconnect, name_, {}}, {}));
        return;
    }
    if (!fits) {
        connection_.tell(nsp_connect_error{this, true, std::string(old_server), {}, {}});
        return;
    }
    auto const* const pid = content["pid"].as_string();
    auto const known = std::exchange(pid_, pid && pid->size() <= max_id_size ? *pid : std::string());
    recovered_ = !known.empty() && known == pid_;
    id_ = *sid;
    connected_ = true;
    ++joins_;
    connection_.later({client_connection::step::finish_join, this});
}

// The early events have been handled.
void client_nsp::finish_join()
{
    if (!connected_) return;
    shown_.reset();
    receive_bytes_ = 0;
    send_bytes_ = 0;
    for (auto& packet : std::exchange(send_buffer_, {})) {
        if (packet.shown) connection_.tell(nsp_event_sent{this, std::move(packet.shown)});
        connection_.send(std::move(packet.message));
    }
    drain_retry_queue(true);
    connection_.tell(nsp_joined{this});
}

void client_nsp::on_connect_error(incoming_packet const& packet)
{
    if (connected_ || !std::exchange(connect_sent_, false) || !active_) return;
    auto const content = packet.arguments.borrow().at(0);
    nsp_connect_error event{this, true, {}, {}, {}};
    if (auto const* const text = content.as_string())
        event.message = *text;
    else if (auto const* const message = content["message"].as_string())
        event.message = *message;
    event.data = content["data"];
    leave();
    connection_.tell(std::move(event));
}

void client_nsp::on_disconnect()
{
    if (!connected_) return;
    leave();
    on_close(client_disconnect_reason::io_server_disconnect, {});
}

void client_nsp::disconnect(time_point now)
{
    connection_.now_ = now;
    if (!active_) return;
    if (connected_) connection_.send(connection_.seal({packet_type::disconnect, name_, {}}, {}));
    leave();
    if (connected_) on_close(client_disconnect_reason::io_client_disconnect, {});
}

// No DISCONNECT: the official server forgets the events that it reads together with one.
void client_nsp::forget_recovery()
{
    pid_.clear();
    offset_.clear();
}

// Not to be joined again by itself. The last one closes the connection.
void client_nsp::leave()
{
    active_ = false;
    auth_wanted_ = false;
    connection_.deactivate(*this);
}

void client_nsp::on_failed(std::string const& message, engineio::transport_failure why)
{
    if (!connected_) connection_.tell(nsp_connect_error{this, false, message, {}, why});
}

void client_nsp::on_close(client_disconnect_reason reason, std::string const& detail)
{
    connected_ = false;
    id_.clear();
    connection_.tell(nsp_left{this, reason, detail});
    fail_acks_under_way();
}

// Events that came before a reply which never came will come again: the offset is where it was.
void client_nsp::on_session_gone() noexcept
{
    connect_sent_ = false;
    auth_wanted_ = false;
    receive_buffer_.clear();
    receive_bytes_ = 0;
}

} // namespace partyline
