// Reads responses; see response_reader.hpp for the theory of operation.
#include "http/response_reader.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <utility>

#include "http/message_parser.hpp"
#include "http/token.hpp"

namespace partyline::http {

namespace {

constexpr std::uint32_t largest_head = 65'535; // header_block counts in 16 bits
// More is reserved only as it arrives: a declared length costs the sender nothing.
constexpr std::uint64_t first_reservation = 64 * 1024;

errc to_errc(head_scanner::verdict found) noexcept
{
    return found == head_scanner::verdict::malformed ? errc::invalid_http : errc::limit_exceeded;
}

bool parse_length(std::string_view text, std::uint64_t& out) noexcept
{
    if (text.empty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return false;
    return std::from_chars(text.data(), text.data() + text.size(), out).ec == std::errc{};
}

bool stays_open(parsed_head const& head) noexcept
{
    bool keep = head.minor_version >= 1;
    for (auto const& field : head.fields) {
        if (!same_name(field.name, "connection")) continue;
        if (list_has_token(field.value, "close")) return false;
        keep = keep || list_has_token(field.value, "keep-alive");
    }
    return keep;
}

} // namespace

response_reader::response_reader(response_limits const& limits, asked request) noexcept
    : limits_(limits), request_(request)
{
    limits_.header_bytes = std::min(limits_.header_bytes, largest_head);
}
response_reader::response_reader(response_reader&&) noexcept = default;
response_reader& response_reader::operator=(response_reader&&) noexcept = default;
response_reader::~response_reader() = default;

std::size_t response_reader::receive(std::string_view input)
{
    auto const size = input.size();
    begun_ = begun_ || size != 0;
    while (!input.empty() && !complete() && !failed())
        input.remove_prefix(stage_ == stage::head ? receive_head(input) : receive_body(input));
    return size - input.size();
}

std::size_t response_reader::receive_head(std::string_view input)
{
    std::size_t consumed = 0;
    head_scanner::limits const limits{limits_.header_bytes, limits_.header_bytes, limits_.header_count};
    auto const found = scanner_.receive(input, limits, consumed);
    if (found == head_scanner::verdict::complete) {
        parse_head(scanner_.head());
        scanner_.clear();
    } else if (found != head_scanner::verdict::incomplete) {
        fail(to_errc(found));
    }
    return consumed;
}

void response_reader::parse_head(std::string_view text)
{
    auto parser = message_parser::for_responses();
    parsed_head parsed;
    parsed.fields.reserve(16);
    switch (parser->parse_head(text, parsed)) {
    case message_parser::verdict::ok:
        break;
    case message_parser::verdict::bad_version:
        return fail(text.starts_with("HTTP/") ? errc::unsupported : errc::invalid_http);
    default:
        return fail(errc::invalid_http);
    }
    if (parsed.status < 100) return fail(errc::invalid_http);
    if (parsed.status < 200 && parsed.status != 101) { // RFC 9110 section 15.2: not yet the answer
        if (++interim_ > limits_.interim_responses) fail(errc::limit_exceeded);
        return;
    }
    std::uint64_t length = 0;
    if (!judge(parsed, length)) return fail(errc::invalid_http);

    head_.status = parsed.status;
    head_.reason = parsed.reason;
    head_.minor_version = static_cast<std::uint8_t>(parsed.minor_version);
    head_.keep_alive = framing_ != framing::until_end && stays_open(parsed);
    head_.headers = header_block(parsed.fields);
    if (framing_ == framing::none || (framing_ == framing::sized && length == 0)) {
        stage_ = stage::complete;
        return;
    }
    if (length > limits_.body_bytes) return fail(errc::message_too_big);
    if (!judge_coding()) return fail(errc::unsupported);
    if (framing_ == framing::chunked) chunks_ = std::make_unique<chunk_reader>(std::move(parser), limits_.chunks);
    remaining_ = length;
    if (!decoder_) head_.body.reserve(static_cast<std::size_t>(std::min(length, first_reservation)));
    stage_ = stage::body;
}

// RFC 9112 section 6.3: how the body is delimited. Where two readers in a row could differ there is no body to be believed.
bool response_reader::judge(parsed_head const& head, std::uint64_t& length)
{
    int lengths = 0;
    int codings = 0;
    for (auto const& field : head.fields) {
        if (same_name(field.name, "content-length")) {
            if (++lengths > 1 || !parse_length(field.value, length)) return false;
        } else if (same_name(field.name, "transfer-encoding")) {
            if (++codings > 1 || !equals_ignoring_case(field.value, "chunked")) return false;
        }
    }
    if (codings != 0 && (lengths != 0 || head.minor_version == 0)) return false;
    bool const is_tunnel = request_ == asked::connect && head.status / 100 == 2;
    if (is_tunnel || request_ == asked::head || head.status == 101 || head.status == 204 || head.status == 304) {
        framing_ = framing::none;
        length = 0;
    } else if (codings != 0) {
        framing_ = framing::chunked;
    } else {
        framing_ = lengths != 0 ? framing::sized : framing::until_end;
    }
    return true;
}

bool response_reader::judge_coding()
{
    auto const codings = head_.headers.joined("content-encoding");
    if (codings.empty() || equals_ignoring_case(codings, "identity")) return true;
    if (equals_ignoring_case(codings, "gzip") || equals_ignoring_case(codings, "x-gzip"))
        decoder_ = std::make_unique<decompressor>(coding::gzip);
    else if (equals_ignoring_case(codings, "deflate"))
        decoder_ = std::make_unique<decompressor>(coding::deflate);
    return decoder_ != nullptr;
}

std::size_t response_reader::receive_body(std::string_view input)
{
    if (framing_ == framing::chunked) {
        std::size_t consumed = 0;
        std::string bytes;
        auto const found = chunks_->receive(input, consumed, decoder_ ? bytes : head_.body);
        if (found == chunk_reader::verdict::malformed) {
            fail(errc::invalid_http);
        } else if (decoder_ ? take_body(bytes) : head_.body.size() <= limits_.body_bytes) {
            if (found == chunk_reader::verdict::complete) finish();
        } else if (!failed()) {
            fail(errc::message_too_big);
        }
        return consumed;
    }
    auto taken = input.size();
    if (framing_ == framing::sized) taken = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, taken));
    if (!take_body(input.substr(0, taken))) return taken;
    if (framing_ == framing::sized && (remaining_ -= taken) == 0) finish();
    return taken;
}

