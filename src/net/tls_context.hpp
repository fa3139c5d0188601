// Certificate and key of a listening address, and the TLS rules that go with them. OpenSSL stays behind it.
#pragma once

#include <memory>
#include <mutex>
#include <string>

struct ssl_st;
struct ssl_ctx_st;

namespace partyline::net {

struct tls_files
{
    std::string certificate;  ///< PEM, the chain behind it
    std::string private_key;  ///< PEM
    std::string ciphers = {}; ///< OpenSSL's list for TLS 1.2; empty: its default
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

} // namespace partyline::net
