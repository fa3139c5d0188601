#include "engineio/session_table.hpp"

namespace partyline::engineio {

session_table::session_table() : slots_(0, hash{this}, equal{this}) {}

bool session_table::insert(base::id20 const& sid, slot where)
{
    if (slots_.find(sid) != slots_.end()) return false;
    if (where >= ids_.size()) ids_.resize(where + std::size_t{1});
    ids_[where] = sid;
    slots_.insert(where);
    return true;
}

void session_table::erase(slot where) noexcept
{
    if (where < ids_.size()) slots_.erase(where);
}

std::optional<session_table::slot> session_table::find(std::string_view sid) const noexcept
{
    auto const id = base::id20::parse(sid);
    if (!id) return std::nullopt;
    auto const found = slots_.find(*id);
    if (found == slots_.end()) return std::nullopt;
    return *found;
}

} // namespace partyline::engineio
