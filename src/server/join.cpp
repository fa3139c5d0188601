// How a client enters a namespace: the part of `peer` between CONNECT and its answer.
#include <algorithm>

#include "server/dispatch.hpp"
#include "server/peer.hpp"
#include "server/server_core.hpp"
#include "server/shard.hpp"

namespace partyline {

namespace {

payload encode_object(codec& with, std::initializer_list<std::pair<std::string_view, value const*>> members)
{
    auto const present = [](auto const& each) { return each.second != nullptr; };
    writer& out = with.begin();
    out.begin_object(static_cast<std::size_t>(std::count_if(members.begin(), members.end(), present)));
    for (auto const& [name, given] : members) {
        if (!given) continue;
        out.key(name);
        encode(out, *given);
    }
    out.end_object();
    auto made = with.end();
    return made ? *std::move(made) : payload{};
}

void send_refusal(shard& home, slot& to, std::string_view nsp, std::string_view message, value const* data)
{
    value const text = message;
    home.send(to, {.type = packet_type::connect_error, .nsp = nsp, .id = {}},
              encode_object(home.own_codec(), {{"message", &text}, {"data", data}}));
}

std::optional<std::string> text_of(value const& given)
{
    if (auto const* text = given.as_string()) return *text;
    return std::nullopt;
}

} // namespace

// --- which namespace ------------------------------------------------------------------------------------------------

void peer::on_connect(incoming_packet const& packet)
{
    if (sockets_.find(packet.nsp) || find_opening(packet.nsp)) return violate();
    auto const& core = home_.core();
    if (packet.name_too_long) return send_refusal(home_, connection_, packet.nsp, "Invalid namespace", nullptr);
    if (sockets_.size() + (openings_ ? openings_->size() : 0) >= core.options().limits.max_namespaces)
        return send_refusal(home_, connection_, packet.nsp, "Too many namespaces", nullptr);

    join_request asked{std::string(packet.nsp), value::object{}};
    if (packet.arguments.count > 0) asked.auth = packet.arguments.borrow().at(0);
    auto& names = home_.core().names();
    if (auto found = names.enter(asked.nsp)) return enter(std::move(asked), std::move(found));
    auto candidates = names.candidates(asked.nsp);
    choose_namespace(std::move(asked), std::move(candidates), 0);
}

void peer::choose_namespace(join_request asked, candidate_list candidates, std::size_t next)
{
    if (next == candidates.size()) return give_up(asked.nsp, "Invalid namespace");
    auto const& parent = candidates[next];
    auto const open = [this, &asked, &parent] {
        bool created = false;
        auto child = home_.core().names().open_child(parent, asked.nsp, created);
        if (!child) return give_up(asked.nsp, "Too many namespaces");
        if (created) home_.core().announce_namespace(*child);
        enter(std::move(asked), *std::move(child));
    };
    auto const* const decide = std::get_if<namespace_decision>(&parent->rule());
    if (!decide) return open();

    keep_open(asked.nsp);
    auto const answered = std::make_shared<std::atomic_flag>();
    auto allow = [answered, sid = connection_.sid(), box = home_.box(), asked, candidates, next](bool yes) {
        if (answered->test_and_set()) return;
        box->run([sid, asked, candidates, next, yes](shard& home) mutable {
            auto* const mine = of_session(home, sid);
            if (!mine || !mine->find_opening(asked.nsp)) return;
            if (!yes) return mine->choose_namespace(std::move(asked), std::move(candidates), next + 1);
            bool created = false;
            auto child = home.core().names().open_child(candidates[next], asked.nsp, created);
            if (!child) return mine->give_up(asked.nsp, "Too many namespaces");
            if (created) home.core().announce_namespace(*child);
            mine->enter(std::move(asked), *std::move(child));
        });
    };
    if (!home_.guard("a namespace's decision", [&] { (*decide)(asked.nsp, asked.auth, allow); })) allow(false);
}

void peer::enter(join_request asked, std::shared_ptr<namespace_state> nsp)
{
    auto& core = home_.core();
    auto const& auth = asked.auth;
    auto pid = core.options().connection_state_recovery ? text_of(auth["pid"]) : std::nullopt;
    auto offset = text_of(auth["offset"]);
    bool const odd_offset = !offset && !auth["offset"].is_null();
    if (!pid || odd_offset) return start_socket(std::move(asked), std::move(nsp), std::nullopt);

    keep_open(asked.nsp);
    auto const answer = [sid = connection_.sid(), box = home_.box(), asked,
                         nsp](std::optional<restored_socket> restored, std::shared_ptr<moving_socket> const& moving) {
        box->run([sid, asked, nsp, restored = std::move(restored), moving](shard& home) mutable {
            if (moving) {
                auto& arrived = home.adopt(std::move(*moving));
                if (!restored) bury(home, arrived, disconnect_reason::transport_close);
            }
            if (auto* const mine = of_session(home, sid); mine && mine->find_opening(asked.nsp))
                return mine->start_socket(std::move(asked), std::move(nsp), std::move(restored));
            // gone in the meantime: what was taken over ends with it
            home.core().leave(nsp);
            if (restored && restored->same)
                run_at(restored->same, [same = restored->same](shard& owner) {
                    if (auto* const socket = owner.find(*same))
                        bury(owner, *socket, disconnect_reason::transport_close);
                });
        });
    };
    core.sequence(
        nsp, [pid = *std::move(pid), offset = std::move(offset), answer, mine = home_.box()](sequencer& first) mutable {
            first.claim(std::move(pid), std::move(offset), mine, std::move(answer));
        });
}

// Events for it that come before its socket are kept from now on.
void peer::keep_open(std::string const& nsp)
{
    if (!openings_)
        openings_ = std::make_unique<base::string_map<early_events>>(base::string_hash{home_.core().seed()});
    openings_->try_emplace(nsp);
}

early_events* peer::find_opening(std::string_view nsp) noexcept
{
    if (!openings_) return nullptr;
    auto const found = openings_->find(nsp);
    return found == openings_->end() ? nullptr : &found->second;
}

std::optional<early_events> peer::close_opening(std::string_view nsp)
{
    auto* const found = find_opening(nsp);
    if (!found) return std::nullopt;
    auto closed = std::move(*found);
    openings_->erase(openings_->find(nsp));
    if (openings_->empty()) openings_.reset();
    return closed;
}

void peer::give_up(std::string_view nsp, std::string_view message)
{
    (void)close_opening(nsp);
    send_refusal(home_, connection_, nsp, message, nullptr);
}

// --- the socket -----------------------------------------------------------------------------------------------------

void peer::start_socket(join_request asked, std::shared_ptr<namespace_state> nsp,
                        std::optional<restored_socket> restored)
{
    auto waiting = close_opening(asked.nsp);
    auto const& options = home_.core().options();
    if (restored && restored->same && take_over(asked, nsp, *restored)) {
        auto const who = restored->same;
        if (!waiting) return;
        for (auto const& each : waiting->events)
            if (auto* const same = home_.find(*who))
                dispatch_kept_event(home_, *same, each.name, each.arguments, each.id);
        return;
    }

    // ended while it had no connection: who comes is somebody new
    if (restored && restored->same) restored.reset();

    bool const back = restored.has_value();
    auto id = home_.new_id();
    if (back) id = base::id20::parse(restored->sid).value_or(id);
    auto& socket = home_.add_socket(connection_, nsp, id, std::move(asked.auth), back);
    sockets_.add(socket, home_.core().seed());
    if (waiting) socket.early = std::make_unique<early_events>(*std::move(waiting));
    if (options.connection_state_recovery) {
        socket.recovery = std::make_unique<recovery_state>();
        if (back)
            *socket.recovery = restored->recovery;
        else
            socket.recovery->pid = std::string(home_.new_id().view());
    }
    if (back) {
        socket.nsp->join(socket, restored->rooms);
        if (restored->extras) socket.extras = std::make_unique<socket_extras>(*restored->extras);
        if (options.connection_state_recovery->skip_middlewares) return finish_join(home_, socket, restored->missed);
        socket.missed = std::make_unique<std::vector<base::message_ref>>(std::move(restored->missed));
    }
    run_middleware(home_, socket.handle(), socket.nsp->table(), 0);
}

// The same socket goes on with this connection: neither it nor anybody else notices.
bool peer::take_over(join_request const&, std::shared_ptr<namespace_state> const& nsp, restored_socket& restored)
{
    auto* const socket = home_.find(*restored.same);
    if (!socket || socket->connection) return false;
    home_.core().names().leave(nsp, false); // it has entered once already
    socket->connection = &connection_;
    socket->identity->recovered = true;
    if (socket->recovery) *socket->recovery = restored.recovery;
    sockets_.add(*socket, home_.core().seed());
    reply(*socket, restored.missed);
    register_pid(*socket);
    return true;
}

void peer::reply(socket_state const& joined, std::vector<base::message_ref> const& missed)
{
    for (auto const& each : missed) connection_.send(engineio::delivery_ref::make(each), {});
    value const sid = joined.identity->id.view();
    value const pid = joined.recovery ? value(joined.recovery->pid) : value();
    home_.send(connection_, {.type = packet_type::connect, .nsp = joined.identity->nsp->name(), .id = {}},
               encode_object(home_.own_codec(), {{"sid", &sid}, {"pid", joined.recovery ? &pid : nullptr}}));
    if (has_joined_once()) return;
    connect_by_ = net::time_point::max();
    home_.half_open(-1);
}

void peer::register_pid(socket_state const& joined)
{
    if (!joined.recovery) return;
    home_.core().sequence(joined.identity->nsp, [pid = joined.recovery->pid, who = joined.identity](sequencer& first) {
        first.register_socket(pid, who);
    });
}

// --- middleware -----------------------------------------------------------------------------------------------------

void peer::run_middleware(shard& home, socket const& who, std::shared_ptr<handler_table const> const& table,
                          std::size_t next_one)
{
    auto* const socket = home.find(*who.identity());
    if (!socket || !socket->connection) return; // gone in the meantime
    if (next_one == table->middleware.size()) {
        auto const missed = std::move(socket->missed);
        return finish_join(home, *socket, missed ? *missed : std::vector<base::message_ref>{});
    }
    auto const answered = std::make_shared<std::atomic_flag>();
    auto const go_on = [answered, who, table, next_one](std::optional<refusal> why) {
        if (answered->test_and_set()) return;
        run_at(who.identity(), [who, table, next_one, why = std::move(why)](shard& at) {
            if (!why) return run_middleware(at, who, table, next_one + 1);
            if (auto* const refused = at.find(*who.identity()); refused && refused->connection)
                refuse_socket(at, *refused, *why);
        });
    };
    try {
        table->middleware[next_one](who, next(go_on));
    } catch (refusal const& why) {
        go_on(why);
    } catch (...) {
        home.report("a middleware", std::current_exception());
        go_on(refusal("Internal server error"));
    }
}

void peer::refuse_socket(shard& home, socket_state& socket, refusal const& why)
{
    auto* const connection = socket.connection;
    send_refusal(home, *connection, socket.identity->nsp->name(), why.what(), why.has_data() ? &why.data() : nullptr);
    auto& mine = *static_cast<peer*>(connection->user());
    mine.leave(socket, disconnect_reason::server_namespace_disconnect, false);
}

void peer::finish_join(shard& home, socket_state& joined, std::vector<base::message_ref> const& missed)
{
    auto const who = joined.handle();
    joined.at = socket_state::phase::connected;
    auto& mine = *static_cast<peer*>(joined.connection->user());
    mine.reply(joined, missed);
    mine.register_pid(joined);
    auto const table = joined.nsp->table();
    for (auto const& each : table->connection) home.guard("on_connection", [&] { each.function(who); });
    for (;;) {
        auto* const socket = home.find(*who.identity());
        if (!socket) return;
        if (!socket->early || socket->early->events.empty()) {
            socket->early.reset();
            socket->holds_events = false;
            return;
        }
        auto const next_event = std::move(socket->early->events.front());
        socket->early->events.pop_front();
        dispatch_kept_event(home, *socket, next_event.name, next_event.arguments, next_event.id);
    }
}

} // namespace partyline
