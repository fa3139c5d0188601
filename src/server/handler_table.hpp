// What has been declared for a namespace, or for one socket: an immutable snapshot that a dispatch holds while it runs.
// It calls nobody; `peer` and `namespace_shard` walk it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <partyline/nsp.hpp>

#include "base/flat_map.hpp"
#include "net/answer_home.hpp"

namespace partyline {

/// One declared handler of an event.
struct event_listener
{
    listener_id id{};
    std::shared_ptr<event_handler const> handler;
    std::shared_ptr<std::atomic_flag> once; ///< null: as often as it comes; else ask `namespace_state::once_flag` which
};

/// A function with the id under which it can be taken away again.
template <class Signature>
struct declared
{
    listener_id id{};
    std::function<Signature> function;
};
template <class Signature>
using declared_list = std::vector<declared<Signature>>;

/// Thread: built by whoever declares, then immutable. Owner: shared by the namespace, its shards and running dispatches.
struct handler_table
{
    void const* of = nullptr; ///< the namespace that it was made for: a child without declarations uses its parent's
    /// By name; names that the program chose itself.
    base::flat_map<std::string, std::vector<event_listener>, base::plain_string_hash, base::string_equal> events;
    declared_list<void(socket)> connection;
    declared_list<void(socket, disconnect_reason, std::string_view)> disconnecting;
    declared_list<void(socket, disconnect_reason, std::string_view)> disconnected;
    declared_list<void(socket, std::string_view, args const&)> any;
    declared_list<void(socket, std::string_view, args const&)> any_outgoing;
    declared_list<void(socket, incoming_event&, next)> event_middleware;
    declared_list<void(socket, refusal const&)> error;
    std::vector<std::function<void(socket, next)>> middleware;

    /// Takes away whatever has this id.
    void remove(listener_id id);
    void remove(std::string_view event);
};

} // namespace partyline
