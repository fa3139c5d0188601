// A client's requests and WebSockets: from what its connection asks for to net's words, and back.
#include <algorithm>
#include <utility>

#include "client/client_shell.hpp"
#include "engineio/payload_reader.hpp"

namespace partyline {

namespace {

/// The other end has broken a rule, as opposed to: it is gone.
bool breaks_rules(errc reason) noexcept
{
    return reason == errc::invalid_frame || reason == errc::invalid_utf8 || reason == errc::message_too_big ||
           reason == errc::limit_exceeded || reason == errc::invalid_compression;
}

} // namespace

// --- requests -------------------------------------------------------------------------------------------------------

net::http_client& client_shell::requests()
{
    if (!http_)
        http_ = std::make_unique<net::http_client>(home_.loop(), names_, plan().origin, http_options_,
                                                   static_cast<net::http_client_owner&>(*this));
    return *http_;
}

std::string client_shell::target(std::string_view query, std::string_view own) const
{
    std::string whole = plan().request_path;
    whole.append(1, '?').append(query).append(plan().query).append(own);
    return whole;
}

void client_shell::start(engineio::exchange_id exchange, std::string_view const* body)
{
    std::string query;
    connection_.append_query(query, exchange);
    auto const where = target(query, plan().poll_query);
    // never destroyed: when the program ends, this thread may still be at work
    static auto const& of_text = *new http::header_list{{"Content-Type", "text/plain;charset=UTF-8"}};
    net::http_call call{
        .method = body ? "POST" : "GET", .target = where, .headers = body ? &of_text : nullptr, .body = {}};
    if (body) call.body = *body;
    requests_.push_back({requests().start(call), exchange, !body});
}

bool client_shell::is_poll(net::call_id call) const noexcept
{
    return std::any_of(requests_.begin(), requests_.end(),
                       [&](auto const& each) { return each.call == call && each.is_poll; });
}

engineio::exchange_id client_shell::take_request(net::call_id call)
{
    auto const found =
        std::find_if(requests_.begin(), requests_.end(), [&](auto const& each) { return each.call == call; });
    if (found == requests_.end()) return engineio::exchange_id::none;
    auto const exchange = found->exchange;
    requests_.erase(found);
    return exchange;
}

void client_shell::on_response(net::call_id call, http::received_response response)
{
    constexpr int well = 200;
    if (watched() && response.status == well && is_poll(call)) watch_payload(false, response.body);
    connection_.receive_response(take_request(call), response.status, response.body, now());
    drive();
}

void client_shell::on_call_failed(net::call_id call, net::problem const& why)
{
    note(why);
    connection_.request_failed(take_request(call), {why.code, 0}, now());
    drive();
}

void client_shell::obey(engineio::start_get const& event) { start(event.exchange, nullptr); }

void client_shell::obey(engineio::abort_exchange const& event)
{
    auto const found = std::find_if(requests_.begin(), requests_.end(),
                                    [&](auto const& each) { return each.exchange == event.exchange; });
    if (found == requests_.end()) return;
    if (http_) http_->abort(found->call);
    requests_.erase(found);
}

void client_shell::obey(engineio::post_farewell const& event)
{
    constexpr std::string_view farewell = "1";
    // one at a time: a server may never answer
    obey(engineio::abort_exchange{std::exchange(farewell_, event.exchange)});
    start(event.exchange, &farewell);
}

void client_shell::note(net::problem const& why)
{
    last_problem_ = why;
    core_->log(log_level::info, std::string(describe(why.code)) + (why.detail.empty() ? "" : ": " + why.detail));
}

// --- WebSockets -----------------------------------------------------------------------------------------------------

client_shell::wire* client_shell::find(engineio::link_id id) noexcept
{
    auto const found = std::find_if(wires_.begin(), wires_.end(), [&](auto const& each) { return each.id == id; });
    return found == wires_.end() ? nullptr : &*found;
}

client_shell::wire* client_shell::find(net::link const& link) noexcept
{
    auto const found = std::find_if(wires_.begin(), wires_.end(), [&](auto const& each) { return each.link == &link; });
    return found == wires_.end() ? nullptr : &*found;
}

void client_shell::obey(engineio::open_link const& event)
{
    std::string query;
    connection_.append_query(query, event.link);
    net::link_wish wish{.target = target(query, plan().link_query), .protocols = plan().protocols, .deflate = {}};
    if (plan().offers_deflate) wish.deflate.emplace();
    auto opener = std::make_unique<net::link_opener>(
        home_.place(names_), plan().link_origin ? *plan().link_origin : plan().origin, std::move(wish), link_options_,
        static_cast<net::link_owner&>(*this), static_cast<net::link_open_owner&>(*this));
    opener->start();
    wires_.push_back({event.link, std::move(opener), nullptr});
}

void client_shell::on_link_open(net::link_opener& from, net::link& opened, std::string_view)
{
    auto const found =
        std::find_if(wires_.begin(), wires_.end(), [&](auto const& each) { return each.opener.get() == &from; });
    auto const id = found->id;
    found->link = &opened;
    found->opener.reset();
    if (plan().force_base64) opened.send_base64();
    connection_.link_opened(id, now());
    drive();
}

void client_shell::on_link_refused(net::link_opener& from, net::problem const& why, int status)
{
    constexpr int switching_protocols = 101;
    note(why);
    engineio::transport_failure failure{why.code, 0};
    if (status != 0 && status != switching_protocols) failure = {{}, status};
    auto const found =
        std::find_if(wires_.begin(), wires_.end(), [&](auto const& each) { return each.opener.get() == &from; });
    auto const id = found->id;
    wires_.erase(found);
    connection_.link_closed(id, failure, now());
    drive();
}

void client_shell::on_message(net::link& from, bool is_binary, std::string_view data)
{
    auto* const found = find(from);
    if (!found) return; // it says goodbye
    if (watched()) watch({false, transport_kind::websocket, is_binary, data});
    connection_.receive(found->id, is_binary, data, now());
    drive();
}

void client_shell::on_writable(net::link& from)
{
    auto* const found = find(from);
    if (!found) return;
    for (auto const& session : connection_.sessions())
        if (session->link() == found->id) session->blocked(false);
    mark_dirty();
}

void client_shell::on_link_closed(net::link& from, net::link_end end)
{
    std::erase(leaving_, &from);
    if (auto* const found = find(from)) {
        auto const id = found->id;
        wires_.erase(wires_.begin() + (found - wires_.data()));
        engineio::transport_failure failure{};
        if (breaks_rules(end.reason)) failure.cause = end.reason;
        connection_.link_closed(id, failure, now());
    }
    drive();
}

void client_shell::obey(engineio::write_text const& event)
{
    auto* const found = find(event.link);
    if (!found || !found->link) return;
    if (watched()) watch({true, transport_kind::websocket, false, event.text});
    found->link->send_text(event.text);
}

void client_shell::obey(engineio::close_link const& event)
{
    auto* const found = find(event.link);
    if (!found) return;
    auto const gone = std::move(*found);
    wires_.erase(wires_.begin() + (found - wires_.data()));
    if (!gone.link) return;
    leaving_.push_back(gone.link);
    gone.link->close();
}

// --- who watches ----------------------------------------------------------------------------------------------------

void client_shell::watch(client_packet const& packet)
{
    guard("on_packet", [&] { on_packet_(packet); });
}

void client_shell::watch_payload(bool outgoing, std::string_view payload)
{
    for (;;) {
        auto const end = payload.find(engineio::payload_separator);
        watch({outgoing, transport_kind::polling, false, payload.substr(0, end)});
        if (end == std::string_view::npos) return;
        payload.remove_prefix(end + 1);
    }
}

void client_shell::watch_written(std::span<engineio::delivery_ref const> deliveries)
{
    for (auto const& each : deliveries)
        for (auto const& part : each->parts()) watch({true, transport_kind::websocket, part.is_binary, part.packet()});
}

// --- what the connection tells --------------------------------------------------------------------------------------

void client_shell::obey(connection_opened const&)
{
    open_listeners.each([&](auto const& listener) { guard("on_open", [&] { listener(); }); });
}

void client_shell::obey(connection_failed const& event)
{
    if (error_listeners.empty()) return;
    auto const told = describe_failure(event.message, event.why);
    error_listeners.each([&](auto const& listener) { guard("on_error", [&] { listener(told); }); });
}

void client_shell::obey(connection_closed const& event)
{
    for (auto const& each : parts_) each->publish(); // nobody is connected any more, and a listener may ask
    close_listeners.each(
        [&](auto const& listener) { guard("on_close", [&] { listener(event.reason, event.detail); }); });
}

void client_shell::obey(engineio::upgraded const&)
{
    upgrade_listeners.each([&](auto const& listener) { guard("on_upgrade", [&] { listener(); }); });
}

void client_shell::obey(engineio::upgrade_failed const& event)
{
    if (upgrade_error_listeners.empty()) return;
    auto const told = describe_failure(std::string(event.detail), event.why);
    upgrade_error_listeners.each([&](auto const& listener) { guard("on_upgrade_error", [&] { listener(told); }); });
}

void client_shell::obey(server_pinged const&)
{
    ping_listeners.each([&](auto const& listener) { guard("on_ping", [&] { listener(); }); });
}

void client_shell::obey(reconnect_attempt const& event)
{
    reconnect_attempt_listeners.each(
        [&](auto const& listener) { guard("on_reconnect_attempt", [&] { listener(event.attempt); }); });
}

void client_shell::obey(reconnect_error const& event)
{
    reconnect_error_listeners.each(
        [&](auto const& listener) { guard("on_reconnect_error", [&] { listener(event.message); }); });
}

void client_shell::obey(reconnect_failed const&)
{
    reconnect_failed_listeners.each([&](auto const& listener) { guard("on_reconnect_failed", [&] { listener(); }); });
}

void client_shell::obey(reconnected const& event)
{
    reconnect_listeners.each([&](auto const& listener) { guard("on_reconnect", [&] { listener(event.attempt); }); });
}

} // namespace partyline
