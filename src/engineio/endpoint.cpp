// What a request is: the decisions of the front door, in the order of the official server.
#include "engineio/endpoint.hpp"

#include <algorithm>
#include <utility>

#include "engineio/session.hpp"
#include "http/cookie.hpp"
#include "http/cors.hpp"
#include "http/query.hpp"
#include "http/token.hpp"
#include "value/json_writer.hpp"

namespace partyline::engineio {

namespace {

refusal refuse_with(error_code code, std::string_view context = {})
{
    refusal why;
    why.code = code;
    why.context = context;
    return why;
}

refusal bad_request(std::string_view context) { return refuse_with(error_code::bad_request, context); }

session_request::kind kind_of(http::method method, bool is_upgrade) noexcept
{
    if (is_upgrade) return session_request::kind::probe;
    if (method == http::method::get) return session_request::kind::poll;
    if (method == http::method::post) return session_request::kind::post;
    return session_request::kind::other;
}

} // namespace

result<endpoint> endpoint::make(endpoint_options options)
{
    if (!options.path.starts_with('/')) return errc::invalid_option;
    if (options.path.ends_with('/')) options.path.pop_back();
    if (options.add_trailing_slash || options.path.empty()) options.path += '/';
    if (!options.transports.polling && !options.transports.websocket) return errc::invalid_option;
    if (options.sid_cookie) {
        auto probe = *options.sid_cookie;
        probe.value = "sid";
        if (!http::serialize(probe)) return errc::invalid_option;
    }
    return endpoint(std::move(options));
}

bool endpoint::owns(http::request const& request) const noexcept { return request.path().starts_with(options_.path); }

bool endpoint::origin_allowed(std::string_view origin) const
{
    auto const& listed = options_.allowed_origins;
    auto const& patterns = options_.allowed_origin_patterns;
    if (origin.empty() || (listed.empty() && patterns.empty())) return true;
    return std::find(listed.begin(), listed.end(), origin) != listed.end() ||
           std::any_of(patterns.begin(), patterns.end(), [&](pattern const& each) { return each.matches(origin); });
}

decision endpoint::verify(http::request const& request, bool is_upgrade) const
{
    if (!owns(request)) return not_ours{};
    if (options_.cors)
        if (auto response = http::answer_preflight(*options_.cors, request)) return preflight{std::move(*response)};

    http::query const query(request.query());
    auto const via = parse_transport(query.raw("transport").value_or(""));
    if (!via || !options_.transports.has(*via)) return refuse_with(error_code::unknown_transport);

    auto const origin = request.header("Origin");
    if (!http::is_field_value(origin)) return bad_request("INVALID_ORIGIN");
    if (is_upgrade && !origin_allowed(origin)) return bad_request("ORIGIN_NOT_ALLOWED");

    auto const protocol = parse_revision(query.raw("EIO").value_or(""));
    if (auto const sid = query.raw("sid"); sid && !sid->empty()) {
        session_request asked;
        asked.what = kind_of(request.method, is_upgrade);
        asked.sid = *sid;
        asked.via = *via;
        asked.protocol = protocol;
        asked.is_octet_stream = request.header("Content-Type") == "application/octet-stream";
        return asked;
    }
    if (request.method != http::method::get) return refuse_with(error_code::bad_handshake_method);
    if (is_upgrade != (*via == transport::websocket)) return bad_request("TRANSPORT_HANDSHAKE_ERROR");
    return handshake{*via, protocol};
}

std::optional<refusal> endpoint::admit(session_request const& request, session const* found) const
{
    bool const is_probe = request.what == session_request::kind::probe;
    if (found == nullptr || found->is_closed()) return refuse_with(error_code::unknown_sid);
    if (request.via != (is_probe ? transport::websocket : found->current_transport()))
        return bad_request("TRANSPORT_MISMATCH");
    if (request.protocol != found->protocol()) return bad_request("PROTOCOL_MISMATCH");
    if (!is_probe && request.via == transport::websocket) return bad_request("TRANSPORT_HANDSHAKE_ERROR");
    if (request.what == session_request::kind::other) {
        refusal why;
        why.bare_status = 500;
        return why;
    }
    return std::nullopt;
}

std::optional<refusal> endpoint::check_revision(handshake const& asked) const
{
    if (asked.protocol == revision::v4) return std::nullopt;
    return refuse_with(error_code::unsupported_protocol_version);
}

std::string endpoint::open_packet(base::id20 const& sid, transport via) const
{
    bool const upgrade = via == transport::polling && options_.allow_upgrades && options_.transports.websocket;
    std::string out = "{\"sid\":";
    append_json_string(out, sid.view());
    out += upgrade ? ",\"upgrades\":[\"websocket\"]" : ",\"upgrades\":[]";
    out += ",\"pingInterval\":" + std::to_string(options_.session.ping_interval.count());
    out += ",\"pingTimeout\":" + std::to_string(options_.session.ping_timeout.count());
    out += ",\"maxPayload\":" + std::to_string(options_.max_http_buffer_size);
    out += '}';
    return out;
}

} // namespace partyline::engineio
