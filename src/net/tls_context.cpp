// OpenSSL set up once for a listening address.
#include "net/tls_context.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <partyline/error.hpp>

#include "net/tls_descriptor.hpp"

namespace partyline::net {

namespace {

[[noreturn]] void fail(std::string const& what)
{
    char reason[256] = "unknown reason";
    if (unsigned long const code = ERR_get_error(); code != 0) ERR_error_string_n(code, reason, sizeof reason);
    ERR_clear_error();
    throw error(errc::tls_failure, what + ": " + reason);
}

/// A client that offers "h2" and "http/1.1" is told the latter; one that offers no protocol of ours gets no answer.
int choose_protocol(SSL*, unsigned char const** out, unsigned char* size, unsigned char const* offered, unsigned length,
                    void*)
{
    static constexpr unsigned char ours[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, size, ours, sizeof ours, offered, length) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

void ask_clients(SSL_CTX* context, tls_files const& files)
{
    if (files.clients == client_proof::none) return;
    if (files.authorities.empty()) throw error(errc::tls_failure, "certificates of clients need a file of authorities");
    if (SSL_CTX_load_verify_locations(context, files.authorities.c_str(), nullptr) != 1) fail(files.authorities);
    auto* const names = SSL_load_client_CA_file(files.authorities.c_str());
    if (!names) fail(files.authorities);
    SSL_CTX_set_client_CA_list(context, names);
    int const strict = files.clients == client_proof::needed ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | strict, nullptr);
    // sessions that are resumed remember who showed what; without a context of their own they would be refused
    static constexpr unsigned char ours[] = "partyline";
    SSL_CTX_set_session_id_context(context, ours, sizeof ours - 1);
}

std::shared_ptr<SSL_CTX> make(tls_files const& files)
{
    ERR_clear_error();
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    if (!context) fail("SSL_CTX_new");
    SSL_CTX* const raw = context.get();
    SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                 SSL_OP_IGNORE_UNEXPECTED_EOF);
    // Idle connections give their record buffers back (23 KB become 14); writes may be resumed from another address.
    SSL_CTX_set_mode(raw,
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
    if (SSL_CTX_use_certificate_chain_file(raw, files.certificate.c_str()) != 1) fail(files.certificate);
    if (SSL_CTX_use_PrivateKey_file(raw, files.private_key.c_str(), SSL_FILETYPE_PEM) != 1) fail(files.private_key);
    if (SSL_CTX_check_private_key(raw) != 1) fail(files.private_key);
    if (!files.ciphers.empty() && SSL_CTX_set_cipher_list(raw, files.ciphers.c_str()) != 1) fail(files.ciphers);
    ask_clients(raw, files);
    return context;
}

} // namespace

void ssl_deleter::operator()(ssl_st* state) const noexcept { SSL_free(state); }

tls_context::tls_context(tls_files files) : files_(std::move(files)), context_(make(files_)) {}

tls_context::~tls_context() = default;

void tls_context::reload()
{
    auto fresh = make(files_);
    std::lock_guard const hold(mutex_);
    context_.swap(fresh);
}

tls_state tls_context::open(int descriptor) const
{
    std::shared_ptr<SSL_CTX> context;
    {
        std::lock_guard const hold(mutex_);
        context = context_;
    }
    tls_state state(SSL_new(context.get())); // holds a count of the context itself
    BIO* const bio = state ? open_descriptor_bio(descriptor) : nullptr;
    if (!bio) return nullptr;
    SSL_set_bio(state.get(), bio, bio);
    SSL_set_accept_state(state.get());
    return state;
}

std::string peer_subject(ssl_st const* tls)
{
    X509* const shown = tls ? SSL_get0_peer_certificate(tls) : nullptr;
    if (!shown) return {};
    std::unique_ptr<BIO, int (*)(BIO*)> const text(BIO_new(BIO_s_mem()), BIO_free);
    if (!text || X509_NAME_print_ex(text.get(), X509_get_subject_name(shown), 0, XN_FLAG_RFC2253) < 0) return {};
    char* data = nullptr;
    auto const size = BIO_get_mem_data(text.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

} // namespace partyline::net
