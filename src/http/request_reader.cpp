// Reads requests; see request_reader.hpp for the theory of operation.
#include "http/request_reader.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "http/message_parser.hpp"
#include "http/request_rules.hpp"

namespace partyline::http {

namespace {

constexpr std::uint64_t default_body_limit = 1'000'000;
constexpr std::uint32_t largest_head = 65'535; // header_block counts in 16 bits
// More is reserved only as it arrives: a declared length costs the sender nothing.
constexpr std::uint64_t first_reservation = 64 * 1024;

errc to_errc(int status) noexcept
{
    switch (status) {
    case 413:
        return errc::message_too_big;
    case 414:
    case 431:
        return errc::limit_exceeded;
    case 417:
    case 501:
    case 505:
        return errc::unsupported;
    default:
        return errc::invalid_http;
    }
}

int to_status(head_scanner::verdict verdict) noexcept
{
    switch (verdict) {
    case head_scanner::verdict::line_too_long:
        return 414;
    case head_scanner::verdict::head_too_long:
    case head_scanner::verdict::too_many_lines:
        return 431;
    default:
        return 400;
    }
}

// Whether a request line that the parser refused names a version of HTTP, but neither 1.0 nor 1.1.
bool names_another_version(std::string_view head) noexcept
{
    auto const line = head.substr(0, head.find('\r'));
    auto const version = line.substr(line.rfind(' ') + 1);
    auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return version != "HTTP/1.0" && version != "HTTP/1.1" && version.size() == 8 && version.starts_with("HTTP/") &&
           is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
}

} // namespace

request_reader::request_reader(request_limits limits) noexcept : limits_(limits), body_limit_(default_body_limit)
{
    limits_.header_bytes = std::min(limits_.header_bytes, largest_head);
}
request_reader::request_reader(request_reader&&) noexcept = default;
request_reader& request_reader::operator=(request_reader&&) noexcept = default;
request_reader::~request_reader() = default;

std::size_t request_reader::receive(std::string_view input)
{
    if (input.empty()) return 0;
    switch (stage_) {
    case stage::head:
        return receive_head(input);
    case stage::body:
        return chunked_ ? receive_chunked(input) : receive_sized(input);
    case stage::complete:
    case stage::failed:
        break;
    }
    return 0;
}

std::size_t request_reader::receive_head(std::string_view input)
{
    std::size_t consumed = 0;
    head_scanner::limits const limits{limits_.header_bytes, limits_.request_line_bytes, limits_.header_count};
    auto const found = scanner_.receive(input, limits, consumed);
    if (found == head_scanner::verdict::complete) {
        parse_head(scanner_.head());
        scanner_.clear();
    } else if (found != head_scanner::verdict::incomplete) {
        fail(to_status(found));
    }
    return consumed;
}

void request_reader::parse_head(std::string_view text)
{
    auto parser = message_parser::for_requests();
    parsed_head parsed;
    parsed.fields.reserve(16);
    switch (parser->parse_head(text, parsed)) {
    case message_parser::verdict::ok:
        break;
    case message_parser::verdict::bad_version:
        return fail(names_another_version(text) ? 505 : 400);
    default:
        return fail(400);
    }
    request_framing framing;
    if (int const status = judge(parsed, framing)) return fail(status);

    head_.method = to_method(parsed.method);
    if (head_.method == method::unknown) head_.unknown_method = parsed.method;
    head_.minor_version = static_cast<std::uint8_t>(parsed.minor_version);
    head_.keep_alive = framing.keep_alive;
    head_.target = parsed.target;
    head_.headers = header_block(parsed.fields);
    chunked_ = framing.chunked;
    remaining_ = framing.content_length.value_or(0);
    if (!chunked_ && remaining_ == 0) return finish();
    expects_continue_ = framing.expects_continue;
    if (chunked_) {
        chunk_limits const limits{limits_.chunk_line_bytes, limits_.chunk_overhead_bytes};
        chunks_ = std::make_unique<chunk_reader>(std::move(parser), limits);
    }
    stage_ = stage::body;
}

std::size_t request_reader::receive_sized(std::string_view input)
{
    if (!body_begun_) {
        if (remaining_ > body_limit_) {
            fail(413);
            return input.size();
        }
        body_begun_ = true;
        if (input.size() >= remaining_) { // in one piece: shown where it is
            body_view_ = input.substr(0, static_cast<std::size_t>(remaining_));
            finish();
            return body_view_.size();
        }
        body_.reserve(static_cast<std::size_t>(std::min(remaining_, first_reservation)));
    }
    auto const taken = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input.size()));
    body_.append(input.substr(0, taken));
    remaining_ -= taken;
    if (remaining_ == 0) finish();
    return taken;
}

std::size_t request_reader::receive_chunked(std::string_view input)
{
    body_begun_ = true;
    std::size_t consumed = 0;
    auto const found = chunks_->receive(input, consumed, body_);
    if (body_.size() > body_limit_) {
        fail(413);
    } else if (found == chunk_reader::verdict::malformed) {
        fail(400);
    } else if (found == chunk_reader::verdict::complete) {
        finish();
        return consumed;
    }
    return input.size();
}

std::optional<std::uint64_t> request_reader::content_length() const noexcept
{
    if (chunked_) return std::nullopt;
    return remaining_ + body_.size();
}

void request_reader::body_limit(std::uint64_t bytes)
{
    body_limit_ = bytes;
    if (at_body() && !chunked_ && remaining_ > body_limit_) fail(413);
}

std::string_view request_reader::body() const noexcept { return body_.empty() ? body_view_ : std::string_view(body_); }

request request_reader::take()
{
    assert(complete());
    head_.body = body_.empty() ? std::string(body_view_) : std::move(body_);
    body_.clear();
    body_view_ = {};
    return std::exchange(head_, request{});
}

void request_reader::next() noexcept
{
    auto const limits = limits_;
    *this = request_reader(limits);
}

void request_reader::finish() noexcept
{
    chunks_.reset();
    stage_ = stage::complete;
}

void request_reader::fail(int status) noexcept
{
    auto const limits = limits_;
    request head = head_complete() ? std::move(head_) : request();
    *this = request_reader(limits); // whatever it held is given back, but for the head: a refusal may depend on it
    head_ = std::move(head);
    stage_ = stage::failed;
    status_ = static_cast<std::uint16_t>(status);
    error_ = to_errc(status);
}

} // namespace partyline::http
