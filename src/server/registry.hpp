// All namespaces of a server: the static ones, the parents, and the children that clients opened. It does not know who
// is in them.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/result.hpp>

#include "base/flat_map.hpp"
#include "server/namespace_state.hpp"

namespace partyline {

/// Thread: any, under one lock. Owner: the core. Lifetime: the core's.
class registry
{
public:
    registry(base::hash_seed seed, std::size_t max_dynamic);

    using state = std::shared_ptr<namespace_state>;

    [[nodiscard]] state main() const { return main_; }
    /// The namespace of that name, made if need be (`created`); one that a pattern covers becomes its child.
    [[nodiscard]] state open(std::string_view name, bool& created);
    [[nodiscard]] state add_parent(namespace_rule rule);
    /// Null if there is none.
    [[nodiscard]] state find(std::string_view name) const;
    /// Parents that a client may open `name` under: at most one by pattern, and all deciding ones, in the order of declaration.
    [[nodiscard]] std::vector<state> candidates(std::string_view name) const;
    /// The child of `parent`, made if need be, and entered. `limit_exceeded` beyond the limit of dynamic namespaces.
    [[nodiscard]] result<state> open_child(state const& parent, std::string_view name, bool& created);
    /// A socket is on its way into the namespace of that name; null if there is none.
    [[nodiscard]] state enter(std::string_view name);
    /// It is gone. With `close_empty` a child that nobody is in any more is forgotten; answers whether it was.
    bool leave(state const& which, bool close_empty);
    [[nodiscard]] std::vector<state> children(state const& parent) const;
    [[nodiscard]] std::vector<state> all() const;
    /// The parents of dynamic namespaces, in the order of declaration.
    [[nodiscard]] std::vector<state> parents() const;

private:
    [[nodiscard]] state add(std::string_view name, state parent);

    mutable std::mutex mutex_;
    base::string_map<state> by_name_;
    std::vector<state> parents_;
    std::size_t dynamic_ = 0;
    std::size_t max_dynamic_;
    state main_;
};

} // namespace partyline
