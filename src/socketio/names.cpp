#include "socketio/names.hpp"

#include <algorithm>
#include <array>

#include <partyline/codec.hpp>

namespace partyline {

bool is_reserved_event(std::string_view name) noexcept
{
    // those that JavaScript's emitters use for themselves; "error" is not among them
    static constexpr std::array<std::string_view, 6> reserved{"connect",       "connect_error", "disconnect",
                                                              "disconnecting", "newListener",   "removeListener"};
    return std::find(reserved.begin(), reserved.end(), name) != reserved.end();
}

void refuse_reserved(std::string_view event)
{
    if (is_reserved_event(event)) throw error(errc::reserved_event, event);
}

} // namespace partyline

namespace partyline::socketio {

std::string full_nsp_name(std::string_view name)
{
    std::string full;
    if (!name.starts_with('/')) full = '/';
    full += name;
    return full;
}

bool is_nsp_name(std::string_view name) noexcept
{
    return name.starts_with('/') && name.find_first_of(",\x1e") == std::string_view::npos;
}

} // namespace partyline::socketio
