#include "websocket/close_code.hpp"

namespace partyline::websocket {

std::string_view name_of(close_code code) noexcept
{
    switch (code) {
    case close_code::normal:
        return "normal closure";
    case close_code::going_away:
        return "going away";
    case close_code::protocol_error:
        return "protocol error";
    case close_code::unsupported_data:
        return "unsupported data";
    case close_code::no_status:
        return "no status";
    case close_code::abnormal:
        return "abnormal closure";
    case close_code::invalid_data:
        return "invalid data";
    case close_code::policy_violation:
        return "policy violation";
    case close_code::message_too_big:
        return "message too big";
    case close_code::missing_extension:
        return "missing extension";
    case close_code::internal_error:
        return "internal error";
    case close_code::service_restart:
        return "service restart";
    case close_code::try_again_later:
        return "try again later";
    case close_code::bad_gateway:
        return "bad gateway";
    case close_code::tls_failure:
        return "TLS failure";
    }
    auto const number = static_cast<std::uint16_t>(code);
    if (number >= 3000 && number <= 3999) return "registered";
    if (number >= 4000 && number <= 4999) return "application";
    return "unassigned";
}

} // namespace partyline::websocket
