#include "server/sequencer.hpp"

#include <algorithm>

#include "server/peer.hpp"
#include "server/server_core.hpp"
#include "server/shard.hpp"
#include "socketio/offset.hpp"

namespace partyline {

namespace {

socketio::recovery_limits limits_of(recovery_options const& options)
{
    return {.max_age = options.max_disconnection_duration,
            .max_events = options.max_packets,
            .max_event_bytes = options.max_packet_bytes,
            .max_sessions = options.max_sessions,
            .max_session_bytes = options.max_session_bytes};
}

} // namespace

socketio::parked_session<carried_state> describe(socket_state const& socket)
{
    socketio::parked_session<carried_state> lost;
    lost.pid = socket.recovery->pid;
    lost.sid = std::string(socket.identity->id.view());
    lost.rooms = socket.nsp->rooms_of(socket);
    lost.first_offset = socket.recovery->first_offset;
    lost.last_offset = socket.recovery->last_offset;
    lost.reached = socket.nsp->reached();
    if (socket.extras) {
        // handlers of its own stay with the connection that declared them; `on_connection` declares them again
        auto kept = std::make_shared<socket_extras>();
        kept->data = socket.extras->data;
        kept->typed_data = socket.extras->typed_data;
        lost.data_bytes = kept->data.to_json().size() + 64 * kept->typed_data.size();
        lost.data = std::move(kept);
    }
    return lost;
}

sequencer::sequencer(shard& home, std::shared_ptr<namespace_state> nsp) : home_(home), nsp_(std::move(nsp))
{
    auto const& options = home_.core().options();
    if (options.connection_state_recovery) log_.emplace(limits_of(*options.connection_state_recovery));
    if (options.adapter) {
        home_.guard("the adapter's factory", [&] { adapter_ = options.adapter(nsp_->name(), *this); });
        if (adapter_) home_.guard("adapter::init", [&] { adapter_->init(); });
    }
}

sequencer::~sequencer()
{
    *alive_ = false;
    home_.cancel(sweep_);
    if (adapter_) home_.guard("adapter::close", [&] { adapter_->close(); });
}

// --- events ---------------------------------------------------------------------------------------------------------

void sequencer::publish(payload event, broadcast_options const& to, bool told)
{
    if (!adapter_ || to.flags.local) return deliver_here(std::move(event), to, told);
    auto const kept = std::make_shared<payload>(std::move(event));
    auto const once = std::make_shared<bool>(false);
    auto deliver = [this, alive = alive_, kept, to, told, once](std::optional<std::string> const& offset) {
        if (*alive && !std::exchange(*once, true)) deliver_here(std::move(*kept), to, told, offset);
    };
    bool sent = false;
    home_.read_back(*kept, [&](std::string_view name, args const& values) {
        auto const all = args::of(name, values);
        sent = home_.guard("adapter::broadcast", [&] { adapter_->broadcast(all, to, deliver); });
    });
    if (!sent) deliver(std::nullopt);
}

void sequencer::deliver_here(payload event, broadcast_options const& to, bool told,
                             std::optional<std::string> const& given)
{
    std::optional<std::uint64_t> number;
    std::optional<std::string> offset;
    if (log_ && !to.flags.volatile_) {
        number = next_offset_++;
        offset = given ? *given : std::string(socketio::offset_text(*number).view());
    }
    base::message_ref message;
    home_.core().deliver(nsp_, std::move(event), to, offset, number, told, &message);
    if (!number) return;
    auto const bytes = message->bytes() + (given ? 2 * given->size() : 0);
    log_->append(*number, message, bytes, to.rooms, to.except, home_.now());
    if (given) {
        numbers_.insert_or_assign(*given, *number);
        given_.emplace_back(*number, *given);
    }
    forget_offsets();
    tick();
}

std::optional<std::uint64_t> sequencer::number_of(std::string const& offset) const
{
    if (auto const found = numbers_.find(offset); found != numbers_.end()) return found->second;
    auto const number = socketio::read_offset(offset);
    if (!number) return std::nullopt;
    // an event that the adapter has named has no other name
    auto const place = std::lower_bound(given_.begin(), given_.end(), *number,
                                        [](auto const& each, std::uint64_t wanted) { return each.first < wanted; });
    return place != given_.end() && place->first == *number ? std::nullopt : number;
}

// Those of events that have fallen out of the log.
void sequencer::forget_offsets()
{
    auto const oldest = log_->oldest_offset();
    while (!given_.empty() && (!oldest || given_.front().first < *oldest)) {
        auto const& [number, text] = given_.front();
        if (auto const found = numbers_.find(text); found != numbers_.end() && found->second == number)
            numbers_.erase(found);
        given_.pop_front();
    }
}

namespace {

/// One broadcast with acknowledgements in the whole cluster, on the first shard.
struct cluster_round
{
    std::unique_ptr<responses_receiver> receiver;
    std::size_t expected = 0;
    std::size_t answered = 0;
    std::size_t processes_missing = 1; // whose counts have not come
    bool local_ended = false;
    bool timed_out = false;

