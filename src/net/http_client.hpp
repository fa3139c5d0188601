// Requests to one server over connections that are kept for the next: what long-polling needs. One exchange at a time on each
// connection; as many connections as there are exchanges at once. It does not know what is asked, nor follow redirections.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "http/response_reader.hpp"
#include "net/http_origin.hpp"
#include "net/problem.hpp"

namespace partyline::net {

struct http_client_options
{
    http::response_limits limits = {};
    std::chrono::milliseconds timeout{0};        ///< for an exchange, connecting included; 0: none
    std::chrono::milliseconds keep_alive{4'000}; ///< for a connection without exchange; less where the server says so
    std::size_t max_idle = 2;                    ///< connections kept without exchange
    bool compressed = true;                      ///< whether gzip and deflate are asked for
};

/// Views of the caller's, for the length of `start`.
struct http_call
{
    std::string_view method = "GET";
    std::string_view target = "/";
    http::header_list const* headers =
        nullptr; ///< beside those of the origin, or instead of them where they have the same name
    std::optional<std::string_view> body = {};
};

/// Numbers an exchange of one client; never 0.
using call_id = std::uint64_t;

/// Calls come on the loop's thread, never out of `start` or `abort`. In each of them exchanges may be started and aborted, and
/// the client destroyed.
class http_client_owner
{
public:
    /// Whatever its status. 64 bytes behind the body are readable.
    virtual void on_response(call_id call, http::received_response response) = 0;
    /// The errors of a connector and of a response reader; timed_out, disconnected, invalid_option for a request that cannot be sent.
    virtual void on_call_failed(call_id call, problem const& why) = 0;

protected:
    ~http_client_owner() = default;
};

/// A GET on a connection that the server closed at that very moment, before it answered anything, is sent again on a new one, once. A POST
/// is not: it may have arrived.
///
/// Thread: its loop's. Owner: the client. Lifetime: any; destroyed, it closes everything and calls nobody.
class http_client
{
public:
    /// All of these must outlive it.
    http_client(loop& loop, resolver& names, http_origin const& origin, http_client_options const& options,
                http_client_owner& owner);
    ~http_client();
    http_client(http_client const&) = delete;
    http_client& operator=(http_client const&) = delete;

    /// Begins an exchange.
    call_id start(http_call const& call);
    /// Ends it without an answer, and its connection. False if it is over.
    bool abort(call_id call);
    /// Closes the connections that wait for a next request.
    void close_idle();

    /// Connections, and those of them that wait for a request.
    [[nodiscard]] std::size_t size() const noexcept { return lines_.size(); }
    [[nodiscard]] std::size_t idle() const noexcept;

private:
    class line;

    line& free_line();
    void drop(line& which);

    loop& loop_;
    resolver& names_;
    http_origin const& origin_;
    http_client_options const& options_;
    http_client_owner& owner_;
    std::vector<std::unique_ptr<line>> lines_;
    call_id last_ = 0;
};

} // namespace partyline::net
