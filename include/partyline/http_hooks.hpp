// HTTP beside Socket.IO on the same port: what hooks, middleware and small handlers are given, and how they answer.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include <partyline/http.hpp>

namespace partyline {

/// A request and where it came from. Valid during the call; the request itself may be copied and kept.
struct http_call
{
    http::request const& request;
    std::string_view body;                     ///< complete; bounded by the limits
    std::string_view remote_address;           ///< of the peer, without the port; empty for a Unix-domain socket
    bool secure = false;                       ///< over TLS
    std::string_view certificate_subject = {}; ///< of the certificate that the client has shown, see `handshake`
};

/// A request that was refused. Valid during the call.
struct connection_error
{
    http_call const& call;
    int code = 0;             ///< 0 to 5, as the client is told
    std::string_view message; ///< as the client is told
    std::string_view context; ///< of code 3: "INVALID_ORIGIN", "TRANSPORT_MISMATCH", ...; else empty
};

/// Answers one request: once, now or later, from any thread. Dropped unanswered, the request gets 500.
class http_answer
{
public:
    using function = std::function<void(http::response)>;
    explicit http_answer(function send);
    /// The first call answers, later ones do nothing.
    void operator()(http::response response) const;
    /// Leaves the request to somebody else: what returning `false` from an `http_handler` does.
    void forgo() const noexcept;

private:
    struct state;
    std::shared_ptr<state> state_;
};

/// Handles a request that is not Socket.IO's: takes it and answers, or returns `false` for the next in line (files, then 404).
using http_handler = std::function<bool(http_call const&, http_answer)>;

/// What an HTTP middleware says: nothing to go on, or a response that ends the request. Once, now or later, from any thread.
using http_continue = std::function<void(std::optional<http::response>)>;

/// Runs for every request of Socket.IO, polls and upgrades alike, as JavaScript's `engine.use`.
using http_middleware = std::function<void(http_call const&, http_continue go_on)>;

} // namespace partyline
