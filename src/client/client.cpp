// The client's public face beside its main namespace: what concerns its connection.
#include <partyline/client.hpp>

#include <utility>

#include "base/wait.hpp"
#include "client/client_settings.hpp"
#include "client/client_shell.hpp"
#include "client/client_thread.hpp"
#include "client/shared_connections.hpp"

namespace partyline {

namespace {

client_socket make_main(std::shared_ptr<client_settings const> const& settings, std::shared_ptr<client_box> const& box)
{
    auto const member = std::make_shared<client_member>(*settings);
    if (auto [core, place] = join_shared(*settings, box, member); core) return {std::move(core), std::move(place)};
    auto core = std::make_shared<client_core>(*settings, member, box);
    auto place = core->place(settings->nsp_name, member);
    box->run([core, settings](client_loop& loop) {
        auto shell = std::make_unique<client_shell>(loop, core, *settings);
        core->shell = shell.get();
        core->made = true;
        loop.add(std::move(shell));
    });
    share(*settings, core); // who joins it is behind that
    return {std::move(core), std::move(place)};
}

template <class... A>
listener_id listen_at(client const& whose, listener_list<void(A...)> client_shell::*list,
                      std::function<void(A...)> listener)
{
    auto const id = new_listener_id();
    auto const& member = whose.place()->member;
    auto heard = [member, listener = std::move(listener)](A... given) {
        if (!member->silent) listener(std::forward<A>(given)...);
    };
    whose.core()->run([id, list, member, heard = std::move(heard)](client_shell& at) {
        if (member->gone) return;
        if (member->plan->multiplex) member->listeners.push_back(id);
        (at.*list).add(id, heard);
    });
    return id;
}

} // namespace

client::client(std::string_view url, client_options options)
{
    lease_ = (options.pool ? *options.pool : client_pool::shared()).lease();
    bool const connects = options.auto_connect;
    options.pool.reset(); // the thread lasts as long as this object, not as long as a handle
    auto const settings = std::make_shared<client_settings const>(url, std::move(options));
    static_cast<client_socket&>(*this) = make_main(settings, lease_->box);
    if (connects) connect();
}

client::~client()
{
    auto const& member = place()->member;
    member->silent.store(true, std::memory_order_release);
    if (!leave_shared(*core())) {
        core()->run([member](client_shell& shell) { shell.leave(member, nullptr, true); });
        return;
    }
    core()->silent.store(true, std::memory_order_release);
    if (auto const& silence = member->plan->silence) *silence = true;
    core()->run([](client_shell& shell) { shell.abandon(); });
}

client_socket client::of(std::string_view name) const
{
    return {core(), core()->place(client_settings::checked_nsp_name(name), place()->member)};
}

pending<void> client::close()
{
    pending<void> done;
    core()->run([promise = done.completer(), who = place()->member](client_shell& shell) mutable {
        if (who->plan->multiplex)
            shell.leave(std::move(who), std::move(promise), false);
        else
            shell.close(std::move(promise));
    });
    return done;
}

client_reconnection client::reconnection() const { return core()->reconnection(); }

void client::reconnection(client_reconnection changed) const
{
    client_settings::check(changed);
    changed.delay = base::capped(changed.delay);
    changed.delay_max = base::capped(changed.delay_max);
    core()->set_reconnection(changed);
    core()->run([changed](client_shell& shell) { shell.set_reconnection(changed); });
}

void client::off(listener_id listener) const
{
    client_socket::off(listener);
    core()->run([listener, whose = place()->member](client_shell& shell) {
        std::erase(whose->listeners, listener);
        shell.remove(listener);
    });
}

void client::run_after(std::chrono::milliseconds delay, std::function<void()> work) const
{
    core()->run([delay, work = std::move(work), whose = place()->member](client_shell& shell) mutable {
        if (!whose->gone) shell.after(delay, std::move(work), whose.get());
    });
}

pending<void> client::sleep(std::chrono::milliseconds duration) const
{
    pending<void> woken;
    after(duration, [promise = woken.completer()] { promise->complete({}); });
    return woken;
}

pending<client_statistics> client::statistics() const
{
    pending<client_statistics> answer;
    core()->run([promise = answer.completer()](client_shell& shell) { promise->complete(shell.statistics()); });
    return answer;
}

listener_id client::add_open(std::function<void()> listener) const
{
    return listen_at(*this, &client_shell::open_listeners, std::move(listener));
}
listener_id client::add_close(std::function<void(client_disconnect_reason, std::string_view)> listener) const
{
    return listen_at(*this, &client_shell::close_listeners, std::move(listener));
}
listener_id client::add_error(std::function<void(client_error const&)> listener) const
{
    return listen_at(*this, &client_shell::error_listeners, std::move(listener));
}
listener_id client::add_upgrade(std::function<void()> listener) const
{
    return listen_at(*this, &client_shell::upgrade_listeners, std::move(listener));
}
listener_id client::add_upgrade_error(std::function<void(client_error const&)> listener) const
{
    return listen_at(*this, &client_shell::upgrade_error_listeners, std::move(listener));
}
listener_id client::add_ping(std::function<void()> listener) const
{
    return listen_at(*this, &client_shell::ping_listeners, std::move(listener));
}
listener_id client::add_reconnect(std::function<void(std::size_t)> listener) const
{
    return listen_at(*this, &client_shell::reconnect_listeners, std::move(listener));
}
listener_id client::add_reconnect_attempt(std::function<void(std::size_t)> listener) const
{
    return listen_at(*this, &client_shell::reconnect_attempt_listeners, std::move(listener));
}
listener_id client::add_reconnect_error(std::function<void(std::string_view)> listener) const
{
    return listen_at(*this, &client_shell::reconnect_error_listeners, std::move(listener));
}
listener_id client::add_reconnect_failed(std::function<void()> listener) const
{
    return listen_at(*this, &client_shell::reconnect_failed_listeners, std::move(listener));
}

} // namespace partyline
