// The sockets of one connection, by the names of their namespaces. It does not know what a namespace is, nor who may join it.
//
// Theory of operation. They are chained, the last one first: most connections have one, and it costs a pointer. From some length on, an
// index says for each name where the chain points at that socket, so that a packet for one of a thousand finds it at once, and it
// leaves as fast.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/flat_map.hpp"

namespace partyline {

struct socket_state;

/// Thread: its shard's. Owner: the peer. Lifetime: the peer's; a socket leaves before its state is freed.
class joined_sockets
{
public:
    [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
    [[nodiscard]] std::size_t size() const noexcept;
    /// The one that came last; null if there is none.
    [[nodiscard]] socket_state* last() const noexcept { return first_; }
    [[nodiscard]] socket_state* find(std::string_view nsp) const noexcept;
    /// `seed` keeps clients from choosing names that collide. Precondition: none of its namespace is here.
    void add(socket_state& socket, base::hash_seed seed);
    /// Answers whether it was here: it leaves once.
    bool remove(socket_state& socket) noexcept;

private:
    // by name: what points at the socket, `first_` or the `next` of the one before it
    using place_index = base::flat_map<std::string_view, socket_state**, base::string_hash, base::string_equal>;
    static constexpr std::size_t indexed_from = 16;

    [[nodiscard]] socket_state** place_of(std::string_view nsp) const noexcept;

    socket_state* first_ = nullptr;
    std::unique_ptr<place_index> index_;
};

} // namespace partyline