    void one(args const& values)
    {
        if (!receiver) return;
        ++answered;
        receiver->answered(values);
        end_if_done();
    }
    void end_if_done()
    {
        if (receiver && processes_missing == 0 && local_ended && answered >= expected) end(false);
    }
    void end(bool late)
    {
        if (auto const whom = std::move(receiver)) whom->done(expected, late || timed_out || answered < expected);
    }
};

} // namespace

void sequencer::publish_with_ack(payload event, broadcast_options const& to,
                                 std::unique_ptr<responses_receiver> receiver)
{
    auto const round = std::make_shared<cluster_round>();
    round->receiver = std::move(receiver);
    auto& core = home_.core();
    auto& home = home_; // outlives this, which the callbacks need not
    auto const kept = event;
    bool const everywhere = adapter_ && !to.flags.local;
    if (everywhere) {
        // not before every process has said how many it asks
        round->processes_missing = 2;
        adapter_->server_count([&home, round](result<std::size_t> count) {
            round->processes_missing += count ? *count - 1 : 0;
            --round->processes_missing;
            home.guard("an acknowledgement's callback", [&] { round->end_if_done(); });
        });
        home.read_back(kept, [&](std::string_view name, args const& values) {
            auto const all = args::of(name, values);
            home.guard("adapter::broadcast_with_ack", [&] {
                adapter_->broadcast_with_ack(
                    all, to,
                    [&home, round](std::size_t clients) {
                        round->expected += clients;
                        --round->processes_missing;
                        home.guard("an acknowledgement's callback", [&] { round->end_if_done(); });
                    },
                    [&home, round](args answer) {
                        home.guard("an acknowledgement's callback", [&] { round->one(answer); });
                    });
            });
        });
        home.after(to.flags.timeout.value_or(core.options().ack_timeout),
                   [&home, round] { home.guard("an acknowledgement's callback", [&] { round->end(true); }); });
    }
    core.ask(
        nsp_, std::move(event), to,
        [round](std::size_t clients) {
            round->expected += clients;
            --round->processes_missing;
        },
        [&home, round](args answer) { home.guard("an acknowledgement's callback", [&] { round->one(answer); }); },
        [&home, round, everywhere](bool late) {
            round->local_ended = true;
            round->timed_out |= late;
            home.guard("an acknowledgement's callback", [&] {
                if (everywhere)
                    round->end_if_done();
                else
                    round->end(late);
            });
        });
}

// --- recovery -------------------------------------------------------------------------------------------------------

void sequencer::register_socket(std::string const& pid, std::shared_ptr<socket_identity const> identity)
{
    live_[pid] = std::move(identity);
}

void sequencer::forget(std::string const& pid)
{
    live_.erase(pid);
    if (log_) log_->forget(pid);
}

void sequencer::park(socketio::parked_session<carried_state> lost)
{
    if (!log_) return;
    live_.erase(lost.pid);
    log_->park(std::move(lost), home_.now());
    tick();
}

void sequencer::claim(std::string pid, std::optional<std::string> offset, std::shared_ptr<mailbox> const& claimant,
                      claim_answer answer)
{
    bool const known = live_.contains(pid) || (log_ && log_->has(pid));
    if (known || home_.core().threads() == 1) return find_claimed(pid, offset, claimant, answer);
    // between two threads there is no order: what its last thread has to say of it may be on its way still
    behind_all(
        [this, alive = alive_, pid = std::move(pid), offset = std::move(offset), claimant, answer = std::move(answer)] {
            if (!*alive) return answer(std::nullopt, nullptr);
            find_claimed(pid, offset, claimant, answer);
        });
}

void sequencer::behind_all(std::function<void()> work)
{
    auto& core = home_.core();
    auto const missing = std::make_shared<std::size_t>(core.threads() - 1);
    for (std::size_t i = 1; i < core.threads(); ++i)
        core.box(i)->post([first = home_.box(), missing, work](shard&) {
            first->post([missing, work](shard&) {
                if (--*missing == 0) work();
            });
        });
}

void sequencer::find_claimed(std::string const& pid, std::optional<std::string> const& offset,
                             std::shared_ptr<mailbox> const& claimant, claim_answer const& answer)
{
    auto const found = live_.find(pid);
    if (found == live_.end()) return restore_parked(pid, offset, nullptr, nullptr, answer);

    // the old connection has not been noticed as dead: its shard gives the socket up
    auto const old = found->second;
    live_.erase(found);
    bool const unnoticed = home_.core().options().connection_state_recovery->skip_middlewares;
    run_at(old, [this, alive = alive_, old, unnoticed, claimant, pid, offset, answer,
                 first = home_.box()](shard& owner) {
        std::optional<socketio::parked_session<carried_state>> taken;
        std::shared_ptr<moving_socket> moving;
        auto* const socket = owner.find(*old);
        if (socket && socket->connection) {
            auto* const connection = socket->connection;
            if (unnoticed && socket->recovery) {
                taken = describe(*socket);
                static_cast<peer*>(connection->user())->hand_over(*socket);
                if (owner.box() != claimant) moving = std::make_shared<moving_socket>(owner.give_up(*socket));
            } else {
                connection->close(true, disconnect_reason::transport_close); // parks it
            }
        }
        first->run([this, alive, old, claimant, pid, offset, answer, taken = std::move(taken), moving](shard&) mutable {
            // from here on what is meant for it goes where it goes, behind it
            if (moving) old->set_place({claimant->index(), socket_place::on_its_way});
            if (!*alive) return answer(std::nullopt, moving);
            bool const handed_over = taken.has_value();
            if (taken) log_->park(*std::move(taken), home_.now());
            restore_parked(pid, offset, handed_over ? old : nullptr, moving, answer);
        });
    });
}

void sequencer::restore_parked(std::string const& pid, std::optional<std::string> const& offset,
                               std::shared_ptr<socket_identity const> same,
                               std::shared_ptr<moving_socket> const& moving, claim_answer const& answer)
{
    auto give_up = [&] {
        // taken over, and not to be restored after all: the old socket ends as if its connection had been lost
        if (same && !moving) {
            run_at(same, [same](shard& owner) {
                if (auto* const socket = owner.find(*same))
                    peer::bury(owner, *socket, disconnect_reason::transport_close);
            });
        }
        answer(std::nullopt, moving);
    };
    if (!log_) return give_up();
    std::optional<std::uint64_t> number;
    if (offset) {
        number = number_of(*offset);
        if (!number) return give_up();
    }
    auto recovered = log_->restore(pid, number, home_.now());
    if (!recovered) return give_up();
    restored_socket back;
    back.sid = std::move(recovered->socket.sid);
    back.rooms = std::move(recovered->socket.rooms);
    back.extras = std::move(recovered->socket.data);
    back.missed = std::move(recovered->missed);
    back.recovery = {pid, recovered->socket.first_offset, recovered->socket.last_offset};
    back.same = std::move(same);
    answer(std::move(back), moving);
}

void sequencer::tick()
{
    if (!log_) return;
    log_->tick(home_.now());
    forget_offsets();
    if (sweep_) return;
    auto const next = log_->next_deadline();
    if (!next) return;
    auto const wait =
        std::max(std::chrono::ceil<std::chrono::milliseconds>(*next - home_.now()), std::chrono::milliseconds(1'000));
    sweep_ = home_.after(wait, [this] {
        sweep_ = nullptr;
        tick();
    });
}

// --- what other processes ask for -----------------------------------------------------------------------------------

namespace {

payload encode_all(codec& with, args const& event) { return encode_arguments(with, event); }

} // namespace

void sequencer::broadcast(args const& event, broadcast_options const& options, std::optional<std::string> offset)
{
    home_.guard("local_node::broadcast",
                [&] { deliver_here(encode_all(home_.own_codec(), event), options, false, offset); });
}

void sequencer::broadcast_with_ack(args const& event, broadcast_options const& options,
                                   std::function<void(std::size_t)> on_count, std::function<void(args)> on_ack)
{
    home_.guard("local_node::broadcast_with_ack", [&] {
        home_.core().ask(nsp_, encode_all(home_.own_codec(), event), options, std::move(on_count), std::move(on_ack),
                         {});
    });
}

void sequencer::sockets_join(broadcast_options const& options, std::vector<std::string> const& rooms)
{
    home_.core().for_each_socket(nsp_, options,
                                 [rooms](shard&, socket_state& socket) { socket.nsp->join(socket, rooms); });
}

void sequencer::sockets_leave(broadcast_options const& options, std::vector<std::string> const& rooms)
{
    home_.core().for_each_socket(nsp_, options, [rooms](shard&, socket_state& socket) {
        for (auto const& room : rooms) socket.nsp->leave(socket, room);
    });
}

void sequencer::disconnect_sockets(broadcast_options const& options, bool close)
{
    home_.core().for_each_socket(nsp_, options,
                                 [close](shard& at, socket_state& socket) { peer::disconnect(at, socket, close); });
}

void sequencer::fetch_sockets(broadcast_options const& options,
                              std::function<void(std::vector<socket_description>)> done)
{
    home_.core().fetch_local(nsp_, options, std::move(done));
}

void sequencer::server_event(args const& event, std::function<void(args)> reply)
{
    auto const name = event.get<std::string>(0);
    if (!name) return;
    auto all = event.values();
    all.erase(all.begin());
    auto const rest = args::from(all);
    std::function<void(value)> answer = [](value) {};
    if (reply)
        answer = [reply, box = home_.box()](value given) {
            box->run([reply, given = std::move(given)](shard&) { reply(args::of(given)); });
        };
    for (auto const& each : nsp_->server_handlers(*name)) home_.guard("on_server_event", [&] { each(rest, answer); });
}

bool sequencer::post(std::function<void()> work)
{
    return home_.box()->post([alive = alive_, work = std::move(work), &home = home_](shard&) {
        if (*alive) home.guard("the adapter's work", work);
    });
}

void sequencer::after(std::chrono::milliseconds delay, std::function<void()> work)
{
    home_.after(delay, [alive = alive_, work = std::move(work), &home = home_] {
        if (*alive) home.guard("the adapter's work", work);
    });
}

} // namespace partyline
