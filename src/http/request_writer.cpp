// Turns a request into bytes; see request_writer.hpp.
#include "http/request_writer.hpp"

#include <algorithm>
#include <span>

#include "base/base64.hpp"
#include "http/token.hpp"
#include "http/url.hpp"

namespace partyline::http {

namespace {

// "host:port": neither a path nor a second authority.
bool is_authority(std::string_view target) noexcept
{
    return !target.empty() && std::all_of(target.begin(), target.end(), [](char c) {
        return c > 0x20 && c < 0x7f && std::string_view("/?#@\\").find(c) == std::string_view::npos;
    });
}

bool is_host(std::string_view host) noexcept
{
    return is_field_value(host) && host.find_first_of(" \t,/?#@\\\"<>") == host.npos;
}

// Whether every line has a name, a value that can travel, and its CRLF.
bool are_lines(std::string_view lines) noexcept
{
    while (!lines.empty()) {
        auto const end = lines.find("\r\n");
        if (end == lines.npos) return false;
        auto const line = lines.substr(0, end);
        auto const colon = line.find(':');
        if (colon == line.npos || !is_token(line.substr(0, colon)) || !is_field_value(line.substr(colon + 1)))
            return false;
        lines.remove_prefix(end + 2);
    }
    return true;
}

bool has_line(std::string_view lines, std::string_view name) noexcept
{
    while (!lines.empty()) {
        if (lines.size() > name.size() && lines[name.size()] == ':' && same_name(lines.substr(0, name.size()), name))
            return true;
        lines.remove_prefix(std::min(lines.find("\r\n") + 2, lines.size()));
    }
    return false;
}

bool is_framing(std::string_view name) noexcept
{
    for (auto const* own : {"content-length", "transfer-encoding", "connection", "upgrade", "trailer", "te"})
        if (same_name(name, own)) return true;
    return false;
}

void append_field(std::string& out, std::string_view name, std::string_view value)
{
    out.append(name).append(": ").append(value).append("\r\n");
}

bool may_travel(request_parts const& request) noexcept
{
    bool const is_connect = request.method == "CONNECT";
    if (!is_token(request.method) || !is_host(request.host) || !is_field_value(request.cookies)) return false;
    if (!(is_connect ? is_authority(request.target) : is_request_target(request.target))) return false;
    if (!are_lines(request.handshake)) return false;
    if (!request.headers) return true;
    return std::all_of(request.headers->begin(), request.headers->end(), [](auto const& header) {
        bool const is_good_host = !same_name(header.name, "host") || is_host(header.value);
        return is_token(header.name) && is_field_value(header.value) && is_good_host;
    });
}

} // namespace

result<void> write_request(std::string& out, request_parts const& request)
{
    if (!may_travel(request)) return errc::invalid_option;
    out.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
    auto const own_host = request.headers ? request.headers->find("host") : std::nullopt;
    append_field(out, "Host", own_host.value_or(request.host));
    out += request.handshake;
    std::string cookies;
    if (request.headers) {
        for (auto const& [name, value] : *request.headers) {
            if (same_name(name, "host") || is_framing(name) || has_line(request.handshake, name)) continue;
            if (same_name(name, "cookie"))
                cookies.append(cookies.empty() ? "" : "; ").append(value); // RFC 6265 section 5.4: one header
            else
                append_field(out, name, value);
        }
    }
    if (!request.cookies.empty()) cookies.append(cookies.empty() ? "" : "; ").append(request.cookies);
    if (!cookies.empty()) append_field(out, "Cookie", cookies);
    if (request.body) append_field(out, "Content-Length", std::to_string(request.body->size()));
    out += "\r\n";
    if (request.body) out += *request.body;
    return {};
}

result<std::string> basic_authorization(std::string_view user, std::string_view password)
{
    auto const is_control = [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; };
    if (user.find(':') != user.npos || std::any_of(user.begin(), user.end(), is_control) ||
        std::any_of(password.begin(), password.end(), is_control))
        return errc::invalid_option;
    auto const both = std::string(user) + ':' + std::string(password);
    return "Basic " + base::encode_base64(std::as_bytes(std::span(both)));
}

} // namespace partyline::http
