// The status codes of the closing handshake (RFC 6455 section 7.4): their names, and which of them may travel.
#pragma once

#include <cstdint>
#include <string_view>

namespace partyline::websocket {

/// Why a connection is closed. 3000 to 3999 are for registered libraries, 4000 to 4999 for applications.
enum class close_code : std::uint16_t
{
    normal = 1000,
    going_away = 1001,
    protocol_error = 1002,
    unsupported_data = 1003,
    no_status = 1005, ///< never on the wire: the close frame had no code
    abnormal = 1006,  ///< never on the wire: there was no close frame
    invalid_data = 1007,
    policy_violation = 1008,
    message_too_big = 1009,
    missing_extension = 1010,
    internal_error = 1011,
    service_restart = 1012,
    try_again_later = 1013,
    bad_gateway = 1014,
    tls_failure = 1015, ///< never on the wire: the TLS handshake failed
};

/// Whether a close frame may carry `code`, in either direction: 1000 to 1014 without 1004, 1005 and 1006, and 3000 to
/// 4999. This is what npm's `ws` accepts.
[[nodiscard]] constexpr bool may_travel(std::uint16_t code) noexcept
{
    return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
           (code >= 3000 && code <= 4999);
}
[[nodiscard]] constexpr bool may_travel(close_code code) noexcept
{
    return may_travel(static_cast<std::uint16_t>(code));
}

/// Words for logs: "protocol error"; "registered" for 3000 to 3999, "application" for 4000 to 4999, else "unassigned".
[[nodiscard]] std::string_view name_of(close_code code) noexcept;

} // namespace partyline::websocket
