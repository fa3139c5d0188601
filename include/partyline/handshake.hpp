// The first HTTP request of a client, kept as one block, and what came with its CONNECT.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <partyline/value.hpp>

namespace partyline {

/// The facts of the first HTTP request of a connection. Immutable and shared by all sockets of the connection; the
/// texts are parsed when asked, so an idle client costs one block.
class handshake_request
{
public:
    /// The header of that name, in any case; several of one name are joined by ", ". Empty if there is none, or if `keep_headers` left it out.
    [[nodiscard]] virtual std::string_view header(std::string_view name) const = 0;
    /// All headers kept, names in lower case, in the order of the request.
    [[nodiscard]] virtual std::vector<std::pair<std::string, std::string>> headers() const = 0;
    /// Path and query as they stood in the request line.
    [[nodiscard]] virtual std::string_view url() const noexcept = 0;
    /// The decoded value of a query parameter, the last of that name.
    [[nodiscard]] virtual std::optional<std::string> query(std::string_view name) const = 0;
    /// All query parameters, decoded, EIO and transport included.
    [[nodiscard]] virtual std::vector<std::pair<std::string, std::string>> query() const = 0;
    /// The address of the peer, without the port.
    [[nodiscard]] virtual std::string_view address() const noexcept = 0;
    /// Whether the connection was TLS.
    [[nodiscard]] virtual bool secure() const noexcept = 0;
    /// The subject of the certificate that the client has shown, as RFC 2253 writes it ("CN=Ada,O=Line"); empty: none,
    /// see `tls_options::verify_client`.
    [[nodiscard]] virtual std::string_view certificate_subject() const noexcept = 0;
    /// Milliseconds since 1970, when the session began.
    [[nodiscard]] virtual std::int64_t issued() const noexcept = 0;

protected:
    ~handshake_request() = default; // shared pointers know how it was made
};

/// What JavaScript has in `socket.handshake`. Immutable; from any thread.
class handshake
{
public:
    handshake(std::shared_ptr<handshake_request const> request, value auth);

    [[nodiscard]] std::string_view header(std::string_view name) const { return request_->header(name); }
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> headers() const { return request_->headers(); }
    [[nodiscard]] std::string_view url() const noexcept { return request_->url(); }
    [[nodiscard]] std::optional<std::string> query(std::string_view name) const { return request_->query(name); }
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> query() const { return request_->query(); }
    [[nodiscard]] std::string_view address() const noexcept { return request_->address(); }
    [[nodiscard]] bool secure() const noexcept { return request_->secure(); }
    /// Whom the client has proved to be: the subject of its certificate. Empty: it has shown none, or was not asked.
    [[nodiscard]] std::string_view certificate_subject() const noexcept { return request_->certificate_subject(); }
    /// Whether the request came from a page of another origin (it had an Origin header).
    [[nodiscard]] bool xdomain() const { return !request_->header("origin").empty(); }
    [[nodiscard]] std::int64_t issued() const noexcept { return request_->issued(); }
    /// `issued()` as JavaScript's `Date.toString` writes it, in UTC.
    [[nodiscard]] std::string time() const;
    /// What the client sent with CONNECT: an object, empty if none.
    [[nodiscard]] value const& auth() const noexcept;
    /// All of it as one object, with the names of JavaScript.
    [[nodiscard]] value to_value() const;

private:
    std::shared_ptr<handshake_request const> request_;
    std::shared_ptr<value const> auth_; // null: an empty object, as most clients send none
};

} // namespace partyline
