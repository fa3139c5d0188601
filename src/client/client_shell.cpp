#include "client/client_shell.hpp"

#include <algorithm>
#include <utility>

#include "base/wait.hpp"
#include "client/own_resolver.hpp"
#include "socketio/read_back.hpp"

namespace partyline {

// What an idle client is made of, with a little room; each piece's share: docs/design/client.md.
static_assert(sizeof(client_core) <= 224 && sizeof(client_member) <= 128 && sizeof(client_shell) <= 1024 &&
              sizeof(client_part) <= 288 && sizeof(client_nsp) <= 544 && sizeof(client_place) <= 128 &&
              sizeof(engineio::client_session) <= 288);

/// Work of the user's that is done later.
class client_shell::timer final : public net::timed
{
public:
    timer(client_shell& home, std::function<void()> work, client_member const* whose)
        : home_(home), work_(std::move(work)), whose_(whose)
    {}
    [[nodiscard]] bool is_of(client_member const& who) const noexcept { return whose_ == &who; }
    void on_deadline(net::time_point) override
    {
        auto& home = home_;
        auto const work = std::move(work_);
        std::erase_if(home.timers_, [this](auto const& each) { return each.get() == this; });
        home.guard("a timer", work);
        home.mark_dirty();
    }

private:
    client_shell& home_;
    std::function<void()> work_;
    client_member const* whose_;
};

client_shell::client_shell(client_loop& home, std::shared_ptr<client_core> core, client_settings const& settings)
    : home_(home),
      core_(std::move(core)),
      codec_(home.codec_of(core_->codecs())),
      cookies_(settings.options.with_credentials ? std::make_unique<http::cookie_jar>() : nullptr),
      plan_(core_->plan()),
      http_options_(settings.http()),
      link_options_(settings.links()),
      on_packet_(settings.options.on_packet),
      own_names_(settings.options.resolver ? std::make_unique<own_resolver>(settings.options.resolver, core_->box())
                                           : nullptr),
      names_(own_names_ ? *own_names_ : home.names()),
      connection_(settings.connection(), codec_, home.context(), home.random_number())
{
    if (!cookies_) return;
    own_plan_ = std::make_unique<client_plan>(*plan_);
    own_plan_->origin.cookies = cookies_.get();
    if (own_plan_->link_origin) own_plan_->link_origin->cookies = cookies_.get();
}

client_shell::~client_shell()
{
    core_->shell = nullptr;
    home_.loop().cancel(*this);
    for (auto const& each : timers_) home_.loop().cancel(*each);
    for (auto* const each : leaving_) each->abort();
    for (auto const& each : wires_)
        if (each.link) each.link->abort();
    // taken out first: what objects of the user do when they are destroyed must find empty tables
    auto const timers = std::exchange(timers_, {});
    auto const parts = std::exchange(parts_, {});
}

// --- from the user --------------------------------------------------------------------------------------------------

client_part& client_shell::part(std::shared_ptr<client_place> const& place)
{
    if (auto* const machine = connection_.find(place->name)) return part_of(*machine);
    auto const& whose = *place->member;
    auto& machine = connection_.nsp(place->name, whose.plan->nsp);
    return *parts_.emplace_back(std::make_unique<client_part>(*this, machine, place, whose.auth));
}

client_part& client_shell::part_of(client_nsp& machine)
{
    return **std::find_if(parts_.begin(), parts_.end(), [&](auto const& each) { return &each->machine() == &machine; });
}

void client_shell::remove(listener_id id)
{
    open_listeners.remove(id);
    close_listeners.remove(id);
    error_listeners.remove(id);
    upgrade_listeners.remove(id);
    upgrade_error_listeners.remove(id);
    ping_listeners.remove(id);
    reconnect_listeners.remove(id);
    reconnect_attempt_listeners.remove(id);
    reconnect_error_listeners.remove(id);
    reconnect_failed_listeners.remove(id);
}

void client_shell::after(std::chrono::milliseconds delay, std::function<void()> work, client_member const* whose)
{
    auto& made = timers_.emplace_back(std::make_unique<timer>(*this, std::move(work), whose));
    home_.loop().schedule(*made, now() + base::capped(delay));
}

client_statistics client_shell::statistics()
{
    client_statistics now;
    if (auto* const session = connection_.session(); session && session->is_open()) {
        now.transport = engineio::name(session->current_transport());
        now.queued_bytes = session->queued_bytes();
    }
    for (auto const& each : parts_) {
        auto const& machine = each->machine();
        now.buffered_packets += machine.buffered_packets();
        now.buffered_bytes += machine.buffered_bytes();
        now.early_packets += machine.early_packets();
        now.early_bytes += machine.early_bytes();
        now.queued_for_retry += machine.queued_for_retry();
        now.pending_acks += machine.pending_acks();
    }
    now.handler_errors = core_->handler_errors();
    return now;
}

client_error client_shell::describe_failure(std::string message, engineio::transport_failure why) const
{
    client_error told{.message = std::move(message), .cause = why.cause, .status = why.status};
    if (why.cause != errc{} && why.cause == last_problem_.code) told.detail = last_problem_.detail;
    return told;
}

void client_shell::read_back(payload const& event, base::unique_function<void(std::string_view, args const&)> use)
{
    // taken for the call: a listener may emit, and be listened to in turn
    auto mirror = mirror_ ? std::move(mirror_) : core_->codecs()->make();
    socketio::read_back(*mirror, event, std::move(use));
    mirror_ = std::move(mirror);
}

// --- turns ----------------------------------------------------------------------------------------------------------

void client_shell::drive()
{
    if (driving_) return; // a handler's operation: its events follow where its call came from
    driving_ = true;
    while (auto event = connection_.next_event()) std::visit([this](auto const& each) { obey(each); }, *event);
    driving_ = false;
    mark_dirty();
}

void client_shell::flush()
{
    if (released_) return;
    driving_ = true;
    while (auto event = connection_.next_event()) std::visit([this](auto const& each) { obey(each); }, *event);
    write();
    while (auto event = connection_.next_event()) std::visit([this](auto const& each) { obey(each); }, *event);
    driving_ = false;
    forget_parts();
    if (!leavers_.empty()) step_leaving();
    if (closing_) step_closing();
    if (http_ && requests_.empty() &&
        !(connection_.session() && connection_.session()->link() == engineio::link_id::none))
        http_.reset();
    if (!released_) reschedule();
}

// Who watches may do what he likes, so he is called when everything is in its place again.
void client_shell::write()
{
    std::vector<std::string> posted;
    std::vector<engineio::delivery_ref> written;
    for (auto const& session : connection_.sessions()) {
        std::string body;
        if (auto const exchange = session->flush_post(body)) {
            std::string_view const view = body;
            start(*exchange, &view);
            if (watched()) posted.push_back(std::move(body));
        }
        if (session->link() == engineio::link_id::none || session->queue().empty()) continue;
        auto* const found = find(session->link());
        if (!found || !found->link || found->link->blocked()) continue;
        auto const count = found->link->write(session->queue());
        session->blocked(found->link->blocked());
        if (watched())
            for (auto const& each : session->queue().first(count)) written.push_back(each);
        session->consume(count);
    }
    for (auto const& each : posted) watch_payload(true, each);
    watch_written(written);
}

void client_shell::on_deadline(net::time_point now)
{
    scheduled_at_ = net::time_point::max();
    if (now >= connection_.next_deadline()) connection_.tick(now);
    drive();
}

// A deadline that moved later is left where it is, and set again when it has come.
void client_shell::reschedule()
{
    auto next = std::min(connection_.next_deadline(), close_by_);
    for (auto const& each : leavers_) next = std::min(next, each.close_by);
    if (next == net::time_point::max() || next >= scheduled_at_) return;
    scheduled_at_ = next;
    home_.loop().schedule(*this, next);
}

// --- closing --------------------------------------------------------------------------------------------------------

void client_shell::close(std::shared_ptr<pending<void>::promise> done)
{
    if (done) closers_.push_back(std::move(done));
    if (!std::exchange(closing_, true)) {
        said_goodbye_ = false;
        close_by_ = now() + plan().linger;
    }
    mark_dirty();
}

void client_shell::abandon()
{
    core_->silent.store(true, std::memory_order_release);
    core_->shell = nullptr;
    abandoned_ = true;
    close(nullptr);
}

bool client_shell::waits_for_a_connection(client_member const* whose)
{
    return std::any_of(parts_.begin(), parts_.end(), [whose](auto const& each) {
        auto const& machine = each->machine();
        return (!whose || each->is_of(*whose)) && machine.is_active() &&
               (machine.buffered_packets() != 0 || machine.queued_for_retry() != 0);
    });
}

bool client_shell::has_goodbyes()
{
    auto const sessions = connection_.sessions();
    return !leaving_.empty() || std::any_of(sessions.begin(), sessions.end(),
                                            [this](auto const& each) { return each.get() != connection_.session(); });
}

void client_shell::step_closing()
{
    bool const late = now() >= close_by_;
    if (!said_goodbye_) {
        if (waits_for_a_connection(nullptr) && !late) return;
        said_goodbye_ = true;
        connection_.close(now());
        drive();
        write();
    }
    if (late) cut_off();
    if (has_goodbyes()) return;
    finish_closing();
}

void client_shell::cut_off()
{
    for (auto const& each : connection_.sessions())
        if (each.get() != connection_.session()) each->close(true, now());
    drive();
    for (auto* const each : std::exchange(leaving_, {})) each->abort();
}

// The last bytes leave at the end of this turn, so it is told in the next one.
void client_shell::complete_later(std::vector<std::shared_ptr<pending<void>::promise>> all)
{
    if (all.empty()) return;
    home_.loop().post([box = home_.box(), all = std::move(all)] {
        for (auto const& each : all) box->guard("a callback", [&] { each->complete({}); });
    });
}

void client_shell::finish_closing()
{
    closing_ = false;
    close_by_ = net::time_point::max();
    complete_later(std::exchange(closers_, {}));
    if (!abandoned_ || std::exchange(released_, true)) return;
    home_.loop().cancel(*this);
    home_.release(*this);
}

// --- one client of several ------------------------------------------------------------------------------------------

void client_shell::set_reconnection(client_reconnection const& how)
{
    connection_.set_reconnection(to_machine(how));
    connection_.options().connect_timeout = how.timeout;
    mark_dirty();
}

void client_shell::leave(std::shared_ptr<client_member> who, std::shared_ptr<pending<void>::promise> done, bool gone)
{
    auto const close_by = now() + who->plan->linger;
    if (gone) {
        who->gone = true;
        for (auto const id : std::exchange(who->listeners, {})) remove(id);
        for (auto const& each : parts_)
            if (each->is_of(*who)) each->forget_listeners();
        std::vector<std::unique_ptr<timer>>
            dropped; // what the user's objects do at their end must find a table in order
        for (auto& each : timers_)
            if (each->is_of(*who)) dropped.push_back(std::move(each));
        std::erase(timers_, nullptr);
        for (auto const& each : dropped) home_.loop().cancel(*each);
    }
    leavers_.push_back({std::move(who), std::move(done), close_by, gone});
    mark_dirty();
}

void client_shell::step_leaving()
{
    for (std::size_t i = 0; i < leavers_.size();) {
        auto& each = leavers_[i];
        if (now() < each.close_by && waits_for_a_connection(each.who.get())) {
            ++i;
            continue;
        }
        auto left = std::move(each);
        leavers_.erase(leavers_.begin() + static_cast<std::ptrdiff_t>(i));
        leave_now(std::move(left));
    }
}

void client_shell::leave_now(leaver which)
{
    bool const alone = std::none_of(parts_.begin(), parts_.end(), [&](auto const& each) {
        return !each->is_of(*which.who) && each->machine().is_active();
    });
    if (alone && !which.gone) return close(std::move(which.done));
    // those that were never used, too: they are dropped with the others
    for (auto const& each : core_->places(*which.who)) part(each).disconnect();
    drive();
    if (which.done) complete_later({std::move(which.done)});
}

// Of clients that are gone. Events have been handled, so nothing refers to them.
void client_shell::forget_parts()
{
    std::vector<std::unique_ptr<client_part>> over;
    for (auto& each : parts_)
        if (each->is_of_somebody_gone() && each->machine().idle()) over.push_back(std::move(each));
    std::erase(parts_, nullptr);
    for (auto const& each : over) {
        connection_.forget(each->machine());
        core_->drop(each->place());
    }
}

} // namespace partyline
