// Reads responses of HTTP/1.1 and 1.0, one at a time, from bytes as they arrive: the client's side. Knows no socket, clock or URL;
// net's client feeds it. Parsing is Beast's (message_parser); what a client must not believe (RFC 9112 section 6.3: two
// lengths, a length beside a coding, a body that stops early) is refused here.
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
#include "http/compression.hpp"
#include "http/head_scanner.hpp"

namespace partyline::http {

struct response_limits
{
    std::uint32_t header_bytes = 16 * 1024; ///< status line and headers together, at most 65,535
    std::uint32_t header_count = 128;
    std::uint32_t interim_responses = 8; ///< with a status of 1xx, before the one that counts
    chunk_limits chunks = {};
    std::uint64_t body_bytes = 1'000'000; ///< decoded, and on the wire
};

/// A response that was received. A value.
struct received_response
{
    int status = 0;
    std::uint8_t minor_version = 1;
    bool keep_alive = true; ///< whether the server lets the connection stand for another request
    std::string reason = {};
    header_block headers = {};
    std::string body = {}; ///< decoded

    [[nodiscard]] std::string_view header(std::string_view name) const noexcept { return headers.value_or_empty(name); }
};

/// What was asked for decides how the answer ends.
enum class asked : std::uint8_t
{
    ordinary,
    head,    ///< there is no body
    connect, ///< with a status of 2xx a tunnel begins behind the head
};

/// Theory of operation
///
///     input.remove_prefix(reader.receive(input));      // until complete() or failed(); end() when the connection ends
///     auto response = reader.take();
///
/// Behind a status of 101, and of 2xx to CONNECT, the response is complete with its head, and what follows is another protocol.
///
/// Thread:   any, one at a time.
/// Owner:    net's client, while an exchange is under way.
/// Lifetime: one response.
class response_reader
{
public:
    explicit response_reader(response_limits const& limits = {}, asked request = asked::ordinary) noexcept;
    response_reader(response_reader&&) noexcept;
    response_reader& operator=(response_reader&&) noexcept;
    ~response_reader();

    /// Reads on, and answers how many bytes it took: all of them, unless the response is complete or has failed.
    std::size_t receive(std::string_view input);
    /// The server has sent its last byte: the end of a body without a length, or a failure (`disconnected`).
    void end();

    [[nodiscard]] bool complete() const noexcept { return stage_ == stage::complete; }
    [[nodiscard]] bool failed() const noexcept { return stage_ == stage::failed; }
    /// Whether any byte of the response has arrived.
    [[nodiscard]] bool begun() const noexcept { return begun_; }
    /// Precondition: `failed()`. `invalid_http`, `limit_exceeded`, `message_too_big`, `invalid_compression`, `unsupported`, `disconnected`.
    [[nodiscard]] errc error() const noexcept { return error_; }
    /// Precondition: `complete()`. Moves the response out.
    [[nodiscard]] received_response take();
    /// Bytes that are owned now (without the head).
    [[nodiscard]] std::size_t buffered() const noexcept;

private:
    enum class stage : std::uint8_t
    {
        head,
        body,
        complete,
        failed
    };
    enum class framing : std::uint8_t
    {
        none,
        sized,
        chunked,
        until_end
    };

    std::size_t receive_head(std::string_view input);
    void parse_head(std::string_view text);
    std::size_t receive_body(std::string_view input);
    bool judge(struct parsed_head const& head, std::uint64_t& length);
    bool judge_coding();
    bool take_body(std::string_view bytes);
    void finish();
    void fail(errc why) noexcept;

    response_limits limits_;
    head_scanner scanner_;
    received_response head_;
    std::unique_ptr<chunk_reader> chunks_;
    std::unique_ptr<decompressor> decoder_;
    std::uint64_t remaining_ = 0; // of a sized body
    std::uint64_t received_ = 0;  // bytes of body on the wire
    std::uint32_t interim_ = 0;
    asked request_;
    framing framing_ = framing::none;
    stage stage_ = stage::head;
    errc error_{};
    bool begun_ = false;
};

} // namespace partyline::http
