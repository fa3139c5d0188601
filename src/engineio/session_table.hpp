// Finds the slot of a session by its id. One table per shard. It does not know what stands in a slot.
// Used by `server/front` for every request that names a session.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/id.hpp"

namespace partyline::engineio {

/// Ids are drawn by us, so nobody outside can choose keys that collide; unknown ids from outside are only looked up.
///
/// Thread: its shard's. Owner: the shard. Lifetime: the shard's.
class session_table
{
public:
    using slot = std::uint32_t;

    /// False if the id is taken.
    bool insert(base::id20 const& sid, slot where);
    void erase(base::id20 const& sid) noexcept;
    /// Any text may be asked for.
    [[nodiscard]] std::optional<slot> find(std::string_view sid) const noexcept;
    [[nodiscard]] std::optional<slot> find(base::id20 const& sid) const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return slots_.size(); }

private:
    boost::unordered_flat_map<base::id20, slot, std::hash<base::id20>> slots_;
};

} // namespace partyline::engineio
