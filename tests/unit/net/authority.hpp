// A certificate authority of the test's own, and certificates signed by it: for any name, any time, any fault. Files go with it.
#pragma once

#include <cstdio>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include "net/tls_context.hpp"

namespace partyline::net::test {

/// 1 January 2025: the middle of the life of every certificate here, unless it says otherwise.
inline constexpr std::time_t certificate_time = 1'735'689'600;

struct certificate_wish
{
    std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1"; ///< subjectAltName; empty: none
    std::string common_name = "localhost";
    long valid_from = -24 * 3600; ///< seconds from `certificate_time`
    long valid_to = 24 * 3600;
};

class authority
{
public:
    authority() : key_(EVP_EC_gen("P-256")), certificate_(make(key_, fresh_name(), {}, -24 * 3600, 24 * 3600, true)) {}
    authority(authority const&) = delete;
    authority& operator=(authority const&) = delete;
    ~authority()
    {
        for (auto const& path : paths_) std::remove(path.c_str());
        X509_free(certificate_);
        EVP_PKEY_free(key_);
    }

    /// What clients trust.
    [[nodiscard]] std::string pem() const
    {
        BIO* const out = BIO_new(BIO_s_mem());
        PEM_write_bio_X509(out, certificate_);
        char* data = nullptr;
        auto const size = BIO_get_mem_data(out, &data);
        std::string text(data, static_cast<std::size_t>(size));
        BIO_free(out);
        return text;
    }

    /// Certificate and key in files.
    tls_files issue(certificate_wish const& wish = {}, std::string const& passphrase = {})
    {
        EVP_PKEY* const key = EVP_EC_gen("P-256");
        X509* const made = make(key, wish.common_name, wish.names, wish.valid_from, wish.valid_to, false);
        tls_files files{path("cert"), path("key")};
        std::FILE* file = std::fopen(files.certificate.c_str(), "w");
        PEM_write_X509(file, made);
        std::fclose(file);
        file = std::fopen(files.private_key.c_str(), "w");
        PEM_write_PrivateKey(file, key, passphrase.empty() ? nullptr : EVP_aes_128_cbc(),
                             reinterpret_cast<unsigned char const*>(passphrase.data()),
                             static_cast<int>(passphrase.size()), nullptr, nullptr);
        std::fclose(file);
        X509_free(made);
        EVP_PKEY_free(key);
        return files;
    }
    /// The same in one file (PKCS #12).
    std::string issue_pfx(certificate_wish const& wish, std::string const& passphrase)
    {
        EVP_PKEY* const key = EVP_EC_gen("P-256");
        X509* const made = make(key, wish.common_name, wish.names, wish.valid_from, wish.valid_to, false);
        PKCS12* const whole = PKCS12_create(passphrase.c_str(), "test", key, made, nullptr, 0, 0, 0, 0, 0);
        auto const name = path("pfx");
        std::FILE* const file = std::fopen(name.c_str(), "wb");
        i2d_PKCS12_fp(file, whole);
        std::fclose(file);
        PKCS12_free(whole);
        X509_free(made);
        EVP_PKEY_free(key);
        return name;
    }
    /// A file with the given text.
    std::string write(std::string const& text)
    {
        auto const name = path("text");
        std::FILE* const file = std::fopen(name.c_str(), "w");
        std::fwrite(text.data(), 1, text.size(), file);
        std::fclose(file);
        return name;
    }

private:
    static std::string fresh_name()
    {
        static int count = 0;
        return "Authority " + std::to_string(count++);
    }
    std::string path(char const* kind)
    {
        static int count = 0;
        return paths_.emplace_back("/tmp/partyline-authority-" + std::to_string(::getpid()) + "-" +
                                   std::to_string(count++) + "-" + kind + ".pem");
    }
    static void extend(X509* made, X509* issuer, int kind, char const* value)
    {
        X509V3_CTX context;
        X509V3_set_ctx_nodb(&context);
        X509V3_set_ctx(&context, issuer, made, nullptr, nullptr, 0);
        X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
        X509_add_ext(made, extension, -1);
        X509_EXTENSION_free(extension);
    }
    X509* make(EVP_PKEY* key, std::string const& name, std::string const& names, long from, long to, bool is_authority)
    {
        X509* const made = X509_new();
        X509_set_version(made, 2);
        static long serial = 1;
        ASN1_INTEGER_set(X509_get_serialNumber(made), serial++);
        std::time_t middle = certificate_time;
        X509_time_adj(X509_getm_notBefore(made), from, &middle);
        X509_time_adj(X509_getm_notAfter(made), to, &middle);
        X509_set_pubkey(made, key);
        X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                                   reinterpret_cast<unsigned char const*>(name.c_str()), -1, -1, 0);
        X509* const issuer = is_authority ? made : certificate_;
        X509_set_issuer_name(made, X509_get_subject_name(issuer));
        extend(made, issuer, NID_basic_constraints, is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
        if (!names.empty()) extend(made, issuer, NID_subject_alt_name, names.c_str());
        X509_sign(made, key_, EVP_sha256());
        return made;
    }

    EVP_PKEY* key_;
    std::vector<std::string> paths_;
    X509* certificate_;
};

} // namespace partyline::net::test
