// A connection from one session to the next: what its sessions ask for and tell, and what that means to its namespaces.
#include "client/client_connection.hpp"

#include <algorithm>
#include <utility>

#include "base/wait.hpp"
#include "engineio/outgoing.hpp"
#include "socketio/names.hpp"

namespace partyline {

namespace {

client_disconnect_reason reason_of(engineio::close_reason reason) noexcept
{
    switch (reason) {
    case engineio::close_reason::ping_timeout:
        return client_disconnect_reason::ping_timeout;
    case engineio::close_reason::transport_close:
        return client_disconnect_reason::transport_close;
    case engineio::close_reason::parse_error:
        return client_disconnect_reason::parse_error;
    case engineio::close_reason::forced_close:
        return client_disconnect_reason::forced_close;
    case engineio::close_reason::transport_error:
        break;
    }
    return client_disconnect_reason::transport_error;
}

} // namespace

client_connection::client_connection(connection_options options, codec& codec, engineio::client_context& context,
                                     std::uint64_t seed)
    : options_(std::move(options)),
      codec_(codec),
      context_(context),
      backoff_(options_.reconnection),
      random_state_(seed)
{}

client_connection::~client_connection() = default;

// --- from the wire --------------------------------------------------------------------------------------------------

template <class Id, class F>
void client_connection::with_owner(Id id, time_point now, F call)
{
    now_ = now;
    for (auto const& each : sessions_)
        if (each->owns(id)) return call(*each);
}

void client_connection::receive_response(exchange_id exchange, int status, std::string_view body, time_point now)
{
    with_owner(exchange, now, [&](auto& owner) { owner.receive_response(exchange, status, body, now); });
}

void client_connection::request_failed(exchange_id exchange, engineio::transport_failure why, time_point now)
{
    with_owner(exchange, now, [&](auto& owner) { owner.request_failed(exchange, why, now); });
}

void client_connection::link_opened(link_id link, time_point now)
{
    with_owner(link, now, [&](auto& owner) { owner.link_opened(link, now); });
}

void client_connection::receive(link_id link, bool is_binary, std::string_view data, time_point now)
{
    with_owner(link, now, [&](auto& owner) { owner.receive(link, is_binary, data, now); });
}

void client_connection::link_closed(link_id link, engineio::transport_failure why, time_point now)
{
    with_owner(link, now, [&](auto& owner) { owner.link_closed(link, why, now); });
}

void client_connection::append_query(std::string& out, exchange_id exchange)
{
    with_owner(exchange, now_, [&](auto& owner) { owner.append_query(out, engineio::transport::polling); });
}

void client_connection::append_query(std::string& out, link_id link)
{
    with_owner(link, now_, [&](auto& owner) { owner.append_query(out, engineio::transport::websocket); });
}

void client_connection::tick(time_point now)
{
    now_ = now;
    for (auto const& each : sessions_) each->tick(now);
    for (auto const& each : nsps_) each->tick(now);
    if (now >= connect_by_) {
        give_up_session(true);
        failed("timeout", {errc::timed_out});
    }
    if (now >= reconnect_at_) {
        reconnect_at_ = time_point::max();
        tell(reconnect_attempt{backoff_.attempts()});
        later({step::attempt});
    }
}

client_connection::time_point client_connection::next_deadline()
{
    auto first = std::min(connect_by_, reconnect_at_);
    for (auto const& each : sessions_) first = std::min(first, each->next_deadline());
    for (auto const& each : nsps_) first = std::min(first, each->next_deadline());
    return first;
}

// --- from above -----------------------------------------------------------------------------------------------------

client_nsp& client_connection::nsp(std::string_view name, client_nsp_options options)
{
    auto full = socketio::full_nsp_name(name);
    if (auto* const known = find(full)) return *known;
    return *nsps_.emplace_back(std::make_unique<client_nsp>(*this, std::move(full), std::move(options)));
}

client_nsp* client_connection::find(std::string_view name) noexcept
{
    for (auto const& each : nsps_)
        if (each->name() == name) return each.get();
    return nullptr;
}

void client_connection::forget(client_nsp& nsp) noexcept
{
    std::erase_if(nsps_, [&](auto const& each) { return each.get() == &nsp; });
}

void client_connection::activate(client_nsp& nsp) { active_.push_back(&nsp); }

void client_connection::deactivate(client_nsp& nsp)
{
    std::erase(active_, &nsp);
    if (active_.empty()) close(now_);
}

void client_connection::close(time_point now)
{
    now_ = now;
    skips_reconnect_ = true;
    stop_reconnecting();
    for (auto* const nsp : active_) nsp->forget_recovery();
    if (phase_ != phase::closed) closed(client_disconnect_reason::forced_close, {});
}

// --- sessions -------------------------------------------------------------------------------------------------------

void client_connection::start_session()
{
    constexpr int numbers_of_one_session = 32; // bits: the session before may still be making requests
    phase_ = phase::opening;
    engineio::client_start const start{.first_id = ++sessions_begun_ << numbers_of_one_session,
                                       .stamp = static_cast<std::uint64_t>(random() * 1e12),
                                       .websocket_worked = websocket_worked_};
    sessions_.push_back(std::make_unique<engineio::client_session>(options_.engine, context_, start));
    session_ = sessions_.back().get();
    connect_by_ = options_.connect_timeout ? now_ + base::capped(*options_.connect_timeout) : time_point::max();
}

// It says goodbye by itself, unless there are too many of its kind.
void client_connection::give_up_session(bool discard)
{
    if (!session_) return;
    websocket_worked_ = session_->websocket_worked();
    session_->close(discard, now_);
    session_ = nullptr;
    auto const closing =
        std::count_if(sessions_.begin(), sessions_.end(), [](auto const& each) { return !each->is_closed(); });
    if (static_cast<std::size_t>(closing) <= options_.max_closing_sessions) return;
    for (auto const& each : sessions_)
        if (!each->is_closed()) return each->close(true, now_);
}

void client_connection::sweep()
{
    std::erase_if(sessions_, [](auto const& each) { return each->is_closed(); });
    if (sessions_.empty()) std::vector<std::unique_ptr<engineio::client_session>>().swap(sessions_);
}

std::optional<connection_event> client_connection::next_event()
{
    for (;;) {
        if (!outbox_.empty()) {
            auto first = std::move(outbox_.front());
            outbox_.pop_front();
            if (auto* const event = std::get_if<connection_event>(&first)) return std::move(*event);
            // what a step tells comes before what was told behind it
            auto behind = std::exchange(outbox_, {});
            take(std::get<pending_step>(first));
            outbox_.splice(outbox_.end(), behind);
            continue;
        }
        bool told = false;
        for (std::size_t i = 0; i < sessions_.size(); ++i) {
            auto& from = *sessions_[i];
            auto event = from.next_event();
            if (!event) continue;
            told = true;
            if (auto translated = handle(from, *event)) return translated;
            break;
        }
        if (told) continue;
        sweep();
        return std::nullopt;
    }
}

void client_connection::take(pending_step& next)
{
    switch (next.what) {
    case step::retry_after_failure:
        if (next.was_attempt) {
            reconnecting_ = false;
            reconnect();
            tell(reconnect_error{std::move(next.message)});
        } else if (backoff_.attempts() == 0) {
            reconnect();
        }
        break;
    case step::retry_after_close:
        reconnect();
        break;
    case step::attempt:
        take_attempt();
        break;
    case step::finish_join:
        if (auto event = next.nsp->next_early_event()) {
            tell(std::move(*event));
            later({step::finish_join, next.nsp});
        } else {
            next.nsp->finish_join();
        }
        break;
    case step::drain_retry_queue:
        next.nsp->drain_retry_queue(false);
        break;
    }
}

std::optional<connection_event> client_connection::handle(engineio::client_session& from, engineio::client_event& event)
{
    using namespace engineio;
    if (auto* const asked = std::get_if<start_get>(&event)) return *asked;
    if (auto* const asked = std::get_if<open_link>(&event)) return *asked;
    if (auto* const asked = std::get_if<write_text>(&event)) return *asked;
    if (auto* const asked = std::get_if<close_link>(&event)) return *asked;
    if (auto* const asked = std::get_if<abort_exchange>(&event)) return *asked;
    if (auto* const asked = std::get_if<post_farewell>(&event)) return *asked;
    if (&from != session_) return std::nullopt; // given up: what it tells concerns nobody
    if (auto* const told = std::get_if<upgraded>(&event)) return *told;
    if (auto* const told = std::get_if<upgrade_failed>(&event)) return *told;
    if (std::holds_alternative<session_opened>(event)) {
        opened();
    } else if (std::holds_alternative<ping_received>(event)) {
        return server_pinged{};
    } else if (auto* const received = std::get_if<message_received>(&event)) {
        return message(*received);
    } else if (auto* const ended = std::get_if<client_closed>(&event)) {
        session_ended(*ended);
    }
    return std::nullopt;
}

void client_connection::opened()
{
    phase_ = phase::open;
    connect_by_ = time_point::max();
    tell(connection_opened{});
    auto const active = active_; // one whose auth cannot be written leaves
    for (auto* const nsp : active) nsp->on_open();
    if (!std::exchange(is_attempt_, false)) return;
    reconnecting_ = false;
    tell(reconnected{backoff_.attempts()});
    backoff_.reset();
}

std::optional<connection_event> client_connection::message(engineio::message_received const& event)
{
    if (phase_ != phase::open) return std::nullopt;
    auto const packet = codec_.decode(event.is_binary, event.data, partial_);
    if (!packet) {
        closed(client_disconnect_reason::parse_error, std::string(describe(packet.error())));
        return std::nullopt;
    }
    if (!*packet) return std::nullopt;
    auto* const nsp = find((*packet)->nsp);
    if (!nsp) return std::nullopt;
    auto bytes = event.data.size();
    for (auto const& attachment : (*packet)->arguments.attachments) bytes += attachment.size();
    return nsp->on_packet(**packet, bytes);
}

void client_connection::session_ended(engineio::client_closed const& event)
{
    websocket_worked_ = session_->websocket_worked();
    session_ = nullptr;
    std::string detail(event.detail);
    if (phase_ == phase::opening) return failed(std::move(detail), event.why);
    if (event.reason == engineio::close_reason::transport_error) {
        tell(connection_failed{detail, event.why});
        for (auto* const nsp : active_) nsp->on_failed(detail, event.why);
    }
    closed(reason_of(event.reason), std::move(detail), event.why);
}

void client_connection::closed(client_disconnect_reason reason, std::string detail, engineio::transport_failure why)
{
    give_up_session(false);
    partial_.reset();
    phase_ = phase::closed;
    connect_by_ = time_point::max();
    is_attempt_ = false;
    backoff_.reset();
    tell(connection_closed{reason, detail, why});
    for (auto* const nsp : active_) nsp->on_close(reason, detail);
    for (auto const& nsp : nsps_) nsp->on_session_gone();
    later({step::retry_after_close});
}

// --- what namespaces send -------------------------------------------------------------------------------------------

base::message_ref client_connection::seal(packet_header const& header, payload body, bool compress) const
{
    auto packet = codec_.seal(header, std::move(body));
    return engineio::make_message({std::move(packet.first.buffer), packet.first.begin, packet.first.is_binary},
                                  std::move(packet.attachments), compress);
}

bool client_connection::send(base::message_ref message)
{
    return session_ && session_->send(engineio::delivery_ref::make(std::move(message))) == engineio::send_result::sent;
}

bool client_connection::has_room_for(std::size_t bytes) const noexcept
{
    if (!session_) return false;
    if (session_->queued_messages() == 0) return true;
    return session_->queued_bytes() + bytes <= options_.send_queue.bytes &&
           session_->queued_messages() < options_.send_queue.packets;
}

} // namespace partyline
