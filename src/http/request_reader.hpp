// Reads requests of HTTP/1.1 and 1.0, one at a time, from bytes as they arrive. Knows no socket, clock or route; net's
// connection feeds it. Parsing itself is Beast's (message_parser); what Beast lets pass and a server must not (RFC 9112
// section 11, request smuggling) is refused here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <partyline/error.hpp>
#include <partyline/http.hpp>

#include "http/chunk_reader.hpp"
#include "http/head_scanner.hpp"

namespace partyline::http {

struct request_limits
{
    /// Request line and headers together, at most 65,535. Above: 431. (Node: 16 KiB.)
    std::uint32_t header_bytes = 16 * 1024;
    /// Number of headers. Above: 431.
    std::uint32_t header_count = 128;
    /// Method, target and version. Above: 414.
    std::uint32_t request_line_bytes = 8 * 1024;
    /// One chunk's size line with its extensions, and together all that is framing and not body. Above: 400.
    std::uint32_t chunk_line_bytes = 1024;
    std::uint32_t chunk_overhead_bytes = 64 * 1024;
};

/// Theory of operation
///
///     while (!reader.complete() && !input.empty()) {
///         input.remove_prefix(reader.receive(input));
///         if (reader.failed()) ...answer `status()`, close...
///         if (reader.at_body()) ...look at `head()`, maybe `body_limit(n)`, maybe send "100 Continue"...
///     }
///     ...use `head()` and `body()` or `take()`, answer, then `next()`; unread input is the next request...
///
/// `receive` stops behind the head if a body follows, so that the limit of the body can depend on the request, and behind
/// the last byte of the request. A body that arrives in one piece is not copied. Between requests nothing is owned.
///
/// Thread:   any, one at a time.
/// Owner:    the connection (net), from the first byte of a request on demand.
/// Lifetime: one connection, or one request.
class request_reader
{
public:
    explicit request_reader(request_limits limits = {}) noexcept;
    request_reader(request_reader&&) noexcept;
    request_reader& operator=(request_reader&&) noexcept;
    ~request_reader();

    /// Reads on, and answers how many bytes it took. All of them, unless the head has just ended in front of a body, the
    /// request is complete, or it has failed. Views of `body()` end with the next call.
    std::size_t receive(std::string_view input);

    /// Nothing of a request has arrived yet: the connection is idle, its keep-alive limit counts.
    [[nodiscard]] bool idle() const noexcept { return stage_ == stage::head && scanner_.empty(); }
    /// The head is there: `head()` may be read.
    [[nodiscard]] bool head_complete() const noexcept { return stage_ == stage::body || stage_ == stage::complete; }
    /// The head is there and a body follows that has not been read yet, not even in part: the moment for `body_limit`.
    [[nodiscard]] bool at_body() const noexcept { return stage_ == stage::body && !body_begun_; }
    [[nodiscard]] bool complete() const noexcept { return stage_ == stage::complete; }
    [[nodiscard]] bool failed() const noexcept { return stage_ == stage::failed; }

    /// Precondition: `head_complete()`, or `failed()` behind the head. Its `body` is empty until `take()`.
    [[nodiscard]] request const& head() const noexcept { return head_; }
    /// The client waits for "100 Continue" before it sends the body (RFC 9110 section 10.1.1).
    [[nodiscard]] bool expects_continue() const noexcept { return expects_continue_ && at_body(); }
    /// The declared size of the body; none where it is chunked (or there is no body: 0).
    [[nodiscard]] std::optional<std::uint64_t> content_length() const noexcept;

    /// How large the body of this request may be; 1,000,000 unless said. A larger Content-Length fails at once, with
    /// nothing buffered, a chunked body as soon as it exceeds the limit: `message_too_big`, 413.
    void body_limit(std::uint64_t bytes);

    /// Precondition: `complete()`. Shows the body: a view into the last input or the reader, until the next call.
    [[nodiscard]] std::string_view body() const noexcept;
    /// Precondition: `complete()`. Moves the request out, with its body.
    [[nodiscard]] request take();
    /// Precondition: `complete()`. Gives everything back and waits for the next request of the connection.
    void next() noexcept;

    /// Precondition: `failed()`. `invalid_http`, `limit_exceeded`, `message_too_big` or `unsupported`.
    [[nodiscard]] errc error() const noexcept { return error_; }
    /// What to answer a failed request with, before closing: 400, 413, 414, 417, 431, 501 or 505.
    [[nodiscard]] int status() const noexcept { return status_; }
    /// Bytes that are owned now (without the head).
    [[nodiscard]] std::size_t buffered() const noexcept
    {
        return scanner_.buffered() + (chunks_ ? chunks_->buffered() : 0) + body_.size();
    }

private:
    enum class stage : std::uint8_t
    {
        head,
        body,
        complete,
        failed
    };

    std::size_t receive_head(std::string_view input);
    std::size_t receive_sized(std::string_view input);
    std::size_t receive_chunked(std::string_view input);
    void parse_head(std::string_view text);
    void fail(int status) noexcept;
    void finish() noexcept;

    request_limits limits_;
    head_scanner scanner_;
    request head_;
    std::unique_ptr<chunk_reader> chunks_; // while a chunked body is read
    std::string body_;
    std::string_view body_view_;
    std::uint64_t body_limit_;
    std::uint64_t remaining_ = 0; // of a sized body
    std::uint16_t status_ = 0;
    errc error_{};
    stage stage_ = stage::head;
    bool chunked_ = false;
    bool body_begun_ = false;
    bool expects_continue_ = false;
};

} // namespace partyline::http
