// What a server must check in a request head beyond its grammar; see request_rules.hpp.
#include "http/request_rules.hpp"

#include <algorithm>
#include <charconv>

#include "http/token.hpp"

namespace partyline::http {

namespace {

// RFC 9112 section 3.2: origin form, absolute form, authority form with CONNECT alone, asterisk with OPTIONS alone.
bool is_valid_target(std::string_view method, std::string_view target) noexcept
{
    if (target.find('#') != target.npos) return false;
    if (method == "CONNECT") return target.find_first_of("/?@") == target.npos;
    if (target.front() == '/') return true;
    if (target == "*") return method == "OPTIONS";
    auto const scheme = target.find("://");
    if (scheme == target.npos) return false;
    auto const name = target.substr(0, scheme);
    if (!equals_ignoring_case(name, "http") && !equals_ignoring_case(name, "https")) return false;
    auto const authority = target.substr(scheme + 3, target.find_first_of("/?", scheme + 3) - scheme - 3);
    return !authority.empty() && authority.find('@') == authority.npos;
}

// Empty is allowed (RFC 9112 section 3.2); what could be read as two hosts or as a path is not.
bool is_valid_host(std::string_view host) noexcept { return host.find_first_of(" \t,/?#@\\\"<>") == host.npos; }

bool parse_length(std::string_view text, std::uint64_t& out) noexcept
{
    // from_chars takes no sign for unsigned numbers but a minus, so digits are checked first
    if (text.empty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return false;
    return std::from_chars(text.data(), text.data() + text.size(), out).ec == std::errc{};
}

// 0 for exactly "chunked". Where chunked is not the last coding the length cannot be known: 400, else an unknown coding: 501.
int judge_coding(std::string_view value) noexcept
{
    if (equals_ignoring_case(value, "chunked")) return 0;
    std::size_t members = 0;
    std::size_t chunked = 0;
    bool ends_chunked = false;
    for (auto rest = value; !rest.empty(); ++members) {
        ends_chunked = equals_ignoring_case(next_list_member(rest), "chunked");
        chunked += ends_chunked;
    }
    bool const undelimited = chunked > 1 || (chunked == 1 && !ends_chunked);
    return value.empty() || undelimited || chunked == members ? 400 : 501;
}

struct counts
{
    int host = 0;
    int length = 0;
    int coding = 0;
};

// 0 or the status for one header.
int judge_field(header_field const& field, counts& seen, request_framing& out) noexcept
{
    switch (field.name.size()) { // tells nearly all headers apart from these five
    case 4:
        if (same_name(field.name, "host")) {
            if (++seen.host > 1 || !is_valid_host(field.value)) return 400;
        }
        break;
    case 6:
        if (same_name(field.name, "expect")) {
            if (!equals_ignoring_case(field.value, "100-continue")) return 417;
            out.expects_continue = true;
        }
        break;
    case 14:
        if (same_name(field.name, "content-length")) {
            std::uint64_t length = 0;
            if (++seen.length > 1 || !parse_length(field.value, length)) return 400;
            out.content_length = length;
        }
        break;
    case 17:
        if (same_name(field.name, "transfer-encoding")) {
            if (++seen.coding > 1) return 400;
            if (int const status = judge_coding(field.value)) return status;
            out.chunked = true;
        }
        break;
    default:
        break;
    }
    return 0;
}

bool wants_keep_alive(parsed_head const& head) noexcept
{
    bool keep = head.minor_version >= 1;
    for (auto const& field : head.fields) {
        if (field.name.size() != 10 || !same_name(field.name, "connection")) continue;
        if (list_has_token(field.value, "close")) return false;
        keep = keep || list_has_token(field.value, "keep-alive");
    }
    return keep;
}

} // namespace

int judge(parsed_head const& head, request_framing& out) noexcept
{
    out = {};
    if (!is_valid_target(head.method, head.target)) return 400;
    counts seen;
    int refused = 0;
    for (auto const& field : head.fields) {
        int const status = judge_field(field, seen, out);
        if (status == 400) return status; // the connection can no longer be trusted: that goes before 417 and 501
        if (status != 0 && refused == 0) refused = status;
    }
    bool const is_http11 = head.minor_version >= 1;
    if (seen.host == 0 && is_http11) return 400;
    if (seen.coding != 0 && (seen.length != 0 || !is_http11)) return 400; // RFC 9112 section 6.1
    if (refused != 0) return refused;
    if (!is_http11) out.expects_continue = false; // RFC 9110 section 10.1.1
    out.keep_alive = wants_keep_alive(head);
    return 0;
}

} // namespace partyline::http
