#include "server/namespace_state.hpp"

#include <algorithm>

namespace partyline {

namespace {

bool is_listed(handler_table const& in, std::string_view event, listener_id id)
{
    auto const found = in.events.find(event);
    if (found == in.events.end()) return false;
    return std::any_of(found->second.begin(), found->second.end(), [id](auto const& each) { return each.id == id; });
}

} // namespace

std::shared_ptr<handler_table const> namespace_state::table() const
{
    {
        std::lock_guard const lock(mutex_);
        if (has_own_table_ || !parent_) return table_;
    }
    return parent_->table();
}

void namespace_state::change(std::function<void(handler_table&)> const& edit)
{
    for (;;) {
        auto const before = table();
        auto changed = std::make_shared<handler_table>(*before);
        changed->of = this;
        edit(*changed);
        std::lock_guard const lock(mutex_);
        if (has_own_table_ && table_ != before) continue; // somebody else was first: once more on top of it
        if (!has_own_table_ && parent_)
            for (auto& [event, listeners] : changed->events)
                for (auto& each : listeners)
                    if (each.once && is_listed(*before, event, each.id)) each.once = own_flag(each.id);
        table_ = std::move(changed);
        has_own_table_ = true;
        return;
    }
}

std::shared_ptr<std::atomic_flag> const& namespace_state::own_flag(listener_id of)
{
    auto& flag = once_flags_[of];
    if (!flag) flag = std::make_shared<std::atomic_flag>();
    return flag;
}

std::shared_ptr<std::atomic_flag> namespace_state::once_flag(handler_table const& table, event_listener const& listener)
{
    if (!listener.once || table.of == this) return listener.once;
    std::lock_guard const lock(mutex_);
    return own_flag(listener.id);
}

void namespace_state::forget_handlers()
{
    std::shared_ptr<handler_table const> table = std::make_shared<handler_table>();
    std::vector<std::pair<std::string, server_handler>> server_handlers;
    std::lock_guard const lock(mutex_);
    table_.swap(table);
    server_handlers_.swap(server_handlers);
    has_own_table_ = true;
}

void namespace_state::add_server_handler(std::string event, server_handler handler)
{
    std::lock_guard const lock(mutex_);
    server_handlers_.emplace_back(std::move(event), std::move(handler));
}

std::vector<namespace_state::server_handler> namespace_state::server_handlers(std::string_view event) const
{
    std::vector<server_handler> found;
    {
        std::lock_guard const lock(mutex_);
        for (auto const& [name, handler] : server_handlers_)
            if (name == event) found.push_back(handler);
    }
    if (found.empty() && parent_) return parent_->server_handlers(event);
    return found;
}

} // namespace partyline
