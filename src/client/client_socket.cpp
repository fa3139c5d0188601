// The handle: each operation finds its way to the thread of its client, and does nothing if that is gone.
#include <partyline/client_socket.hpp>

#include <utility>

#include "client/client_shell.hpp"

namespace partyline {

namespace {

/// Does `job(part)` on the client's thread.
template <class Job>
bool at_part(std::shared_ptr<client_core> const& core, std::shared_ptr<client_place> const& place, Job job)
{
    if (!core) throw error(errc::disconnected, "this client_socket handle is empty");
    return core->run([place, job = std::move(job)](client_shell& at) mutable {
        if (!place->member->gone) job(at.part(place));
    });
}

} // namespace

std::string_view client_socket::name() const noexcept { return place_ ? std::string_view(place_->name) : ""; }
std::string client_socket::id() const { return place_ ? place_->id() : std::string(); }
bool client_socket::connected() const noexcept { return place_ && place_->connected; }
bool client_socket::active() const noexcept { return place_ && place_->active; }
bool client_socket::recovered() const noexcept { return place_ && place_->recovered; }

void client_socket::connect() const
{
    if (place_ && place_->member->silent) return; // it would look active for ever
    // said before it is done: who is refused meanwhile has the last word
    bool const elsewhere = core_ && !core_->here();
    bool const before = elsewhere && place_->active.exchange(true);
    if (!at_part(core_, place_, [](client_part& part) { part.connect(); }) && elsewhere) place_->active = before;
}

void client_socket::disconnect() const
{
    at_part(core_, place_, [](client_part& part) { part.disconnect(); });
}

void client_socket::auth(client_auth with) const
{
    at_part(core_, place_, [with = std::move(with)](client_part& part) mutable { part.set_auth(std::move(with)); });
}

listener_id client_socket::add(std::string_view event, std::shared_ptr<event_handler const> handler, bool once) const
{
    refuse_reserved(event);
    auto const id = new_listener_id();
    at_part(core_, place_,
            [event = std::string(event), id, handler = std::move(handler), once](client_part& part) mutable {
                part.add(event, {id, std::move(handler), once});
            });
    return id;
}

void client_socket::off() const
{
    at_part(core_, place_, [](client_part& part) { part.remove_handlers(); });
}

void client_socket::off(std::string_view event) const
{
    at_part(core_, place_, [event = std::string(event)](client_part& part) { part.remove(event); });
}

void client_socket::off(listener_id listener) const
{
    at_part(core_, place_, [listener](client_part& part) { part.remove(listener); });
}

listener_id client_socket::add_any(incoming_listener listener, bool first) const
{
    auto const id = new_listener_id();
    at_part(core_, place_,
            [id, listener = std::move(listener), first](client_part& part) { part.any.add(id, listener, first); });
    return id;
}

listener_id client_socket::add_any_outgoing(any_listener listener, bool first) const
{
    auto const id = new_listener_id();
    at_part(core_, place_, [id, listener = std::move(listener), first](client_part& part) {
        part.any_outgoing.add(id, listener, first);
    });
    return id;
}

void client_socket::off_any() const
{
    at_part(core_, place_, [](client_part& part) { part.any.clear(); });
}

void client_socket::off_any_outgoing() const
{
    at_part(core_, place_, [](client_part& part) { part.any_outgoing.clear(); });
}

listener_id client_socket::add_connect(std::function<void()> listener) const
{
    auto const id = new_listener_id();
    at_part(core_, place_, [id, listener = std::move(listener)](client_part& part) { part.joined.add(id, listener); });
    return id;
}

listener_id client_socket::add_connect_error(std::function<void(client_error const&)> listener) const
{
    auto const id = new_listener_id();
    at_part(core_, place_, [id, listener = std::move(listener)](client_part& part) { part.refused.add(id, listener); });
    return id;
}

listener_id
client_socket::add_disconnect(std::function<void(client_disconnect_reason, std::string_view)> listener) const
{
    auto const id = new_listener_id();
    at_part(core_, place_, [id, listener = std::move(listener)](client_part& part) { part.left.add(id, listener); });
    return id;
}

client_emitter client_socket::volatile_() const { return {*this, {.is_volatile = true}}; }
client_emitter client_socket::compress(bool on) const { return {*this, {.compress = on}}; }
client_emitter client_socket::timeout(std::chrono::milliseconds limit) const { return {*this, {.timeout = limit}}; }

// --- emitting -------------------------------------------------------------------------------------------------------

bool client_emitter::is_gone() const
{
    if (!to_.core_) throw error(errc::disconnected, "this client_socket handle is empty");
    return to_.place_->member->silent || to_.core_->is_gone();
}

bool client_emitter::refuse(std::unique_ptr<ack_receiver> receiver)
{
    if (receiver) receiver->failed(errc::disconnected);
    return false;
}

codec& client_emitter::codec_here() const { return to_.core_->codec_here(); }

bool client_emitter::send(payload event, std::unique_ptr<ack_receiver> receiver, bool limited) const
{
    auto const& core = to_.core_;
    if (auto* const shell = core->here(); shell && !to_.place_->member->gone)
        return shell->part(to_.place_).emit(std::move(event), options_, std::move(receiver), limited);
    auto bytes = event.buffer.size();
    for (auto const& each : event.attachments) bytes += each.size();
    // who waits is told even where the message cannot be queued
    auto const shared = std::make_shared<std::unique_ptr<ack_receiver>>(std::move(receiver));
    bool const queued = core->run(
        [place = to_.place_, event = std::move(event), options = options_, shared, limited](client_shell& at) mutable {
            if (!place->member->gone) at.part(place).emit(std::move(event), options, std::move(*shared), limited);
        },
        bytes);
    if (!queued && *shared) (*shared)->failed(is_gone() ? errc::disconnected : errc::queue_full);
    return queued;
}

} // namespace partyline
