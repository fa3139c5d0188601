#include "server/shard.hpp"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "base/wait.hpp"
#include "engineio/outgoing.hpp"
#include "server/front.hpp"
#include "server/server_core.hpp"
#include "socketio/read_back.hpp"

namespace partyline {

void shard_timer::on_deadline(net::time_point)
{
    auto work = std::move(work_);
    auto& owner = owner_;
    owner.cancel(this);
    owner.guard("a timer", work);
}

namespace {

engineio::session_options session_options_of(server_options const& options)
{
    return {.ping_interval = options.ping_interval,
            .ping_timeout = options.ping_timeout,
            .upgrade_timeout = options.upgrade_timeout,
            .max_payload_packets = options.limits.max_packets_per_payload};
}

} // namespace

shard::shard(server_core& core, front& home, std::uint32_t index)
    : core_(core),
      front_(home),
      index_(index),
      box_(core.box(index)),
      codec_(core.make_codec()),
      session_context_(session_options_of(core.options())),
      flush_delay_(core.options().flush_delay)
{
    auto const& options = core_.options();
    link_options_.messages = {.max_message_size = options.max_http_buffer_size,
                              .max_fragments = options.limits.max_fragments};
    link_options_.max_pending_pongs = static_cast<std::uint32_t>(options.limits.max_pending_pongs);
    if (options.per_message_deflate) link_options_.compress_threshold = options.per_message_deflate->threshold;
}

shard::~shard() = default;

void shard::clear()
{
    sequencers_.clear();
    for (auto& each : timers_) loop().cancel(*each);
    flush_timer_ = nullptr;
    memory_timer_ = nullptr;
    // taken out first: what user objects do when they are destroyed must find empty tables
    auto const timers = std::exchange(timers_, {});
    auto const slots = std::exchange(slots_, {});
    auto const sockets = std::exchange(sockets_, {});
    exchanges_.clear();
    dirty_.clear();
    ended_.clear();
}

net::loop& shard::loop() const noexcept { return front_.loop(); }
net::time_point shard::now() const noexcept { return front_.loop().now(); }
base::id20 shard::new_id() { return base::id20::make(front_.random().bytes<base::id20::random_bytes>()); }

// --- sessions -------------------------------------------------------------------------------------------------------

slot* shard::open_slot(base::id20 const& sid, std::shared_ptr<handshake_request const> request)
{
    if (half_open_ >= static_cast<std::ptrdiff_t>(core_.options().limits.max_half_open_sessions)) return nullptr;
    std::uint32_t number = static_cast<std::uint32_t>(slots_.size());
    if (free_slots_.empty()) {
        slots_.emplace_back();
    } else {
        number = free_slots_.back();
        free_slots_.pop_back();
    }
    if (!sessions_.insert(sid, number)) {
        free_slots_.push_back(number);
        return nullptr;
    }
    slots_[number] = std::make_unique<slot>(*this, number, std::move(request));
    return slots_[number].get();
}

slot* shard::find_slot(std::string_view sid) const noexcept
{
    auto const number = sessions_.find(sid);
    return number ? slots_[*number].get() : nullptr;
}

void shard::release(slot& ended)
{
    sessions_.erase(ended.number());
    ended_.push_back(ended.number());
}

void shard::mark_dirty(slot& changed)
{
    if (changed.dirty_) return;
    changed.dirty_ = true;
    dirty_.push_back(changed.number());
}

void shard::discard(slot& unopened)
{
    auto const number = unopened.number();
    sessions_.erase(number);
    slots_[number].reset();
    free_slots_.push_back(number);
}

std::optional<engineio::refusal> shard::receive(engineio::session_request const& asked, std::uint64_t number,
                                                waiting_exchange where, std::string_view body)
{
    auto* const found = find_slot(asked.sid);
    if (auto refused = core_.endpoint().admit(asked, found ? &found->session() : nullptr)) return refused;
    auto const exchange = static_cast<engineio::exchange_id>(number);
    expect_answer(number, std::move(where));
    if (asked.what == engineio::session_request::kind::poll)
        found->receive_poll(exchange);
    else
        found->receive_post(exchange, asked.is_octet_stream, body);
    return std::nullopt;
}

std::optional<waiting_exchange> shard::take_exchange(engineio::exchange_id exchange)
{
    auto const found = exchanges_.find(static_cast<std::uint64_t>(exchange));
    if (found == exchanges_.end()) return std::nullopt;
    std::optional<waiting_exchange> taken(std::move(found->second));
    exchanges_.erase(found);
    return taken;
}

void shard::answer_poll(slot&, engineio::exchange_id exchange, std::string body, bool compress)
{
    auto where = take_exchange(exchange);
    if (!where) return;
    auto answer = core_.endpoint().payload(std::move(where->plan), std::move(body), compress, front_.compressor());
    front_.respond(where->front, where->exchange, std::move(answer));
}

void shard::answer_exchange(slot&, engineio::exchange_id exchange, engineio::answer what)
{
    auto where = take_exchange(exchange);
    if (!where) return;
    front_.respond(where->front, where->exchange, core_.endpoint().reply(std::move(where->plan), what));
}

void shard::abort_exchange(slot&, engineio::exchange_id exchange)
{
    if (auto const where = take_exchange(exchange)) front_.abort(where->front, where->exchange);
}

// --- sockets --------------------------------------------------------------------------------------------------------

namespace_shard& shard::open_namespace(std::shared_ptr<namespace_state> const& state)
{
    auto& place = namespaces_[state.get()];
    if (!place) place = std::make_unique<namespace_shard>(*this, state);
    return *place;
}

namespace_shard* shard::find_namespace(namespace_state const& state) const noexcept
{
    auto const found = namespaces_.find(&state);
    return found == namespaces_.end() ? nullptr : found->second.get();
}

socket_state& shard::add_socket(slot& connection, std::shared_ptr<namespace_state> const& nsp, base::id20 const& id,
                                value auth, bool recovered)
{
    auto const number = free_socket_number();
    auto& state = sockets_[number];
    state = std::make_unique<socket_state>();
    state->identity = std::make_shared<socket_identity>(id, recovered, socket_place{index_, number}, box_, nsp,
                                                        handshake(connection.request(), std::move(auth)));
    state->connection = &connection;
    open_namespace(nsp).add(*state);
    return *state;
}

std::uint32_t shard::free_socket_number()
{
    if (free_sockets_.empty()) {
        sockets_.emplace_back();
        return static_cast<std::uint32_t>(sockets_.size() - 1);
    }
    auto const number = free_sockets_.back();
    free_sockets_.pop_back();
    return number;
}

void shard::remove_socket(socket_state& socket)
{
    auto const number = socket.identity->place().number;
    auto const nsp = socket.identity->nsp;
    socket.nsp->remove_rooms(socket);
    socket.nsp->release();
    auto const gone = std::move(sockets_[number]); // destroyed last: it may hold handles to others
    free_sockets_.push_back(number);
    if (auto const found = namespaces_.find(nsp.get());
        found != namespaces_.end() && !found->second->is_used() && nsp->parent() && !core_.is_sequenced())
        namespaces_.erase(found);
    core_.leave(nsp);
}

moving_socket shard::give_up(socket_state& socket)
{
    auto const number = socket.identity->place().number;
    moving_socket given{nullptr, socket.nsp->rooms_of(socket)};
    socket.nsp->remove_rooms(socket);
    socket.nsp->release();
    socket.nsp = nullptr;
    given.state = std::move(sockets_[number]);
    free_sockets_.push_back(number);
    socket.identity->set_place({index_, socket_place::on_its_way});
    return given;
}

socket_state& shard::adopt(moving_socket arrived)
{
    auto const number = free_socket_number();
    auto& state = sockets_[number];
    state = std::move(arrived.state);
    auto& nsp = open_namespace(state->identity->nsp);
    nsp.add(*state);
    nsp.join(*state, arrived.rooms);
    state->identity->set_place({index_, number});
    return *state;
}

socket_state* shard::find(socket_identity const& identity) const noexcept
{
    auto const place = identity.place();
    if (place.shard != index_ || place.number >= sockets_.size()) return nullptr;
    auto* const state = sockets_[place.number].get();
    // the number may be another's by now, the identity is not
    if (!state || state->identity.get() != &identity || state->at == socket_state::phase::gone) return nullptr;
    return state;
}

void shard::refresh(namespace_state const& changed)
{
    if (auto* const nsp = find_namespace(changed)) nsp->refresh();
    if (!changed.is_parent()) return;
    for (auto& [state, nsp] : namespaces_)
        if (state->parent().get() == &changed) nsp->refresh();
}

// --- sending --------------------------------------------------------------------------------------------------------

engineio::send_result shard::send(slot& to, packet_header const& header, payload body, bool compress,
                                  engineio::send_flags flags)
{
    auto packet = codec_->seal(header, std::move(body));
    ++statistics_.encodings;
    auto message = engineio::make_message({std::move(packet.first.buffer), packet.first.begin, packet.first.is_binary},
                                          std::move(packet.attachments), compress);
    return to.send(engineio::delivery_ref::make(std::move(message)), flags);
}

std::uint64_t shard::next_ack_id() noexcept { return next_ack_++ * core_.threads() + index_; }

bool shard::expect_ack(socket_state& of, std::uint64_t id, std::unique_ptr<ack_receiver>& receiver,
                       std::optional<std::chrono::milliseconds> limit)
{
    if (!of.acks) of.acks = std::make_unique<ack_list>(core_.options().limits.max_pending_acks);
    pending_ack waiting{std::move(receiver), nullptr};
    if (!of.acks->add(id, std::move(waiting))) {
        receiver = std::move(waiting.receiver);
        return false;
    }
    if (!limit) return true;
    auto* const timer = after(*limit, [this, who = of.identity, id] {
        auto* const socket = find(*who);
        auto late = socket && socket->acks ? socket->acks->take(id) : std::nullopt;
        if (late) guard("an acknowledgement's callback", [&] { late->receiver->failed(errc::timed_out); });
    });
    of.acks->find(id)->limit = timer;
    return true;
}

bool shard::emit(socket_identity const& to, payload event, emit_options const& options,
                 std::unique_ptr<ack_receiver> receiver, bool limited)
{
    auto* const socket = find(to);
    auto const fail = [&](errc why) {
        if (receiver) guard("an acknowledgement's callback", [&] { receiver->failed(why); });
        return false;
    };
    // between two connections it is logged, and sent as something missed
    auto const takes = [&] {
        if (socket->connection) return true;
        return socket->is_between_connections() && !receiver && !options.is_volatile;
    };
    if (!socket || !takes()) return fail(errc::disconnected);
    // the listeners may have ended it
    if (call_outgoing(*socket->nsp, *socket, event) && (find(to) != socket || !takes()))
        return fail(errc::disconnected);

    std::optional<std::uint64_t> id;
    if (receiver) {
        auto limit = options.timeout;
        if (!limit && limited) limit = core_.options().ack_timeout;
        id = next_ack_id();
        if (!expect_ack(*socket, *id, receiver, limit)) return fail(errc::limit_exceeded);
    } else if (core_.is_sequenced() && core_.options().connection_state_recovery && !options.is_volatile &&
               socket->at == socket_state::phase::connected)
    {
        broadcast_options alone{.rooms = {std::string(to.id.view())}};
        alone.flags.compress = options.compress;
        alone.flags.local = true;
        return core_.sequence(to.nsp, [event = std::move(event), alone](sequencer& first) mutable {
            first.publish(std::move(event), alone, true);
        });
    }
    auto const bytes = event.buffer.size();
    return core_.in_order(
        socket->identity,
        [id, event = std::move(event), options](shard& at, std::shared_ptr<socket_identity const> const& who) mutable {
            auto* const reached = at.find(*who);
            if (!reached || !reached->connection) return;
            at.send(*reached->connection, {.type = packet_type::event, .nsp = who->nsp->name(), .id = id},
                    std::move(event), options.compress, {.is_volatile = options.is_volatile});
        },
        bytes);
}

bool shard::call_outgoing(namespace_shard& nsp, socket_state& socket, payload const& event)
{
    auto const& table = nsp.table();
    bool const has_own = socket.extras && !socket.extras->own.any_outgoing.empty();
    if (table->any_outgoing.empty() && !has_own) return false;
    auto const held = table; // listeners may declare others
    auto const own = has_own ? socket.extras->own.any_outgoing : decltype(handler_table::any_outgoing){};
    read_back(event, [&, who = socket.handle()](std::string_view name, args const& values) {
        for (auto const& each : held->any_outgoing) guard("on_any_outgoing", [&] { each.function(who, name, values); });
        for (auto const& each : own) guard("on_any_outgoing", [&] { each.function(who, name, values); });
    });
    return true;
}

void shard::read_back(payload const& event, base::unique_function<void(std::string_view, args const&)> use)
{
    // taken for the call: a listener may emit, and be listened to in turn
    auto mirror = mirror_ ? std::move(mirror_) : core_.make_codec();
    socketio::read_back(*mirror, event, std::move(use));
    mirror_ = std::move(mirror);
}

// --- time, errors ---------------------------------------------------------------------------------------------------

void shard::has_let_go(std::size_t bytes)
{
    constexpr std::size_t much = 4 << 20;
    let_go_ += bytes;
    if (let_go_ < much || memory_timer_) return;
    memory_timer_ = after(std::chrono::seconds(1), [this] {
        let_go_ = 0;
        memory_timer_ = nullptr;
#ifdef __GLIBC__
        ::malloc_trim(0);
#endif
    });
}

shard_timer* shard::after(std::chrono::milliseconds delay, base::unique_function<void()> work)
{
    return at(now() + base::capped(delay), std::move(work));
}

shard_timer* shard::at(net::time_point when, base::unique_function<void()> work)
{
    auto& made = timers_.emplace_back(std::make_unique<shard_timer>(*this, std::move(work)));
    made->place_ = timers_.size() - 1;
    loop().schedule(*made, when);
    return made.get();
}

void shard::cancel(shard_timer* timer) noexcept
{
    if (!timer) return;
    loop().cancel(*timer);
    auto const place = timer->place_;
    timers_[place].swap(timers_.back());
    timers_[place]->place_ = place;
    timers_.pop_back();
}

void shard::report(std::string_view what, std::exception_ptr thrown) noexcept
{
    ++statistics_.handler_errors;
    core_.report(what, std::move(thrown));
}

// --- sequencers -----------------------------------------------------------------------------------------------------

sequencer* shard::find_sequencer(namespace_state const& nsp) const noexcept
{
    auto const found = sequencers_.find(&nsp);
    return found == sequencers_.end() ? nullptr : found->second.get();
}

sequencer& shard::open_sequencer(std::shared_ptr<namespace_state> const& nsp)
{
    if (auto* const found = find_sequencer(*nsp)) return *found;
    auto made = std::make_unique<sequencer>(*this, nsp); // user code runs: it may open others
    return *sequencers_.emplace(nsp.get(), std::move(made)).first->second;
}

void shard::close_namespace(namespace_state const& nsp)
{
    if (auto const part = namespaces_.find(&nsp); part != namespaces_.end() && part->second->size() == 0)
        namespaces_.erase(part);
    auto const found = sequencers_.find(&nsp);
    if (found == sequencers_.end()) return;
    auto gone = std::move(found->second);
    sequencers_.erase(found);
}

// --- turns ----------------------------------------------------------------------------------------------------------

void shard::on_wake()
{
    if (box_->drain(1024)) loop().wake();
}

void shard::on_turn_end()
{
    if (flush_delay_.count() == 0) {
        flush();
    } else if (!dirty_.empty() && !flush_timer_) {
        flush_timer_ = after(flush_delay_, [this] {
            flush_timer_ = nullptr;
            flush();
        });
    }
    for (std::size_t i = 0; i < ended_.size(); ++i) {
        auto const number = ended_[i];
        auto gone = std::move(slots_[number]);
        gone.reset();
        free_slots_.push_back(number);
    }
    ended_.clear();
}

void shard::flush()
{
    // user code may run while events are drained, and make others dirty: rounds until nobody is
    for (int round = 0; !dirty_.empty() && round < 16; ++round) {
        flushing_.swap(dirty_);
        for (auto const number : flushing_)
            if (auto* const each = slots_[number].get()) each->flush();
        flushing_.clear();
    }
    if (!dirty_.empty()) loop().wake();
}

void shard::shut_down(bool discard)
{
    for (std::size_t i = 0; i < slots_.size(); ++i)
        if (auto* const each = slots_[i].get()) each->close(discard, disconnect_reason::server_shutting_down);
    flush();
}

} // namespace partyline
