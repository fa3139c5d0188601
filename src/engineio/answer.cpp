// What a request is answered with: the responses of the front door, header by header as the official server writes them.
#include <array>
#include <utility>

#include "engineio/endpoint.hpp"
#include "http/cookie.hpp"
#include "http/cors.hpp"
#include "value/json_writer.hpp"

namespace partyline::engineio {

namespace {

constexpr std::array poll_codings{http::coding::gzip, http::coding::deflate};

http::response make_response(int status, http::header_list headers, std::string body = {},
                             std::string_view content_type = {})
{
    http::response made;
    made.status = status;
    made.headers = std::move(headers);
    if (!content_type.empty()) made.headers.set("Content-Type", std::string(content_type));
    made.body = std::move(body);
    return made;
}

http::response make_packets(http::header_list headers, std::string body)
{
    return make_response(200, std::move(headers), std::move(body), "text/plain; charset=UTF-8");
}

http::response make_error(int status, http::header_list headers, error_code code, std::string_view text)
{
    std::string body = "{\"code\":" + std::to_string(static_cast<int>(code)) + ",\"message\":";
    append_json_string(body, text);
    body += '}';
    return make_response(status, std::move(headers), std::move(body), "application/json");
}

http::response make_error(int status, http::header_list headers, error_code code)
{
    return make_error(status, std::move(headers), code, message(code));
}

/// Browsers that took any response for a page, and warned of scripts in it.
bool is_old_explorer(std::string_view agent) noexcept
{
    return agent.find(";MSIE") != agent.npos || agent.find("Trident/") != agent.npos;
}

} // namespace

void endpoint::add_cors(http::request const& request, http::header_list& headers) const
{
    if (options_.cors) http::apply_cors(*options_.cors, request, headers);
}

reply_plan endpoint::plan(http::request const& request) const
{
    reply_plan made;
    if (is_old_explorer(request.header("User-Agent"))) made.headers.set("X-XSS-Protection", "0");
    made.headers.set("cache-control", "no-store");
    add_cors(request, made.headers);
    if (options_.http_compression) made.coding = http::choose_coding(request.header("Accept-Encoding"), poll_codings);
    return made;
}

void endpoint::add_cookie(reply_plan& plan, base::id20 const& sid) const
{
    if (!options_.sid_cookie) return;
    auto made = *options_.sid_cookie;
    made.value = sid.view();
    if (auto text = http::serialize(made)) plan.headers.add("Set-Cookie", std::move(*text));
}

http::response endpoint::payload(reply_plan plan, std::string body, bool may_compress,
                                 http::compressor& compressor) const
{
    if (may_compress && plan.coding != http::coding::identity && options_.http_compression &&
        body.size() >= *options_.http_compression)
    {
        if (auto compressed = compressor.compress(plan.coding, body)) {
            plan.headers.set("Content-Encoding", std::string(http::to_string(plan.coding)));
            body = std::move(*compressed);
        }
    }
    return make_packets(std::move(plan.headers), std::move(body));
}

http::response endpoint::reply(reply_plan plan, answer what) const
{
    auto& headers = plan.headers;
    switch (what) {
    case answer::ok:
        return make_response(200, std::move(headers), "ok", "text/html");
    case answer::noop:
        return make_packets(std::move(headers), "6");
    case answer::close:
        return make_packets(std::move(headers), "1");
    case answer::empty_bad_request:
        return make_response(400, std::move(headers));
    case answer::transport_mismatch:
        return make_error(400, std::move(headers), error_code::bad_request);
    case answer::unknown_session:
        break;
    }
    return make_error(400, std::move(headers), error_code::unknown_sid);
}

http::response endpoint::too_big(http::request const& request) const
{
    http::header_list headers;
    add_cors(request, headers);
    return make_response(413, std::move(headers));
}

http::response endpoint::refuse(refusal const& why, http::request const& request, bool is_upgrade) const
{
    http::header_list headers;
    add_cors(request, headers);
    if (is_upgrade) return make_response(400, std::move(headers), std::string(why.shown_text()), "text/html");
    if (why.bare_status != 0) return make_response(why.bare_status, std::move(headers));
    return make_error(why.code == error_code::forbidden ? 403 : 400, std::move(headers), why.code, why.shown_text());
}

} // namespace partyline::engineio
