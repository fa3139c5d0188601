// Turns a response into bytes; see response_writer.hpp.
#include "http/response_writer.hpp"

#include <charconv>

#include "http/token.hpp"

namespace partyline::http {

namespace {

void append_number(std::string& out, std::uint64_t number, int base = 10)
{
    char digits[20];
    auto const end = std::to_chars(digits, digits + sizeof digits, number, base).ptr;
    out.append(digits, end);
}

void append_field(std::string& out, std::string_view name, std::string_view value)
{
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

// What says where the message ends and what becomes of the connection is not the user's to say.
bool is_framing(std::string_view name, int status) noexcept
{
    switch (name.size()) {
    case 14:
        return same_name(name, "content-length");
    case 17:
        return same_name(name, "transfer-encoding");
    case 10:
        return status != 101 && same_name(name, "connection");
    default:
        return false;
    }
}

void append_length(std::string& out, response const& message, framing const& how)
{
    if (message.status < 200) return; // RFC 9110 section 8.6
    if (how.chunked && how.minor_version >= 1 && may_have_body(message.status)) {
        append_field(out, "Transfer-Encoding", "chunked");
        return;
    }
    if (how.chunked) return; // HTTP/1.0: the end of the connection is the end of the body
    if (!may_have_body(message.status) && !message.content_length) return;
    out += "Content-Length: ";
    append_number(out, message.content_length.value_or(message.content().size()));
    out += "\r\n";
}

void append_connection(std::string& out, int status, framing const& how)
{
    if (status < 200) return;
    bool const ends_with_connection = how.chunked && how.minor_version == 0;
    if (!how.keep_alive || ends_with_connection) {
        append_field(out, "Connection", "close");
    } else if (how.minor_version == 0) {
        append_field(out, "Connection", "keep-alive");
    }
}

} // namespace

bool may_have_body(int status) noexcept { return status >= 200 && status != 204 && status != 304; }

result<void> write_head(std::string& out, response const& message, framing const& how)
{
    if (message.status < 100 || message.status > 999) return errc::invalid_option;
    std::size_t size = 160;
    for (auto const& header : message.headers) {
        if (!is_token(header.name) || !is_field_value(header.value)) return errc::invalid_option;
        size += header.name.size() + header.value.size() + 4;
    }
    if (!is_field_value(how.date)) return errc::invalid_option;

    out.reserve(out.size() + size);
    out += "HTTP/1.1 ";
    append_number(out, static_cast<std::uint64_t>(message.status));
    out += ' ';
    out += reason_phrase(message.status);
    out += "\r\n";
    for (auto const& header : message.headers) {
        if (!is_framing(header.name, message.status)) append_field(out, header.name, header.value);
    }
    if (!how.date.empty()) append_field(out, "Date", how.date);
    append_length(out, message, how);
    append_connection(out, message.status, how);
    out += "\r\n";
    return {};
}

result<void> write_response(std::string& out, response const& message, framing const& how)
{
    if (auto written = write_head(out, message, how); !written) return written;
    if (how.head_only || !may_have_body(message.status)) return {};
    if (how.chunked && how.minor_version >= 1) {
        write_chunk(out, message.content());
        write_last_chunk(out);
    } else {
        out += message.content();
    }
    return {};
}

void write_chunk(std::string& out, std::string_view data)
{
    if (data.empty()) return;
    append_number(out, data.size(), 16);
    out += "\r\n";
    out += data;
    out += "\r\n";
}

void write_last_chunk(std::string& out) { out += "0\r\n\r\n"; }

response response::text(int status, std::string body, std::string_view content_type)
{
    response made;
    made.status = status;
    made.headers.set("Content-Type", std::string(content_type));
    made.body = std::move(body);
    return made;
}

} // namespace partyline::http
