#include "server/handler_table.hpp"

namespace partyline {

void handler_table::remove(listener_id id)
{
    auto const has_id = [id](auto const& each) { return each.id == id; };
    for (auto& [name, listeners] : events) std::erase_if(listeners, has_id);
    erase_if(events, [](auto const& entry) { return entry.second.empty(); });
    std::erase_if(connection, has_id);
    std::erase_if(disconnecting, has_id);
    std::erase_if(disconnected, has_id);
    std::erase_if(any, has_id);
    std::erase_if(any_outgoing, has_id);
    std::erase_if(event_middleware, has_id);
    std::erase_if(error, has_id);
}

void handler_table::remove(std::string_view event)
{
    if (auto const found = events.find(event); found != events.end()) events.erase(found);
}

} // namespace partyline
