// The sentences behind the error codes.
#include <partyline/error.hpp>

namespace partyline {

std::string_view describe(errc code) noexcept
{
    switch (code) {
    case errc::invalid_utf8:
        return "the text is not valid UTF-8";
    case errc::invalid_base64:
        return "the text is not valid base64";
    case errc::invalid_json:
        return "the text is not valid JSON";
    case errc::invalid_msgpack:
        return "the bytes are not valid msgpack";
    case errc::too_deep:
        return "arrays and objects are nested deeper than the limit";
    case errc::too_long:
        return "a name or a field is longer than the limit";
    case errc::invalid_url:
        return "the URL is not valid";
    case errc::invalid_http:
        return "the bytes are not a valid HTTP message";
    case errc::invalid_frame:
        return "the bytes are not a valid WebSocket frame";
    case errc::invalid_handshake:
        return "the handshake is not valid";
    case errc::invalid_compression:
        return "the compressed data is not valid";
    case errc::invalid_packet:
        return "the packet is not valid";
    case errc::invalid_payload:
        return "the payload of the packet is not valid";
    case errc::invalid_attachment:
        return "an attachment does not belong to its packet";
    case errc::too_many_attachments:
        return "the packet has more attachments than the limit";
    case errc::reserved_event:
        return "the name of the event is reserved";
    case errc::message_too_big:
        return "the message is bigger than the limit";
    case errc::limit_exceeded:
        return "a limit of the options was exceeded";
    case errc::type_mismatch:
        return "a value has another type than the one asked for";
    case errc::missing_argument:
        return "an argument or a field is missing";
    case errc::out_of_range:
        return "a number is out of the range of the type asked for";
    case errc::timed_out:
        return "the time is up";
    case errc::disconnected:
        return "the connection is closed";
    case errc::cancelled:
        return "the operation was cancelled";
    case errc::queue_full:
        return "the queue is full";
    case errc::refused:
        return "the other side refused";
    case errc::unknown_namespace:
        return "the namespace is not known";
    case errc::unknown_session:
        return "the session is not known";
    case errc::not_found:
        return "there is no such thing";
    case errc::unreachable:
        return "the other side cannot be reached";
    case errc::certificate_untrusted:
        return "the certificate of the server is not signed by anybody who is trusted";
    case errc::certificate_expired:
        return "the certificate of the server is not valid at this time";
    case errc::certificate_wrong_host:
        return "the certificate of the server belongs to another host name";
    case errc::certificate_refused:
        return "the certificate of the server was refused";
    case errc::address_in_use:
        return "the address is in use already";
    case errc::address_not_available:
        return "the address is not available on this machine";
    case errc::access_denied:
        return "access is denied";
    case errc::invalid_option:
        return "an option has a value that is not valid";
    case errc::tls_failure:
        return "TLS failed";
    case errc::system_failure:
        return "the operating system reported a failure";
    case errc::handler_failure:
        return "a handler threw an exception";
    case errc::wrong_thread:
        return "the call was made on a thread that must not make it";
    case errc::unsupported:
        return "the request is not supported";
    }
    return "no error";
}

namespace {

std::string sentence(errc code, std::string_view detail)
{
    std::string out{describe(code)};
    if (!detail.empty()) out.append(": ").append(detail);
    return out;
}

} // namespace

error::error(errc code, std::string_view detail) : std::runtime_error(sentence(code, detail)), code_(code) {}

} // namespace partyline
