// Why a request is refused before it reaches a session: the codes 0 to 5 of the official server, as values.
// `endpoint` finds them and makes the HTTP response; the server reports them to its hooks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace partyline::engineio {

enum class error_code : std::uint8_t
{
    unknown_transport,
    unknown_sid,
    bad_handshake_method,
    bad_request,
    forbidden,
    unsupported_protocol_version,
};

/// "Transport unknown" and so on.
[[nodiscard]] std::string_view message(error_code code) noexcept;

/// A refused request.
struct refusal
{
    error_code code = error_code::bad_request;
    std::string text = {};         ///< instead of `message(code)`, where a hook gave one
    std::string_view context = {}; ///< what exactly, in the official server's words: "TRANSPORT_MISMATCH", ...
    int bare_status = 0;           ///< not 0: an empty response of this status, without a code

    [[nodiscard]] std::string_view shown_text() const noexcept { return text.empty() ? message(code) : text; }

    /// The hook that admits handshakes said no; its text, if any, is shown to the client.
    static refusal forbidden(std::string text = {});
    /// The maker of session ids failed.
    static refusal id_failure();
    /// A middleware of the HTTP level failed without an answer of its own.
    static refusal middleware_failure();
};

} // namespace partyline::engineio
