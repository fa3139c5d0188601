#include "server/peer.hpp"

#include "server/dispatch.hpp"
#include "server/server_core.hpp"
#include "server/shard.hpp"

namespace partyline {

peer::peer(slot& connection)
    : connection_(connection),
      home_(connection.home()),
      connect_by_(home_.now() + home_.core().options().connect_timeout)
{
    home_.half_open(+1);
}

peer::~peer()
{
    if (!has_joined_once()) home_.half_open(-1);
}

// --- packets in -----------------------------------------------------------------------------------------------------

void peer::on_message(bool is_binary, std::string_view data)
{
    auto packet = home_.own_codec().decode(is_binary, data, partial_);
    if (!packet) {
        home_.core().log(log_level::debug,
                         std::string("a packet could not be read: ").append(describe(packet.error())));
        connection_.close(true, disconnect_reason::forced_close);
        return;
    }
    if (*packet) {
        on_packet(**packet, data.size());
        return;
    }
    // attachments are collected for those only who have joined something
    if (sockets_.empty()) violate();
}

void peer::on_packet(incoming_packet& packet, std::size_t bytes)
{
    if (packet.type == packet_type::connect) return on_connect(packet);
    auto* const socket = sockets_.find(packet.nsp);
    if (!socket) {
        auto* const early = find_opening(packet.nsp);
        if (early && packet.type == packet_type::event && keep_early(*early, packet, bytes)) return;
        return violate();
    }
    switch (packet.type) {
    case packet_type::event:
        if (!socket->holds_events) return on_event(*socket, packet);
        if (!socket->early) socket->early = std::make_unique<early_events>();
        if (!keep_early(*socket->early, packet, bytes)) violate();
        return;
    case packet_type::ack:
        on_ack(*socket, packet);
        return;
    case packet_type::disconnect:
        leave(*socket, disconnect_reason::client_namespace_disconnect, false);
        return;
    case packet_type::connect:
    case packet_type::connect_error:
        violate();
        return;
    }
}

bool peer::keep_early(early_events& early, incoming_packet const& packet, std::size_t bytes)
{
    auto const& options = home_.core().options();
    early.bytes += bytes;
    for (auto const& each : packet.arguments.attachments) early.bytes += each.size();
    if (early.events.size() >= options.limits.max_joining_packets || early.bytes > options.max_http_buffer_size)
        return false;
    early.events.push_back({std::string(packet.event), packet.arguments.borrow(), packet.id});
    return true;
}

void peer::on_event(socket_state& socket, incoming_packet& packet)
{
    if (packet.name_too_long) {
        ++home_.statistics().handler_errors;
        home_.core().log(log_level::warning, "an event's name is longer than max_event_length: dropped");
        return;
    }
    dispatch_event(home_, socket, packet.event, packet.arguments, packet.id);
}

void peer::on_ack(socket_state& socket, incoming_packet const& packet)
{
    if (!packet.id || !socket.acks) return;
    auto whom = socket.acks->take(*packet.id);
    if (!whom) return;
    home_.cancel(whom->limit);
    home_.guard("an acknowledgement's callback",
                [&] { whom->receiver->answered(home_.own_codec().arguments(), packet.arguments.borrow()); });
}

void peer::violate() { connection_.close(true, disconnect_reason::forced_server_close); }

peer* peer::of_session(shard& home, base::id20 const& sid) noexcept
{
    auto* const found = home.find_slot(sid);
    return found ? static_cast<peer*>(found->user()) : nullptr;
}

// --- leaving --------------------------------------------------------------------------------------------------------

namespace {

bool is_recoverable(disconnect_reason reason) noexcept
{
    switch (reason) {
    case disconnect_reason::transport_error:
    case disconnect_reason::transport_close:
    case disconnect_reason::forced_close:
    case disconnect_reason::ping_timeout:
    case disconnect_reason::server_shutting_down:
    case disconnect_reason::forced_server_close:
        return true;
    default:
        return false;
    }
}

void fail_acks(shard& home, socket_state& socket)
{
    if (!socket.acks) return;
    auto waiting = socket.acks->clear();
    for (auto& each : waiting) {
        home.cancel(each.limit);
        home.guard("an acknowledgement's callback", [&] { each.receiver->failed(errc::disconnected); });
    }
    constexpr std::size_t one = 4096; // with each goes what its callback held, often a coroutine
    home.has_let_go(waiting.size() * one);
}

void park_or_forget(shard& home, socket_state& socket, disconnect_reason reason)
{
    if (!socket.recovery) return;
    auto const nsp = socket.identity->nsp;
    if (!is_recoverable(reason)) {
        home.core().sequence(nsp, [pid = socket.recovery->pid](sequencer& first) { first.forget(pid); });
        return;
    }
    auto lost = describe(socket);
    home.core().sequence(nsp, [lost = std::move(lost)](sequencer& first) mutable { first.park(std::move(lost)); });
}

} // namespace

void peer::leave(socket_state& socket, disconnect_reason reason, bool tell)
{
    if (!sockets_.remove(socket)) return; // it is leaving already
    if (tell)
        home_.send(connection_, {.type = packet_type::disconnect, .nsp = socket.identity->nsp->name(), .id = {}}, {});
    bury(home_, socket, reason);
}

void peer::bury(shard& home, socket_state& socket, disconnect_reason reason, std::string_view description)
{
    bool const was_connected = socket.at == socket_state::phase::connected;
    auto const who = socket.handle();
    auto const table = socket.nsp->table();
    auto own = socket.extras ? socket.extras->own : handler_table{};
    socket.early.reset();
    if (was_connected) {
        for (auto const& each : table->disconnecting)
            home.guard("on_disconnecting", [&] { each.function(who, reason, description); });
        for (auto const& each : own.disconnecting)
            home.guard("on_disconnecting", [&] { each.function(who, reason, description); });
        park_or_forget(home, socket, reason);
    }
    socket.connection = nullptr;
    socket.nsp->remove_rooms(socket);
    fail_acks(home, socket);
    if (was_connected) {
        for (auto const& each : table->disconnected)
            home.guard("on_disconnect", [&] { each.function(who, reason, description); });
        for (auto const& each : own.disconnected)
            home.guard("on_disconnect", [&] { each.function(who, reason, description); });
    }
    socket.at = socket_state::phase::gone;
    home.remove_socket(socket);
}

void peer::disconnect(shard& home, socket_state& socket, bool close)
{
    if (socket.is_between_connections()) return bury(home, socket, disconnect_reason::server_namespace_disconnect);
    if (!socket.connection) return;
    auto* const mine = static_cast<peer*>(socket.connection->user());
    if (close)
        mine->close();
    else
        mine->leave(socket, disconnect_reason::server_namespace_disconnect, true);
}

void peer::close()
{
    while (auto* const last = sockets_.last()) leave(*last, disconnect_reason::server_namespace_disconnect, true);
    connection_.close(false, disconnect_reason::server_namespace_disconnect);
}

void peer::hand_over(socket_state& socket)
{
    sockets_.remove(socket);
    socket.connection = nullptr;
    fail_acks(home_, socket);
    // the sockets of other namespaces may be taken over as well, one by one
    if (sockets_.empty()) connection_.close(true, disconnect_reason::transport_close);
}

void peer::on_closed(disconnect_reason reason, std::string_view description)
{
    if (partial_) home_.has_let_go(partial_->bytes());
    partial_.reset();
    while (auto* const last = sockets_.last()) {
        sockets_.remove(*last);
        bury(home_, *last, reason, description);
    }
}

// --- time -----------------------------------------------------------------------------------------------------------

net::time_point peer::next_deadline() const { return connect_by_; }

void peer::on_deadline(net::time_point now)
{
    if (now >= connect_by_) violate();
}

} // namespace partyline