// Appends bytes of the body, decoded where they are coded; false if the response has failed.
bool response_reader::take_body(std::string_view bytes)
{
    received_ += bytes.size();
    if (received_ > limits_.body_bytes) {
        fail(errc::message_too_big);
        return false;
    }
    if (!decoder_) {
        head_.body.append(bytes);
        return true;
    }
    auto const decoded = decoder_->feed(bytes, static_cast<std::size_t>(limits_.body_bytes), head_.body);
    if (!decoded) fail(decoded.error());
    return static_cast<bool>(decoded);
}

void response_reader::end()
{
    if (complete() || failed()) return;
    if (stage_ == stage::body && framing_ == framing::until_end) return finish();
    fail(errc::disconnected);
}

received_response response_reader::take()
{
    assert(complete());
    return std::exchange(head_, received_response{});
}

std::size_t response_reader::buffered() const noexcept
{
    return scanner_.buffered() + (chunks_ ? chunks_->buffered() : 0) + head_.body.size();
}

void response_reader::finish()
{
    if (decoder_ && decoder_->begun() && !decoder_->complete()) return fail(errc::invalid_compression);
    chunks_.reset();
    decoder_.reset();
    stage_ = stage::complete;
}

void response_reader::fail(errc why) noexcept
{
    auto const limits = limits_;
    bool const begun = begun_;
    *this = response_reader(limits, request_); // whatever it held is given back
    begun_ = begun;
    stage_ = stage::failed;
    error_ = why;
}

} // namespace partyline::http
