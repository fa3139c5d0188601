#include <partyline/nsp.hpp>

#include "server/server_core.hpp"
#include "server/shard.hpp"

namespace partyline {

namespace {

template <class Edit>
listener_id change(server_core& core, std::shared_ptr<namespace_state> const& nsp, Edit edit)
{
    auto const id = new_listener_id();
    nsp->change([&](handler_table& table) { edit(table, id); });
    core.refresh(nsp);
    return id;
}

} // namespace

std::string_view nsp::name() const noexcept { return state_->name(); }

listener_id nsp::add(std::string_view event, std::shared_ptr<event_handler const> handler, bool once) const
{
    refuse_reserved(event);
    return change(*core_, state_, [&](handler_table& table, listener_id id) {
        table.events[std::string(event)].push_back(
            {id, std::move(handler), once ? std::make_shared<std::atomic_flag>() : nullptr});
    });
}
void nsp::off(std::string_view event) const
{
    change(*core_, state_, [&](handler_table& table, listener_id) { table.remove(event); });
}
void nsp::off(listener_id listener) const
{
    change(*core_, state_, [&](handler_table& table, listener_id) { table.remove(listener); });
}
listener_id nsp::add_connection(std::function<void(socket)> handler) const
{
    return change(*core_, state_, [&](handler_table& table, listener_id id) {
        table.connection.push_back({id, std::move(handler)});
    });
}
listener_id nsp::add_disconnecting(std::function<void(socket, disconnect_reason, std::string_view)> handler) const
{
    return change(*core_, state_, [&](handler_table& table, listener_id id) {
        table.disconnecting.push_back({id, std::move(handler)});
    });
}
listener_id nsp::add_disconnect(std::function<void(socket, disconnect_reason, std::string_view)> handler) const
{
    return change(*core_, state_, [&](handler_table& table, listener_id id) {
        table.disconnected.push_back({id, std::move(handler)});
    });
}
listener_id nsp::add_any(std::function<void(socket, std::string_view, args const&)> listener) const
{
    return change(*core_, state_, [&](handler_table& table, listener_id id) {
        table.any.push_back({id, std::move(listener)});
    });
}
listener_id nsp::add_any_outgoing(std::function<void(socket, std::string_view, args const&)> listener) const
{
    return change(*core_, state_, [&](handler_table& table, listener_id id) {
        table.any_outgoing.push_back({id, std::move(listener)});
    });
}
void nsp::add_middleware(std::function<void(socket, next)> middleware) const
{
    change(*core_, state_,
           [&](handler_table& table, listener_id) { table.middleware.push_back(std::move(middleware)); });
}
void nsp::add_event_middleware(std::function<void(socket, incoming_event&, next)> middleware) const
{
    change(*core_, state_, [&](handler_table& table, listener_id id) {
        table.event_middleware.push_back({id, std::move(middleware)});
    });
}
listener_id nsp::add_error(std::function<void(socket, refusal const&)> listener) const
{
    return change(*core_, state_, [&](handler_table& table, listener_id id) {
        table.error.push_back({id, std::move(listener)});
    });
}

// --- events between servers -----------------------------------------------------------------------------------------

void nsp::add_server_handler(std::string_view event,
                             std::function<void(args const&, std::function<void(value)>)> handler) const
{
    state_->add_server_handler(std::string(event), std::move(handler));
    core_->with_adapter(state_, false, [](adapter&) {}); // the adapter listens from now on
}

bool nsp::send_server_event(args values, std::shared_ptr<pending<responses<value>>::promise> answer) const
{
    if (auto const event = values.get<std::string>(0);
        event && (*event == "connect" || *event == "connection" || *event == "new_namespace"))
        throw error(errc::reserved_event, *event);
    bool const asked = core_->with_adapter(state_, false, [values, answer](adapter& others) {
        if (!answer) return others.server_side_emit(values, {});
        others.server_side_emit(values, [answer](server_responses came) {
            responses<value> all;
            for (auto const& each : came.responses) all.answers.push_back(each.at(0));
            all.expected = all.answers.size();
            all.timed_out = !came.complete;
            answer->complete(std::move(all));
        });
    });
    if (!asked && answer) answer->complete(responses<value>{});
    return true;
}

pending<responses<value>> nsp::server_side_emit_with_ack(std::string_view event, args const& values) const
{
    pending<responses<value>> answer;
    send_server_event(args::of(event, values), answer.completer());
    return answer;
}

} // namespace partyline
