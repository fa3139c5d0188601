// TLS towards a server: whom to trust, who one is, and what is wrong with a certificate. Chain and host name are always verified,
// unless somebody says otherwise at length. OpenSSL stays behind it.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/problem.hpp"
#include "net/tls_context.hpp"

namespace partyline::net {

/// What a server showed, for pinning. Views are valid during the call.
struct peer_certificate
{
    std::string_view host;              ///< whom one meant to reach
    std::span<std::byte const> der;     ///< the certificate itself
    std::array<std::byte, 32> sha256{}; ///< of `der`
};

struct tls_client_options
{
    /// Authorities to trust instead of the system's: a PEM file, a PEM text, or both.
    std::string ca_file = {};
    std::string ca_pem = {};
    /// Who we are, for servers that ask: PEM files, the chain behind the certificate.
    std::string certificate_file = {};
    std::string private_key_file = {};
    std::string pfx_file = {}; ///< or all of it in one file (PKCS #12)
    std::string private_key_passphrase = {};
    std::string ciphers = {};     ///< OpenSSL's list for TLS 1.2; empty: its default
    std::string server_name = {}; ///< verified and asked for instead of the host of the URL
    /// Pinning: called when everything else is in order; false refuses (`certificate_refused`). On the thread of the connection.
    std::function<bool(peer_certificate const&)> accept_certificate = {};
    /// The clock that certificates are held against; none: the system's.
    std::function<std::chrono::system_clock::time_point()> clock = {};
    /// Neither chain, validity nor host name are looked at: whoever stands between can read and change everything.
    /// `accept_certificate` still decides, so a pinned certificate may be signed by nobody.
    bool dangerously_accept_any_certificate = false;
};

/// How far a handshake got.
enum class tls_progress : std::uint8_t
{
    done,
    wants_read,
    wants_write,
    failed,
};

/// Lets OpenSSL register what it does when the program ends. Whatever is registered later for that moment comes before it, and may still
/// use TLS.
void prepare_end_of_tls() noexcept;
/// Frees what OpenSSL keeps for the calling thread. Left to the end of the thread itself, that reads what OpenSSL's own end, on another
/// thread, may be freeing.
void end_tls_of_thread() noexcept;

/// TLS 1.2 and 1.3, ALPN "http/1.1", no renegotiation, no compression. Host names count only where they stand as such in the certificate
/// (subjectAltName), addresses as addresses; wildcards stand for one whole label.
///
/// Thread: any; immutable. Owner: shared by clients. Lifetime: longer than its handshakes, not than connections.
class tls_client_context
{
public:
    /// Throws `errc::tls_failure` with OpenSSL's reason: unreadable files, a key that does not fit, text without a certificate.
    explicit tls_client_context(tls_client_options options);
    ~tls_client_context();
    tls_client_context(tls_client_context const&) = delete;
    tls_client_context& operator=(tls_client_context const&) = delete;

    /// The state of a new connection to `host` (a name or an address) on `descriptor`. Null if memory is short.
    [[nodiscard]] tls_state open(int descriptor, std::string_view host) const;
    /// Goes on with the handshake. With `failed`, `why` is one of certificate_untrusted, certificate_expired, certificate_wrong_host,
    /// certificate_refused or tls_failure, with a sentence for people.
    [[nodiscard]] tls_progress handshake(ssl_st& state, std::string_view host, problem& why) const;

private:
    [[nodiscard]] std::string name_to_verify(std::string_view host) const;

    tls_client_options options_;
    std::shared_ptr<ssl_ctx_st> context_;
};

/// Why a read or write has just failed on this connection: `tls_failure` with the server's alert where it sent one (a certificate of ours
/// that it does not accept), else `disconnected`. `state` is null on plain connections.
[[nodiscard]] problem explain_failure(ssl_st const* state, std::string_view host);

} // namespace partyline::net
