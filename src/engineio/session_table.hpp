// Finds the slot of a session by its id, and keeps the id. One table per shard. It does not know what stands in a slot.
// Used by `server/front` for every request that names a session.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

#include "base/flat_map.hpp"
#include "base/id.hpp"

namespace partyline::engineio {

/// Ids lie at their slot's number, once; the hash table holds numbers only. Ids are drawn by us, so nobody outside can
/// choose keys that collide; unknown ids from outside are only looked up.
///
/// Thread: its shard's. Owner: the shard. Lifetime: the shard's.
class session_table
{
public:
    using slot = std::uint32_t; ///< dense: memory goes with the highest

    session_table();
    session_table(session_table const&) = delete;
    session_table& operator=(session_table const&) = delete;

    /// False if the id is taken. Precondition: the slot has no id.
    bool insert(base::id20 const& sid, slot where);
    /// Any number may be erased. Its id can be read until the slot is given another one.
    void erase(slot where) noexcept;
    /// The id that the slot was given last. Precondition: it was given one.
    [[nodiscard]] base::id20 const& id_of(slot where) const noexcept { return ids_[where]; }
    /// Any text may be asked for.
    [[nodiscard]] std::optional<slot> find(std::string_view sid) const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return slots_.size(); }

private:
    struct hash
    {
        using is_transparent = void;
        session_table const* owner;
        std::size_t operator()(base::id20 const& sid) const noexcept { return std::hash<base::id20>()(sid); }
        std::size_t operator()(slot where) const noexcept { return (*this)(owner->ids_[where]); }
    };
    struct equal
    {
        using is_transparent = void;
        session_table const* owner;
        bool operator()(slot a, slot b) const noexcept { return a == b; }
        bool operator()(slot a, base::id20 const& b) const noexcept { return owner->ids_[a] == b; }
        bool operator()(base::id20 const& a, slot b) const noexcept { return a == owner->ids_[b]; }
    };

    std::deque<base::id20> ids_; // by slot; grows without leaving a hole of its former size behind
    base::flat_set<slot, hash, equal> slots_;
};

} // namespace partyline::engineio
