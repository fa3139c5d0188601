// Certificate and key of a listening address, and the TLS rules that go with them. OpenSSL stays behind it.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

struct ssl_st;
struct ssl_ctx_st;

namespace partyline::net {

/// Whether clients show a certificate; one that is shown has to be signed by an authority of `tls_files::authorities`.
enum class client_proof : std::uint8_t
{
    none,
    welcome, ///< asked for; who has none comes in, too
    needed   ///< who has none does not come in
};

struct tls_files
{
    std::string certificate;      ///< PEM, the chain behind it
    std::string private_key;      ///< PEM
    std::string ciphers = {};     ///< OpenSSL's list for TLS 1.2; empty: its default
    std::string authorities = {}; ///< PEM, whose signatures on certificates of clients count
    client_proof clients = client_proof::none;
};

struct ssl_deleter
{
    void operator()(ssl_st* state) const noexcept;
};
using tls_state = std::unique_ptr<ssl_st, ssl_deleter>;

/// TLS 1.2 and 1.3, ALPN "http/1.1", no renegotiation, no compression, session tickets as OpenSSL does them.
///
/// Thread: any (a lock held for the copying of one pointer). Owner: the server. Lifetime: longer than its listeners, not than connections.
class tls_context
{
public:
    /// Throws `errc::tls_failure` with OpenSSL's reason: unreadable files, a key that does not fit.
    explicit tls_context(tls_files files);
    ~tls_context();

    /// Reads the files again. New connections use what they hold now, present ones stay. Throws as above, and then changes nothing.
    void reload();
    /// The state of a new connection on `descriptor`; the handshake happens with the first reads. Null if memory is short.
    [[nodiscard]] tls_state open(int descriptor) const;

private:
    tls_files files_;
    mutable std::mutex mutex_;
    std::shared_ptr<ssl_ctx_st> context_;
};

/// The subject of the certificate that the other end has shown, as RFC 2253 writes it: "CN=Ada,O=Line". Empty: plain, or none shown.
[[nodiscard]] std::string peer_subject(ssl_st const* tls);

} // namespace partyline::net
