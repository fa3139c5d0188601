// What can go wrong, as values. Every fallible function of the library returns a `result` with one `errc`;
// exceptions are thrown only at misuse by the local programmer, and by `co_await` and `.get()`, which have no other channel.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace partyline {

/// One value per kind of failure; `describe()` gives its sentence.
enum class errc : std::uint8_t
{
    // what arrived could not be read
    invalid_utf8 = 1,
    invalid_base64,
    invalid_json,
    invalid_msgpack,
    too_deep,
    too_long,
    invalid_url,
    invalid_http,
    invalid_frame,
    invalid_handshake,
    invalid_compression,
    invalid_packet,
    invalid_payload,
    invalid_attachment,
    too_many_attachments,
    reserved_event,
    message_too_big,
    limit_exceeded,
    // what arrived does not fit what was asked for
    type_mismatch,
    missing_argument,
    out_of_range,
    // life
    timed_out,
    disconnected,
    cancelled,
    queue_full,
    refused,
    unknown_namespace,
    unknown_session,
    not_found,
    unreachable,
    // the certificate of a server
    certificate_untrusted,
    certificate_expired,
    certificate_wrong_host,
    certificate_refused,
    // the local side
    address_in_use,
    address_not_available,
    access_denied,
    invalid_option,
    tls_failure,
    system_failure,
    handler_failure,
    wrong_thread,
    unsupported,
};

/// One English sentence without a full stop, for example "the text is not valid UTF-8".
std::string_view describe(errc code) noexcept;

/// What `co_await`, `.get()` and calls that were misused throw. `what()` is `describe(code)`, followed by the detail where there is one.
class error : public std::runtime_error
{
public:
    explicit error(errc code) : error(code, {}) {}
    error(errc code, std::string_view detail);

    [[nodiscard]] errc code() const noexcept { return code_; }

private:
    errc code_;
};

} // namespace partyline
