// The pure half of serving files; see static_file.hpp.
#include "http/static_file.hpp"

#include <algorithm>
#include <charconv>

#include "http/date.hpp"
#include "http/percent.hpp"
#include "http/token.hpp"

namespace partyline::http {

namespace {

// A name that means itself on every file system: no separator, no device, no stream, no control character.
bool is_plain_name(std::string_view segment) noexcept
{
    if (segment.empty() || segment.front() == '.') return false;
    return std::all_of(segment.begin(), segment.end(), [](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return byte >= 0x20 && byte != 0x7f && c != '/' && c != '\\' && c != ':';
    });
}

std::string to_text(std::uint64_t number, int base = 10)
{
    char digits[20];
    return {digits, std::to_chars(digits, digits + sizeof digits, number, base).ptr};
}

std::string_view opaque(std::string_view tag) noexcept { return tag.starts_with("W/") ? tag.substr(2) : tag; }

// All digits, and not beyond 64 bits.
bool read_number(std::string_view text, std::uint64_t& out) noexcept
{
    auto const [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
    return !text.empty() && code == std::errc{} && end == text.data() + text.size();
}

bool is_unmodified_since(std::string_view date, file_facts const& file) noexcept
{
    auto const since = parse_date(date);
    return since && file.modified <= *since;
}

// RFC 9110 section 13.2.2, steps 1 to 4: 412, 304, or 0 to go on.
int judge_preconditions(request const& request, file_facts const& file)
{
    auto const& headers = request.headers;
    if (headers.contains("if-match")) {
        if (!etag_matches(headers.joined("if-match"), file.etag, true)) return 412;
    } else if (auto const since = headers.find("if-unmodified-since"); since && parse_date(*since)) {
        if (!is_unmodified_since(*since, file)) return 412;
    }
    if (headers.contains("if-none-match")) {
        if (etag_matches(headers.joined("if-none-match"), file.etag, false)) return 304;
    } else if (auto const since = headers.find("if-modified-since")) {
        if (is_unmodified_since(*since, file)) return 304;
    }
    return 0;
}

// RFC 9110 section 13.1.5: a range of another version of the file would be spliced into the wrong bytes.
bool range_applies(request const& request, file_facts const& file)
{
    auto const condition = request.headers.find("if-range");
    if (!condition) return true;
    if (condition->find('"') != condition->npos) return etag_matches(*condition, file.etag, true);
    auto const date = parse_date(*condition);
    return date && *date == file.modified;
}

} // namespace

result<std::string> resolve_path(std::string_view request_path)
{
    if (!request_path.starts_with('/')) return errc::refused;
    request_path.remove_prefix(1);
    std::string path;
    while (!request_path.empty()) {
        auto const slash = request_path.find('/');
        auto const segment = percent_decode(request_path.substr(0, slash));
        if (!segment || !is_plain_name(*segment)) return errc::refused;
        path += *segment;
        if (slash == request_path.npos) break;
        path += '/';
        request_path.remove_prefix(slash + 1);
    }
    return path;
}

std::string make_etag(std::uint64_t size, std::chrono::sys_seconds modified)
{
    auto const time = static_cast<std::uint64_t>(modified.time_since_epoch().count());
    return "W/\"" + to_text(size, 16) + '-' + to_text(time, 16) + '"';
}

bool etag_matches(std::string_view list, std::string_view etag, bool strong) noexcept
{
    if (trim(list) == "*") return true;
    if (etag.empty() || (strong && etag.starts_with("W/"))) return false;
    while (!list.empty()) {
        auto const candidate = next_list_member(list);
        if (candidate.empty() || (strong && candidate.starts_with("W/"))) continue;
        if (opaque(candidate) == opaque(etag)) return true;
    }
    return false;
}

range_verdict parse_range(std::string_view header, std::uint64_t size, byte_range& out) noexcept
{
    out = {0, size};
    header = trim(header);
    if (header.size() < 6 || !equals_ignoring_case(header.substr(0, 6), "bytes=")) return range_verdict::whole;
    auto const spec = trim(header.substr(6));
    auto const dash = spec.find('-');
    if (dash == spec.npos || spec.find(',') != spec.npos) return range_verdict::whole;
    auto const from = trim(spec.substr(0, dash));
    auto const to = trim(spec.substr(dash + 1));

    std::uint64_t first = 0;
    std::uint64_t last = 0;
    if (from.empty()) { // the last so many bytes
        if (!read_number(to, last)) return range_verdict::whole;
        if (last == 0 || size == 0) return range_verdict::unsatisfiable;
        first = last >= size ? 0 : size - last;
        last = size - 1;
    } else {
        if (!read_number(from, first)) return range_verdict::whole;
        if (to.empty()) {
            last = UINT64_MAX;
        } else if (!read_number(to, last) || last < first) {
            return range_verdict::whole;
        }
        if (first >= size) return range_verdict::unsatisfiable;
        last = std::min(last, size - 1);
    }
    out = {first, last - first + 1};
    return range_verdict::partial;
}

file_answer answer_file(request const& request, file_facts const& file)
{
    file_answer answer;
    auto& head = answer.head;
    if (request.method != method::get && request.method != method::head) {
        head.status = 405;
        head.headers.set("Allow", "GET, HEAD");
        head.content_length = 0;
        return answer;
    }
    if (!file.etag.empty()) head.headers.set("ETag", file.etag);
    head.headers.set("Last-Modified", format_date(file.modified));
    if (file.varies) head.headers.append_token("Vary", "Accept-Encoding");
    if (int const status = judge_preconditions(request, file)) {
        head.status = status;
        if (status == 412) head.content_length = 0;
        return answer;
    }

    head.headers.set("Accept-Ranges", "bytes");
    byte_range range{0, file.size};
    auto verdict = range_verdict::whole;
    if (auto const wanted = request.headers.find("range");
        wanted && request.method == method::get && range_applies(request, file))
        verdict = parse_range(*wanted, file.size, range);
    if (verdict == range_verdict::unsatisfiable) {
        head.status = 416;
        head.headers.set("Content-Range", "bytes */" + to_text(file.size));
        head.content_length = 0;
        return answer;
    }
    if (verdict == range_verdict::partial) {
        head.status = 206;
        head.headers.set("Content-Range", "bytes " + to_text(range.first) + '-' +
                                              to_text(range.first + range.size - 1) + '/' + to_text(file.size));
    }
    head.headers.set("Content-Type", std::string(file.content_type));
    if (!file.coding.empty()) head.headers.set("Content-Encoding", std::string(file.coding));
    head.content_length = range.size;
    if (request.method == method::get) answer.bytes = range;
    return answer;
}

} // namespace partyline::http
