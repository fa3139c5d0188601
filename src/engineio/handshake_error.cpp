#include "engineio/handshake_error.hpp"

#include <utility>

namespace partyline::engineio {

std::string_view message(error_code code) noexcept
{
    switch (code) {
    case error_code::unknown_transport:
        return "Transport unknown";
    case error_code::unknown_sid:
        return "Session ID unknown";
    case error_code::bad_handshake_method:
        return "Bad handshake method";
    case error_code::bad_request:
        return "Bad request";
    case error_code::forbidden:
        return "Forbidden";
    case error_code::unsupported_protocol_version:
        return "Unsupported protocol version";
    }
    return {};
}

refusal refusal::forbidden(std::string text)
{
    refusal why;
    why.code = error_code::forbidden;
    why.text = std::move(text);
    return why;
}

refusal refusal::id_failure()
{
    refusal why;
    why.context = "ID_GENERATION_ERROR";
    return why;
}

refusal refusal::middleware_failure()
{
    refusal why;
    why.context = "MIDDLEWARE_FAILURE";
    return why;
}

} // namespace partyline::engineio
