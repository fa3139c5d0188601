// What HTTP connections tell the server, and the values that pass between them. The server's front implements it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/deadline_queue.hpp"
#include "net/socket_address.hpp"
#include "net/tls_context.hpp"

namespace partyline::http {
struct request;
struct response;
} // namespace partyline::http

namespace partyline::net {

/// A request awaiting its answer. Unique within its loop for as long as anybody may use it; 0 is none. Using one that is over is a no-op.
using exchange_id = std::uint64_t;
/// A WebSocket connection; never equal to an exchange's id of the same loop.
using link_id = std::uint64_t;

/// What is known of a connection beside its bytes.
struct connection_info
{
    socket_address remote;
    socket_address local;
    bool secure = false;
};

/// The server's side. Calls come on the loop's thread, never out of an action of `connections`. In each of them any exchange may be
/// answered, aborted, detached or accepted, the present one too.
class http_host
{
public:
    /// The head is complete and a body will follow. Answers how many bytes it may have; beyond, `refusal(413)` is asked for.
    /// `respond` called from here stands for the whole exchange: the body is not read, the connection closes.
    virtual std::uint64_t on_head(exchange_id exchange, http::request const& request) = 0;
    /// The request is complete; it is answered by `respond`, now or later. `request` and `body` are valid during the call (or until the
    /// exchange is answered, if that is earlier); 64 bytes behind `body` are readable.
    virtual void on_request(exchange_id exchange, http::request const& request, std::string_view body) = 0;
    /// A request without a body to change the protocol: answered by `accept_websocket`, by `detach`, or by `respond`, after which the
    /// connection closes.
    virtual void on_upgrade(exchange_id exchange, http::request const& request) = 0;
    /// The client went away while the exchange was waiting. The id is no longer valid.
    virtual void on_aborted(exchange_id exchange) = 0;
    /// The answer to what is not HTTP, or is more than is allowed, or too slow: 400, 408, 413, 414, 417, 431, 501, 505. `head` is null
    /// unless the head was complete. The connection closes after it. By default a bare status.
    virtual http::response refusal(int status, http::request const* head);

protected:
    ~http_host() = default;
};

/// A connection that has left its loop in the middle of an exchange, on its way to another one. Destroyed, it closes.
///
/// Thread: moves between threads by message. Owner: whoever holds it. Lifetime: until adopted.
class detached_connection
{
public:
    detached_connection() = default;
    detached_connection(int descriptor, tls_state tls, std::string unread, connection_info info) noexcept;
    detached_connection(detached_connection&& other) noexcept;
    detached_connection& operator=(detached_connection&& other) noexcept;
    ~detached_connection();

    explicit operator bool() const noexcept { return descriptor_ >= 0; }
    [[nodiscard]] connection_info const& info() const noexcept { return info_; }

private:
    friend class connections;
    int descriptor_ = -1;
    tls_state tls_;
    std::string unread_; // bytes behind the request
    connection_info info_;
};

} // namespace partyline::net
