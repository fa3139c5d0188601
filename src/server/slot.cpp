#include "server/slot.hpp"

#include <variant>

#include "server/front.hpp"
#include "server/server_core.hpp"
#include "server/shard.hpp"

namespace partyline {

namespace {

/// Gathered bytes that are written before the turn ends.
constexpr std::size_t write_early_bytes = 64 * 1024;

disconnect_reason reason_of(engineio::close_reason reason) noexcept
{
    switch (reason) {
    case engineio::close_reason::transport_error:
        return disconnect_reason::transport_error;
    case engineio::close_reason::transport_close:
        return disconnect_reason::transport_close;
    case engineio::close_reason::forced_close:
        return disconnect_reason::forced_close;
    case engineio::close_reason::ping_timeout:
        return disconnect_reason::ping_timeout;
    case engineio::close_reason::parse_error:
        return disconnect_reason::parse_error;
    }
    return disconnect_reason::transport_error;
}

engineio::link_id id_of(net::link const& link) noexcept { return static_cast<engineio::link_id>(link.id()); }

} // namespace

slot::slot(shard& home, std::uint32_t number, std::shared_ptr<handshake_request const> request)
    : home_(home), number_(number), request_(std::move(request))
{}

slot::~slot()
{
    home_.loop().cancel(*this);
    if (live_) live_->abort();
    if (probing_) probing_->abort();
    if (user_) user_->~session_user();
}

base::id20 const& slot::sid() const noexcept { return home_.sid_of(*this); }

void slot::open_polling(engineio::delivery_ref open)
{
    session_.emplace(home_.session_context(), std::move(open), home_.now());
    reschedule();
}

void slot::open_websocket(engineio::delivery_ref open, net::link& link)
{
    live_ = &link;
    session_.emplace(home_.session_context(), std::move(open), id_of(link), home_.now());
    home_.mark_dirty(*this);
    reschedule();
}

// --- from the wire --------------------------------------------------------------------------------------------------

void slot::receive_poll(engineio::exchange_id exchange)
{
    session_->receive_poll(exchange, home_.now());
    home_.mark_dirty(*this);
    drain();
}

void slot::begin_post(engineio::exchange_id exchange, bool is_octet_stream)
{
    session_->begin_post(exchange, is_octet_stream, home_.now());
    drain();
}

void slot::receive_post(engineio::exchange_id exchange, bool is_octet_stream, std::string_view body)
{
    session_->receive_post(exchange, is_octet_stream, body, home_.now());
    drain();
}

void slot::drop_post(engineio::exchange_id exchange) { session_->drop_post(exchange); }

void slot::exchange_aborted(engineio::exchange_id exchange, bool is_poll)
{
    if (is_poll)
        session_->poll_aborted(exchange, home_.now());
    else
        session_->post_aborted(exchange, home_.now());
    drain();
}

void slot::probe(net::link& link)
{
    // the link being probed is remembered first: the session may close it at once
    if (!session_->probe(id_of(link), home_.now())) {
        link.give_to(home_.farewell());
        link.close();
        return;
    }
    probing_ = &link;
    drain();
}

void slot::on_message(net::link& from, bool is_binary, std::string_view data)
{
    session_->receive(id_of(from), is_binary, data, home_.now());
    drain();
}

void slot::on_writable(net::link& from)
{
    if (&from != live_) return;
    session_->blocked(false);
    home_.mark_dirty(*this);
}

void slot::on_link_closed(net::link& from, net::link_end end)
{
    if (&from == live_) live_ = nullptr;
    if (&from == probing_) probing_ = nullptr;
    bool const broken_rules = end.reason == errc::invalid_frame || end.reason == errc::invalid_utf8 ||
                              end.reason == errc::message_too_big || end.reason == errc::limit_exceeded ||
                              end.reason == errc::invalid_compression;
    if (broken_rules)
        home_.core().log(log_level::debug, std::string("a WebSocket has ended: ").append(describe(end.reason)));
    session_->link_closed(id_of(from), !broken_rules, home_.now(), describe(end.reason));
    drain();
}

void slot::on_deadline(net::time_point now)
{
    scheduled_at_ = net::time_point::max();
    if (now >= session_->next_deadline()) {
        session_->tick(now);
        home_.mark_dirty(*this);
    }
    if (user_ && now >= user_->next_deadline()) user_->on_deadline(now);
    drain();
}

// --- from above -----------------------------------------------------------------------------------------------------

void slot::queued()
{
    home_.mark_dirty(*this);
    // a guard against gathering without end in one turn
    if (live_ && session_->queued_bytes() >= write_early_bytes && !live_->blocked() && home_.flush_delay_is_zero())
        write_link();
}

engineio::send_result slot::drop()
{
    ++home_.statistics().dropped;
    return engineio::send_result::dropped;
}

void slot::count_volatile() { ++home_.statistics().volatile_dropped; }

void slot::close(bool discard, disconnect_reason why)
{
    if (!why_) why_ = why;
    session_->close(discard, home_.now());
    home_.mark_dirty(*this);
    drain();
}

// --- the end of a turn ----------------------------------------------------------------------------------------------

void slot::write_link()
{
    auto const written = live_->write(session_->queue());
    session_->blocked(live_->blocked());
    session_->consume(written);
}

void slot::flush()
{
    dirty_ = false;
    if (ended_) return;
    if (live_ && session_->link() == id_of(*live_)) {
        if (!live_->blocked()) write_link();
    } else if (session_->poll_waits()) {
        std::string body;
        if (auto const answer = session_->flush_poll(body))
            home_.answer_poll(*this, answer->exchange, std::move(body), answer->compress);
    }
    auto const& limits = home_.core().queue_limits();
    bool const over = session_->over_limit(limits) || (live_ && live_->kept_bytes() > limits.bytes);
    bool const drops = home_.core().options().send_queue.on_overflow == overflow::drop_newest;
    full_ = over && drops;
    if (over && !drops && session_->is_open()) {
        ++home_.statistics().overflows;
        close(true, disconnect_reason::forced_server_close);
        return;
    }
    drain();
}

// --- what the session wants -----------------------------------------------------------------------------------------

void slot::drain()
{
    if (draining_ || ended_) return;
    draining_ = true;
    while (auto event = session_->next_event()) std::visit([this](auto const& each) { obey(each); }, *event);
    draining_ = false;
    if (!ended_) reschedule();
}

void slot::obey(engineio::message_received const& event)
{
    if (user_) user_->on_message(event.is_binary, event.data);
}

void slot::obey(engineio::probe_answered const& event)
{
    if (auto* const link = link_of(event.link)) (void)link->write({&home_.session_context().probe_answer(), 1});
    home_.mark_dirty(*this);
}

void slot::obey(engineio::upgraded const&)
{
    live_ = std::exchange(probing_, nullptr);
    home_.mark_dirty(*this);
}

void slot::obey(engineio::respond const& event) { home_.answer_exchange(*this, event.exchange, event.what); }

void slot::obey(engineio::close_link const& event)
{
    auto* const link = link_of(event.link);
    if (!link) return;
    // what the session had queued was written by the flush before, or is discarded with the session; the closing
    // handshake goes on without us
    if (link == live_) live_ = nullptr;
    if (link == probing_) probing_ = nullptr;
    link->give_to(home_.farewell());
    link->close();
}

void slot::obey(engineio::abort_exchange const& event) { home_.abort_exchange(*this, event.exchange); }

void slot::obey(engineio::closed const& event)
{
    ended_ = true;
    home_.has_let_go(event.dropped_bytes);
    auto const reason = why_.value_or(reason_of(event.reason));
    if (user_) user_->on_closed(reason, why_ ? std::string_view{} : event.detail);
    home_.release(*this);
}

net::link* slot::link_of(engineio::link_id id) const noexcept
{
    if (live_ && id_of(*live_) == id) return live_;
    if (probing_ && id_of(*probing_) == id) return probing_;
    return nullptr;
}

void slot::reschedule()
{
    auto next = session_->next_deadline();
    if (user_) next = std::min(next, user_->next_deadline());
    if (next >= scheduled_at_ || next == net::time_point::max()) return;
    scheduled_at_ = next;
    home_.loop().schedule(*this, next);
}

} // namespace partyline
