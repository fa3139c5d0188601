#include "server/namespace_state.hpp"

namespace partyline {

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
        edit(*changed);
        std::lock_guard const lock(mutex_);
        if (has_own_table_ && table_ != before) continue; // somebody else was first: once more on top of it
        table_ = std::move(changed);
        has_own_table_ = true;
        return;
    }
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
