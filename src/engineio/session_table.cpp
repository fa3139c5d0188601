#include "engineio/session_table.hpp"

namespace partyline::engineio {

bool session_table::insert(base::id20 const& sid, slot where) { return slots_.emplace(sid, where).second; }

void session_table::erase(base::id20 const& sid) noexcept { slots_.erase(sid); }

std::optional<session_table::slot> session_table::find(base::id20 const& sid) const noexcept
{
    auto const found = slots_.find(sid);
    if (found == slots_.end()) return std::nullopt;
    return found->second;
}

std::optional<session_table::slot> session_table::find(std::string_view sid) const noexcept
{
    auto const id = base::id20::parse(sid);
    return id ? find(*id) : std::nullopt;
}

} // namespace partyline::engineio
