#include "server/registry.hpp"

#include "socketio/names.hpp"

namespace partyline {

registry::registry(base::hash_seed seed, std::size_t max_dynamic)
    : by_name_(base::string_hash{seed}), max_dynamic_(max_dynamic)
{
    main_ = add("/", nullptr);
}

registry::state registry::add(std::string_view name, state parent)
{
    auto made = std::make_shared<namespace_state>(std::string(name), std::move(parent), namespace_rule{});
    by_name_.emplace(std::string(name), made);
    if (made->parent_) {
        made->place_ = made->parent_->children_.size();
        made->parent_->children_.push_back(made.get());
    }
    return made;
}

registry::state registry::open(std::string_view name, bool& created)
{
    auto const full = socketio::full_nsp_name(name);
    std::lock_guard const lock(mutex_);
    if (auto const found = by_name_.find(full); found != by_name_.end()) return found->second;
    created = true;
    for (auto const& each : parents_) {
        auto const* const names = std::get_if<engineio::pattern>(&each->rule());
        if (!names || !names->matches(full)) continue;
        ++dynamic_;
        return add(full, each);
    }
    return add(full, nullptr);
}

registry::state registry::add_parent(namespace_rule rule)
{
    std::lock_guard const lock(mutex_);
    // a name without a slash: no client can ask for it
    auto made =
        std::make_shared<namespace_state>("parent-" + std::to_string(parents_.size()), nullptr, std::move(rule));
    parents_.push_back(made);
    return made;
}

registry::state registry::find(std::string_view name) const
{
    std::lock_guard const lock(mutex_);
    auto const found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
}

std::vector<registry::state> registry::candidates(std::string_view name) const
{
    std::lock_guard const lock(mutex_);
    std::vector<state> fitting;
    for (auto const& each : parents_) {
        if (auto const* names = std::get_if<engineio::pattern>(&each->rule())) {
            if (!names->matches(name)) continue;
            fitting.push_back(each);
            break;
        }
        fitting.push_back(each);
    }
    return fitting;
}

result<registry::state> registry::open_child(state const& parent, std::string_view name, bool& created)
{
    std::lock_guard const lock(mutex_);
    if (auto const found = by_name_.find(name); found != by_name_.end()) {
        ++found->second->users_;
        return found->second;
    }
    if (dynamic_ >= max_dynamic_) return errc::limit_exceeded;
    ++dynamic_;
    created = true;
    auto made = add(name, parent);
    ++made->users_;
    return made;
}

registry::state registry::enter(std::string_view name)
{
    std::lock_guard const lock(mutex_);
    auto const found = by_name_.find(name);
    if (found == by_name_.end()) return nullptr;
    ++found->second->users_;
    return found->second;
}

bool registry::leave(state const& which, bool close_empty)
{
    std::lock_guard const lock(mutex_);
    if (--which->users_ > 0 || !close_empty || !which->parent()) return false;
    auto const found = by_name_.find(which->name());
    if (found == by_name_.end() || found->second != which) return false;
    by_name_.erase(found);
    auto& siblings = which->parent_->children_;
    siblings.back()->place_ = which->place_;
    siblings[which->place_] = siblings.back();
    siblings.pop_back();
    --dynamic_;
    return true;
}

std::vector<registry::state> registry::children(state const& parent) const
{
    std::lock_guard const lock(mutex_);
    std::vector<state> found;
    found.reserve(parent->children_.size());
    for (auto* const each : parent->children_) found.push_back(each->shared_from_this());
    return found;
}

std::vector<registry::state> registry::all() const
{
    std::lock_guard const lock(mutex_);
    std::vector<state> found;
    for (auto const& [name, each] : by_name_) found.push_back(each);
    return found;
}

std::vector<registry::state> registry::parents() const
{
    std::lock_guard const lock(mutex_);
    return parents_;
}

} // namespace partyline
