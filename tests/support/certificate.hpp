// Throw-away certificates for tests, made in the process itself.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <string>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace partyline::test {

/// A self-signed certificate and its key in two files that go with it.
class certificate
{
public:
    explicit certificate(std::string const& name) : chain(path("cert")), private_key(path("key")) { write(name); }
    certificate(certificate const&) = delete;
    certificate& operator=(certificate const&) = delete;
    ~certificate()
    {
        std::remove(chain.c_str());
        std::remove(private_key.c_str());
    }
    void write(std::string const& name)
    {
        EVP_PKEY* const key = EVP_EC_gen("P-256");
        X509* const made = X509_new();
        ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
        X509_gmtime_adj(X509_getm_notBefore(made), 0);
        X509_gmtime_adj(X509_getm_notAfter(made), 3600);
        X509_set_pubkey(made, key);
        X509_NAME* const subject = X509_get_subject_name(made);
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<unsigned char const*>(name.c_str()),
                                   -1, -1, 0);
        X509_set_issuer_name(made, subject);
        X509_sign(made, key, EVP_sha256());
        std::FILE* file = std::fopen(chain.c_str(), "w");
        PEM_write_X509(file, made);
        std::fclose(file);
        file = std::fopen(private_key.c_str(), "w");
        PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(file);
        X509_free(made);
        EVP_PKEY_free(key);
    }

    std::string const chain;
    std::string const private_key;

private:
    static std::string path(char const* kind)
    {
        static int count = 0;
        return "/tmp/partyline-" + std::to_string(::getpid()) + "-" + std::to_string(count++) + "-" + kind + ".pem";
    }
};

} // namespace partyline::test
