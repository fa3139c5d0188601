// The handle: each operation finds its way to the shard of its socket, and does nothing if that is gone.
#include <partyline/socket.hpp>

#include "server/peer.hpp"
#include "server/server_core.hpp"
#include "server/shard.hpp"

namespace partyline {

namespace {

socket_identity const& demand(std::shared_ptr<socket_identity const> const& self)
{
    if (!self) throw error(errc::disconnected, "this socket handle is empty");
    return *self;
}

/// The state, for what works on the socket's own thread only. Null if the socket is gone.
socket_state* own_thread(socket_identity const& self)
{
    auto* const home = standing_here(self);
    if (!home) throw error(errc::wrong_thread, "ask where the handlers of this socket run, or use fetch_sockets()");
    return home->find(self);
}

socket_state& own_state(socket_identity const& self)
{
    if (auto* const state = own_thread(self)) return *state;
    throw error(errc::disconnected, "this socket is gone");
}

template <class Work>
bool on_shard(std::shared_ptr<socket_identity const> const& self, Work work)
{
    (void)demand(self);
    return run_at(self, [self, work = std::move(work)](shard& home) mutable {
        if (auto* const state = home.find(*self)) work(home, *state);
    });
}

template <class List, class Function>
listener_id declare(List& list, Function function, bool first = false)
{
    auto const id = new_listener_id();
    list.insert(first ? list.begin() : list.end(), {id, std::move(function)});
    return id;
}

} // namespace

std::string_view socket::id() const noexcept { return self_ ? self_->id.view() : std::string_view{}; }
handshake const& socket::handshake() const { return demand(self_).handshake; }
bool socket::recovered() const noexcept { return self_ && self_->recovered; }
nsp socket::nsp() const { return {demand(self_).home->core(), self_->nsp}; }

bool socket::connected() const
{
    auto const* const state = own_thread(demand(self_));
    return state && state->at == socket_state::phase::connected && state->connection;
}

std::vector<std::string> socket::rooms() const
{
    auto const* const state = own_thread(demand(self_));
    return state && state->nsp->has(*state) ? state->nsp->rooms_of(*state) : std::vector<std::string>{};
}

std::string_view socket::transport() const
{
    auto const* const state = own_thread(demand(self_));
    return state && state->connection ? name(state->connection->session().current_transport()) : std::string_view{};
}

value& socket::shared_data() const { return own_state(demand(self_)).with_extras().data; }
std::any& socket::own_data(std::type_info const& type) const
{
    return own_state(demand(self_)).with_extras().typed_data[type];
}

partyline::broadcast socket::broadcast() const
{
    auto const& self = demand(self_);
    return partyline::broadcast(self.home->core(), self.nsp, {.rooms = {}, .except = {std::string(self.id.view())}});
}

socket_emitter socket::volatile_() const { return {*this, {.is_volatile = true}}; }
socket_emitter socket::compress(bool on) const { return {*this, {.compress = on}}; }
socket_emitter socket::timeout(std::chrono::milliseconds limit) const { return {*this, {.timeout = limit}}; }

void socket::join(room_list const& rooms) const
{
    on_shard(self_, [names = rooms.names()](shard&, socket_state& state) {
        if (state.nsp->has(state)) state.nsp->join(state, names);
    });
}

void socket::leave(room_list const& rooms) const
{
    on_shard(self_, [names = rooms.names()](shard&, socket_state& state) {
        for (auto const& name : names)
            if (state.nsp->has(state)) state.nsp->leave(state, name);
    });
}

void socket::disconnect(bool close) const
{
    auto const& who = demand(self_);
    auto const core = who.home->core();
    if (!core) return;
    // a listener may destroy this handle
    core->in_order(std::shared_ptr(self_), [close](shard& home, std::shared_ptr<socket_identity const> const& self) {
        if (auto* const state = home.find(*self)) peer::disconnect(home, *state, close);
    });
}

listener_id socket::add(std::string_view event, std::shared_ptr<event_handler const> handler, bool once) const
{
    refuse_reserved(event);
    auto* const state = own_thread(demand(self_));
    auto const id = new_listener_id();
    if (!state) return id;
    state->with_extras().own.events[std::string(event)].push_back(
        {id, std::move(handler), once ? std::make_shared<std::atomic_flag>() : nullptr});
    return id;
}

void socket::off(std::string_view event) const
{
    if (auto* const state = own_thread(demand(self_)); state && state->extras) state->extras->own.remove(event);
}

void socket::off(listener_id listener) const
{
    if (auto* const state = own_thread(demand(self_)); state && state->extras) state->extras->own.remove(listener);
}

namespace {

auto without_socket(std::function<void(std::string_view, args const&)> listener)
{
    return [listener = std::move(listener)](socket const&, std::string_view event, args const& all) {
        listener(event, all);
    };
}

auto without_socket(std::function<void(disconnect_reason, std::string_view)> listener)
{
    return [listener = std::move(listener)](socket const&, disconnect_reason why, std::string_view description) {
        listener(why, description);
    };
}

} // namespace

listener_id socket::add_any(any_listener listener, bool first) const
{
    return declare(own_state(demand(self_)).with_extras().own.any, without_socket(std::move(listener)), first);
}
listener_id socket::add_any_outgoing(any_listener listener, bool first) const
{
    demand(self_).nsp->set_outgoing_listeners();
    return declare(own_state(demand(self_)).with_extras().own.any_outgoing, without_socket(std::move(listener)), first);
}
void socket::off_any() const
{
    if (auto* const state = own_thread(demand(self_)); state && state->extras) state->extras->own.any.clear();
}
void socket::off_any_outgoing() const
{
    if (auto* const state = own_thread(demand(self_)); state && state->extras) state->extras->own.any_outgoing.clear();
}

void socket::add_middleware(std::function<void(incoming_event&, next)> middleware) const
{
    declare(own_state(demand(self_)).with_extras().own.event_middleware,
            [middleware = std::move(middleware)](socket const&, incoming_event& event, next go_on) {
                middleware(event, std::move(go_on));
            });
}
void socket::add_error(std::function<void(refusal const&)> listener) const
{
    declare(own_state(demand(self_)).with_extras().own.error,
            [listener = std::move(listener)](socket const&, refusal const& why) { listener(why); });
}
void socket::add_disconnecting(disconnect_listener listener) const
{
    declare(own_state(demand(self_)).with_extras().own.disconnecting, without_socket(std::move(listener)));
}
void socket::add_disconnect(disconnect_listener listener) const
{
    declare(own_state(demand(self_)).with_extras().own.disconnected, without_socket(std::move(listener)));
}

// --- emitting -------------------------------------------------------------------------------------------------------

codec& socket_emitter::codec_here() const { return demand(to_.self_).home->codec_here(); }

bool socket_emitter::send(payload event, std::unique_ptr<ack_receiver> receiver, bool limited) const
{
    auto const& who = demand(to_.self_);
    if (auto* const home = standing_here(who))
        return home->emit(who, std::move(event), options_, std::move(receiver), limited);
    auto const bytes = event.buffer.size();
    // who waits is told even where the message cannot be queued
    auto const shared = std::make_shared<std::unique_ptr<ack_receiver>>(std::move(receiver));
    bool const queued = run_at(
        to_.self_,
        [self = to_.self_, event = std::move(event), options = options_, shared, limited](shard& home) mutable {
            home.emit(*self, std::move(event), options, std::move(*shared), limited);
        },
        bytes);
    if (!queued && *shared) (*shared)->failed(who.home->is_closed() ? errc::disconnected : errc::queue_full);
    return queued;
}

} // namespace partyline
