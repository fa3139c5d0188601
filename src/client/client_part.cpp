#include "client/client_part.hpp"

#include <algorithm>

#include "client/client_call.hpp"
#include "client/client_shell.hpp"

namespace partyline {

namespace {

/// Of acknowledgements that are awaited, where neither `timeout()` nor the option says something.
constexpr std::chrono::milliseconds awaited_ack_timeout(30'000);

} // namespace

template <class What, class F>
bool client_part::guard(What const& what, F&& call) noexcept
{
    if (place_->member->silent.load(std::memory_order_acquire)) return true;
    return home_.guard(what, std::forward<F>(call));
}

client_part::client_part(client_shell& home, client_nsp& machine, std::shared_ptr<client_place> place, client_auth auth)
    : home_(home), machine_(machine), place_(std::move(place))
{
    set_auth(std::move(auth));
}

client_part::~client_part()
{
    place_->connected = place_->active = false;
    place_->set_id({});
    // who waits may come back when he is told, and must find nothing
    auto const receivers = std::exchange(receivers_, {});
}

client_socket client_part::socket() const { return {home_.core().shared_from_this(), place_}; }

void client_part::publish()
{
    place_->set_id(machine_.id());
    place_->recovered = machine_.recovered();
    place_->active = machine_.is_active();
    place_->connected = machine_.is_connected();
}

// --- from the user --------------------------------------------------------------------------------------------------

void client_part::connect()
{
    machine_.connect(home_.now());
    publish();
    home_.mark_dirty();
}

void client_part::disconnect()
{
    machine_.disconnect(home_.now());
    publish();
    home_.mark_dirty();
}

void client_part::set_auth(client_auth auth)
{
    auth_ = std::move(auth);
    machine_.options().asks_auth = static_cast<bool>(auth_.ask());
    machine_.options().auth = auth_.fixed();
}

bool client_part::emit(payload event, emit_options const& options, std::unique_ptr<ack_receiver> receiver, bool limited)
{
    client_emission emission{std::move(event), options.is_volatile, options.compress, {}, options.timeout, {}};
    if (receiver) emission.token = ++last_token_;
    if (limited && !emission.timeout && !machine_.options().ack_timeout) emission.timeout = awaited_ack_timeout;
    std::shared_ptr<payload const> shown;
    if (!any_outgoing.empty()) emission.shown = shown = std::make_shared<payload const>(emission.body);
    auto const token = emission.token;
    auto const became = machine_.emit(std::move(emission), home_.now());
    home_.mark_dirty();
    if (became == emitted::refused) {
        if (receiver) guard("an acknowledgement's callback", [&] { receiver->failed(errc::queue_full); });
        return false;
    }
    if (token) receivers_.insert_or_assign(*token, std::move(receiver));
    if (shown && became == emitted::sent) call_outgoing(*shown);
    return became != emitted::dropped;
}

bool client_part::acknowledge(reply_ticket const& ticket, payload arguments)
{
    home_.mark_dirty();
    return machine_.acknowledge(ticket, std::move(arguments), home_.now());
}

void client_part::add(std::string_view event, declared given)
{
    events_[std::string(event)].push_back(std::move(given));
}

void client_part::remove(std::string_view event)
{
    if (auto const found = events_.find(event); found != events_.end()) {
        auto const gone = std::move(found->second); // may hold the last handle to something that declares
        events_.erase(found);
    }
}

void client_part::remove(listener_id id)
{
    for (auto& [name, listeners] : events_) std::erase_if(listeners, [&](auto const& each) { return each.id == id; });
    std::erase_if(events_, [](auto const& entry) { return entry.second.empty(); });
    any.remove(id);
    any_outgoing.remove(id);
    joined.remove(id);
    refused.remove(id);
    left.remove(id);
}

void client_part::remove_handlers() { auto const gone = std::exchange(events_, {}); }

void client_part::forget_listeners()
{
    remove_handlers();
    any.clear();
    any_outgoing.clear();
    joined.clear();
    refused.clear();
    left.clear();
    auth_ = {};
}

// --- joining --------------------------------------------------------------------------------------------------------

void client_part::on(nsp_auth_wanted const&)
{
    auto const asked = ++auth_asked_;
    auto const ask = auth_.ask();
    if (!ask) return answer_auth(asked, auth_.fixed()); // changed since
    auto give = [who = socket(), asked](std::optional<value> auth) {
        who.core()->run([who, asked, auth = std::move(auth)](client_shell& at) mutable {
            if (!who.place()->member->gone) at.part(who.place()).answer_auth(asked, std::move(auth));
        });
    };
    if (!guard("auth", [&] { ask(give); })) answer_auth(asked, std::nullopt);
}

void client_part::answer_auth(std::uint64_t asked, std::optional<value> auth)
{
    if (asked != auth_asked_) return; // of an attempt that is over
    home_.mark_dirty();
    if (!auth) return refuse_auth("the auth function failed");
    if (!machine_.authenticate(*std::move(auth), home_.now())) refuse_auth("auth is not an object");
}

void client_part::refuse_auth(std::string_view why)
{
    if (!machine_.is_active()) return;
    ++auth_asked_;
    disconnect();
    tell_refused({.message = std::string(why), .cause = errc::handler_failure});
}

void client_part::tell_refused(client_error const& why)
{
    refused.each([&](auto const& listener) { guard("on_connect_error", [&] { listener(why); }); });
}

void client_part::on(nsp_joined const&)
{
    publish();
    joined.each([&](auto const& listener) { guard("on_connect", [&] { listener(); }); });
}

void client_part::on(nsp_connect_error const& event)
{
    publish();
    auto told = home_.describe_failure(event.message, event.why);
    told.by_server = event.by_server;
    told.data = event.data;
    tell_refused(told);
}

void client_part::on(nsp_left const& event)
{
    publish();
    left.each([&](auto const& listener) { guard("on_disconnect", [&] { listener(event.reason, event.detail); }); });
}

// --- events ---------------------------------------------------------------------------------------------------------

void client_part::on(nsp_event const& event)
{
    if (!place_->connected) publish(); // an event that came before the reply
    auto const who = socket();
    client_call call(who, home_.own_codec(), event);
    if (!any.empty()) {
        auto const all = event.arguments.borrow();
        any.each([&](auto const& listener) { guard("on_any", [&] { listener(event.name, all, call); }); });
    }
    auto const found = events_.find(event.name);
    if (found == events_.end()) return;
    auto const listeners = found->second;
    std::erase_if(found->second, [](auto const& each) { return each.once; });
    if (found->second.empty()) events_.erase(found);
    for (auto const& each : listeners) {
        call.hold_next(each.handler);
        guard([&] { return call.name("a handler of"); }, [&] { each.handler->call(call); });
    }
}

void client_part::on(nsp_event_sent const& event)
{
    if (!place_->connected) publish(); // one that had waited for the reply
    if (event.shown) call_outgoing(*static_cast<payload const*>(event.shown.get()));
}

void client_part::call_outgoing(payload const& event)
{
    if (any_outgoing.empty()) return;
    home_.read_back(event, [this](std::string_view name, args const& values) {
        any_outgoing.each([&](auto const& listener) { guard("on_any_outgoing", [&] { listener(name, values); }); });
    });
}

// --- acknowledgements -----------------------------------------------------------------------------------------------

std::unique_ptr<ack_receiver> client_part::take_receiver(std::uint64_t token)
{
    auto const found = receivers_.find(token);
    if (found == receivers_.end()) return nullptr;
    auto taken = std::move(found->second);
    receivers_.erase(found);
    return taken;
}

void client_part::on(nsp_ack const& event)
{
    auto const receiver = take_receiver(event.token);
    if (!receiver) return;
    guard("an acknowledgement's callback",
          [&] { receiver->answered(home_.own_codec().arguments(), event.arguments.borrow()); });
}

void client_part::on(nsp_ack_failed const& event)
{
    auto const receiver = take_receiver(event.token);
    if (receiver) guard("an acknowledgement's callback", [&] { receiver->failed(event.why); });
}

} // namespace partyline
