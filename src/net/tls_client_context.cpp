// OpenSSL set up for clients, and its verdicts in words.
#include "net/tls_client_context.hpp"

#include <algorithm>
#include <utility>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <partyline/error.hpp>

#include "http/ip_literal.hpp"
#include "net/tls_descriptor.hpp"

namespace partyline::net {

namespace {

template <auto Free>
struct releases
{
    template <class T>
    void operator()(T* item) const noexcept
    {
        Free(item);
    }
};

std::string openssl_reason()
{
    char reason[256] = "unknown reason";
    if (unsigned long const code = ERR_peek_last_error(); code != 0) {
        if (char const* const text = ERR_reason_error_string(code)) return text;
        ERR_error_string_n(code, reason, sizeof reason);
    }
    return reason;
}

[[noreturn]] void fail(std::string const& what)
{
    auto const reason = openssl_reason();
    ERR_clear_error();
    throw error(errc::tls_failure, what + ": " + reason);
}

void trust(SSL_CTX* context, tls_client_options const& options)
{
    if (options.ca_file.empty() && options.ca_pem.empty()) {
        if (SSL_CTX_set_default_verify_paths(context) != 1) fail("the system's certificates");
        return;
    }
    if (!options.ca_file.empty() && SSL_CTX_load_verify_locations(context, options.ca_file.c_str(), nullptr) != 1)
        fail(options.ca_file);
    if (options.ca_pem.empty()) return;
    std::unique_ptr<BIO, releases<BIO_free>> const text(
        BIO_new_mem_buf(options.ca_pem.data(), static_cast<int>(options.ca_pem.size())));
    std::size_t count = 0;
    while (text) {
        std::unique_ptr<X509, releases<X509_free>> const one(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
        if (!one) break;
        if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), one.get()) != 1) fail("the certificates to trust");
        ++count;
    }
    if (count == 0) fail("the certificates to trust");
    ERR_clear_error(); // the end of the text
}

int passphrase(char* out, int room, int, void* text)
{
    auto const& from = *static_cast<std::string const*>(text);
    if (from.size() > static_cast<std::size_t>(room)) return -1;
    std::copy(from.begin(), from.end(), out);
    return static_cast<int>(from.size());
}

void identify_by_pfx(SSL_CTX* context, tls_client_options const& options)
{
    std::unique_ptr<BIO, releases<BIO_free>> const file(BIO_new_file(options.pfx_file.c_str(), "rb"));
    std::unique_ptr<PKCS12, releases<PKCS12_free>> const whole(file ? d2i_PKCS12_bio(file.get(), nullptr) : nullptr);
    EVP_PKEY* key = nullptr;
    X509* certificate = nullptr;
    STACK_OF(X509)* others = nullptr;
    if (!whole || PKCS12_parse(whole.get(), options.private_key_passphrase.c_str(), &key, &certificate, &others) != 1)
        fail(options.pfx_file);
    bool const fits = key && certificate && SSL_CTX_use_cert_and_key(context, certificate, key, others, 1) == 1;
    EVP_PKEY_free(key);
    X509_free(certificate);
    sk_X509_pop_free(others, X509_free);
    if (!fits) fail(options.pfx_file);
}

void identify(SSL_CTX* context, tls_client_options& options)
{
    if (!options.pfx_file.empty()) return identify_by_pfx(context, options);
    if (options.certificate_file.empty() && options.private_key_file.empty()) return;
    SSL_CTX_set_default_passwd_cb(context, passphrase);
    SSL_CTX_set_default_passwd_cb_userdata(context, &options.private_key_passphrase);
    if (SSL_CTX_use_certificate_chain_file(context, options.certificate_file.c_str()) != 1)
        fail(options.certificate_file);
    if (SSL_CTX_use_PrivateKey_file(context, options.private_key_file.c_str(), SSL_FILETYPE_PEM) != 1)
        fail(options.private_key_file);
    if (SSL_CTX_check_private_key(context) != 1) fail(options.private_key_file);
}

errc to_errc(long verdict) noexcept
{
    switch (verdict) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return errc::certificate_wrong_host;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return errc::certificate_expired;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_INVALID_CA:
        return errc::certificate_untrusted;
    default:
        return errc::certificate_refused;
    }
}

problem explain(SSL& state, int answer, std::string const& host)
{
    int const kind = SSL_get_error(&state, answer);
    if (long const verdict = SSL_get_verify_result(&state); verdict != X509_V_OK)
        return {to_errc(verdict), host + ": " + X509_verify_cert_error_string(verdict)};
    if (kind == SSL_ERROR_SSL) return {errc::tls_failure, host + ": " + openssl_reason()};
    return {errc::tls_failure, host + ": the server closed the connection during the handshake"};
}

} // namespace

