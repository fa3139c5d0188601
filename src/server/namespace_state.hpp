// A namespace of the server, as all threads see it: its name and what was declared for it. Who is in it, each
// shard knows for itself (`namespace_shard`).
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engineio/pattern.hpp"
#include "server/handler_table.hpp"

namespace partyline {

/// Decides whether a client may open a namespace of that name.
using namespace_decision =
    std::function<void(std::string_view name, value const& auth, std::function<void(bool)> allow)>;

/// How a parent chooses its children; a plain namespace has none.
using namespace_rule = std::variant<std::monostate, engineio::pattern, namespace_decision>;

/// Thread: any; the table is replaced as a whole, under a lock held for the copying of a pointer.
/// Owner: the registry, handles and shards. Lifetime: until the last of them is gone.
class namespace_state : public std::enable_shared_from_this<namespace_state>
{
public:
    namespace_state(std::string name, std::shared_ptr<namespace_state> parent, namespace_rule rule)
        : name_(std::move(name)),
          parent_(std::move(parent)),
          rule_(std::move(rule)),
          table_(std::make_shared<handler_table>())
    {}

    [[nodiscard]] std::string const& name() const noexcept { return name_; }
    [[nodiscard]] std::shared_ptr<namespace_state> const& parent() const noexcept { return parent_; }
    [[nodiscard]] namespace_rule const& rule() const noexcept { return rule_; }
    [[nodiscard]] bool is_parent() const noexcept { return rule_.index() != 0; }

    /// What is declared now; a child that nothing was declared for has its parent's.
    [[nodiscard]] std::shared_ptr<handler_table const> table() const;
    /// Replaces the table by a changed copy.
    void change(std::function<void(handler_table&)> const& edit);

    /// What says whether a `once` listener of a table that is used here has been called here: each child of a parent has
    /// flags of its own, as if it had been given a copy. Null where the listener may be called as often as it likes.
    [[nodiscard]] std::shared_ptr<std::atomic_flag> once_flag(handler_table const& table,
                                                              event_listener const& listener);

    /// Whether some socket has ever declared a listener of outgoing events for itself.
    [[nodiscard]] bool has_outgoing_listeners() const noexcept
    {
        return outgoing_listeners_.load(std::memory_order_relaxed);
    }
    void set_outgoing_listeners() noexcept { outgoing_listeners_.store(true, std::memory_order_relaxed); }

    /// The server is gone: what was declared is destroyed. Handlers may hold handles, and those the server.
    void forget_handlers();

    /// Handlers of `server_side_emit`; called on the first thread.
    using server_handler = std::function<void(args const&, std::function<void(value)>)>;
    void add_server_handler(std::string event, server_handler handler);
    [[nodiscard]] std::vector<server_handler> server_handlers(std::string_view event) const;

private:
    friend class registry;
    [[nodiscard]] std::shared_ptr<std::atomic_flag> const& own_flag(listener_id of); // under the lock

    std::string const name_;
    std::shared_ptr<namespace_state> const parent_;
    namespace_rule const rule_;
    std::atomic<bool> outgoing_listeners_{false};
    // the registry's, under its lock
    std::size_t users_ = 0; // sockets in it or on their way in
    std::vector<namespace_state*> children_;
    std::size_t place_ = 0; // among its parent's children
    mutable std::mutex mutex_;
    std::shared_ptr<handler_table const> table_;
    bool has_own_table_ = false;
    std::map<listener_id, std::shared_ptr<std::atomic_flag>> once_flags_; // of the parent's listeners
    std::vector<std::pair<std::string, server_handler>> server_handlers_;
};

} // namespace partyline
