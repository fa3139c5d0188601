// What cross-origin options mean for one request; see cors.hpp. The order of the headers is that of npm's `cors`.
#include "http/cors.hpp"

#include <algorithm>

namespace partyline::http {

namespace {

std::string join(std::vector<std::string> const& list)
{
    std::string out;
    for (auto const& member : list) {
        if (!out.empty()) out += ',';
        out += member;
    }
    return out;
}

bool is_allowed(cors_origin const& origin, std::string_view requested)
{
    if (auto const* list = std::get_if<std::vector<std::string>>(&origin.rule()))
        return std::find(list->begin(), list->end(), requested) != list->end();
    if (auto const* allowed = std::get_if<cors_origin::predicate>(&origin.rule()))
        return *allowed && (*allowed)(requested);
    return true;
}

void apply_origin(cors_options const& options, request const& request, header_list& headers)
{
    constexpr std::string_view allow_origin = "Access-Control-Allow-Origin";
    if (auto const* fixed = std::get_if<std::string>(&options.origin.rule())) {
        headers.set(allow_origin, fixed->empty() ? "*" : *fixed);
        if (fixed->empty() || *fixed == "*") return;
    } else if (auto const requested = request.headers.find("origin");
               requested && !requested->empty() && is_allowed(options.origin, *requested))
    {
        headers.set(allow_origin, std::string(*requested));
    }
    headers.append_token("Vary", "Origin");
}

void apply_requested_headers(cors_options const& options, request const& request, header_list& headers)
{
    std::string granted = join(options.allowed_headers);
    if (options.allowed_headers.empty()) {
        granted = request.headers.joined("access-control-request-headers");
        headers.append_token("Vary", "Access-Control-Request-Headers");
    }
    if (!granted.empty()) headers.set("Access-Control-Allow-Headers", std::move(granted));
}

} // namespace

void apply_cors(cors_options const& options, request const& request, header_list& headers)
{
    apply_origin(options, request, headers);
    if (options.credentials) headers.set("Access-Control-Allow-Credentials", "true");
    if (request.method == method::options) {
        headers.set("Access-Control-Allow-Methods", join(options.methods));
        apply_requested_headers(options, request, headers);
        if (options.max_age) headers.set("Access-Control-Max-Age", std::to_string(options.max_age->count()));
    }
    if (!options.exposed_headers.empty()) headers.set("Access-Control-Expose-Headers", join(options.exposed_headers));
}

std::optional<response> answer_preflight(cors_options const& options, request const& request)
{
    if (request.method != method::options || options.preflight_continue) return std::nullopt;
    response answer;
    answer.status = options.options_success_status;
    answer.content_length = 0; // Safari hangs on a 204 without it
    apply_cors(options, request, answer.headers);
    return answer;
}

} // namespace partyline::http