// Some option must be asked for: without one nothing is begun.
void prepare_end_of_tls() noexcept { OPENSSL_init_crypto(OPENSSL_INIT_ADD_ALL_CIPHERS, nullptr); }

void end_tls_of_thread() noexcept { OPENSSL_thread_stop(); }

tls_client_context::tls_client_context(tls_client_options options)
    : options_(std::move(options)), context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free)
{
    ERR_clear_error();
    SSL_CTX* const raw = context_.get();
    if (!raw) fail("SSL_CTX_new");
    SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    // Idle connections give their record buffers back; writes may be resumed from another address.
    SSL_CTX_set_mode(raw,
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    static constexpr unsigned char protocols[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    SSL_CTX_set_alpn_protos(raw, protocols, sizeof protocols);
    if (options_.dangerously_accept_any_certificate) {
        SSL_CTX_set_verify(raw, SSL_VERIFY_NONE, nullptr);
    } else {
        SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
        trust(raw, options_);
    }
    identify(raw, options_);
    if (!options_.ciphers.empty() && SSL_CTX_set_cipher_list(raw, options_.ciphers.c_str()) != 1)
        fail(options_.ciphers);
}

tls_client_context::~tls_client_context() = default;

std::string tls_client_context::name_to_verify(std::string_view host) const
{
    if (!options_.server_name.empty()) return options_.server_name;
    if (host.ends_with('.')) host.remove_suffix(1); // certificates name hosts without it
    return std::string(host);
}

tls_state tls_client_context::open(int descriptor, std::string_view host) const
{
    tls_state state(SSL_new(context_.get())); // holds a count of the context itself
    BIO* const bio = state ? open_descriptor_bio(descriptor) : nullptr;
    if (!bio) return nullptr;
    SSL_set_bio(state.get(), bio, bio);
    SSL_set_connect_state(state.get());

    auto const name = name_to_verify(host);
    auto const address = http::parse_ip(name);
    X509_VERIFY_PARAM* const rules = SSL_get0_param(state.get());
    X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    bool ready = false;
    if (address) {
        ready = X509_VERIFY_PARAM_set1_ip(rules, address->bytes.data(), address->size) == 1;
    } else {
        ready = !name.empty() && X509_VERIFY_PARAM_set1_host(rules, name.data(), name.size()) == 1 &&
                SSL_set_tlsext_host_name(state.get(), name.c_str()) == 1;
    }
    if (!ready) return nullptr; // a name that cannot be verified must not be reached unverified
    if (options_.clock) X509_VERIFY_PARAM_set_time(rules, std::chrono::system_clock::to_time_t(options_.clock()));
    return state;
}

tls_progress tls_client_context::handshake(ssl_st& state, std::string_view host, problem& why) const
{
    ERR_clear_error();
    int const answer = SSL_do_handshake(&state);
    if (answer != 1) {
        int const kind = SSL_get_error(&state, answer);
        if (kind == SSL_ERROR_WANT_READ) return tls_progress::wants_read;
        if (kind == SSL_ERROR_WANT_WRITE) return tls_progress::wants_write;
        why = explain(state, answer, name_to_verify(host));
        ERR_clear_error();
        return tls_progress::failed;
    }
    if (!options_.accept_certificate) return tls_progress::done;

    X509* const shown = SSL_get0_peer_certificate(&state);
    unsigned char* bytes = nullptr;
    int const size = shown ? i2d_X509(shown, &bytes) : 0;
    std::unique_ptr<unsigned char, releases<[](unsigned char* p) { OPENSSL_free(p); }>> const owner(bytes);
    peer_certificate certificate{host, std::as_bytes(std::span(bytes, static_cast<std::size_t>(std::max(size, 0))))};
    unsigned length = 0;
    bool const hashed = size > 0 && EVP_Digest(bytes, static_cast<std::size_t>(size),
                                               reinterpret_cast<unsigned char*>(certificate.sha256.data()), &length,
                                               EVP_sha256(), nullptr) == 1;
    bool accepted = false;
    try {
        accepted = hashed && options_.accept_certificate(certificate);
    } catch (...) { // it is the user's; what it throws is no acceptance
    }
    if (accepted) return tls_progress::done;
    why = {errc::certificate_refused, name_to_verify(host) + ": it is not the one that is expected"};
    return tls_progress::failed;
}

problem explain_failure(ssl_st const* state, std::string_view host)
{
    std::string const name(host);
    // byte_stream leaves the reason in the thread's queue, and clears the queue before each call.
    unsigned long const code = state ? ERR_peek_last_error() : 0;
    if (code != 0 && ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) != SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        problem why{errc::tls_failure, name + ": " + openssl_reason()};
        ERR_clear_error();
        return why;
    }
    return {errc::disconnected, name + " closed the connection"};
}

} // namespace partyline::net
