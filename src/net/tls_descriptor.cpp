// OpenSSL on a descriptor, without signals.
#include "net/tls_descriptor.hpp"

#include <cerrno>
#include <cstdint>

#include <sys/socket.h>

#include <openssl/bio.h>

namespace partyline::net {

namespace {

int descriptor_of(BIO* bio) noexcept { return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))); }

int finish_call(BIO* bio, ssize_t answer, int retry) noexcept
{
    BIO_clear_retry_flags(bio);
    if (answer < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        BIO_set_flags(bio, retry | BIO_FLAGS_SHOULD_RETRY);
    return static_cast<int>(answer);
}

int send_bytes(BIO* bio, char const* data, int size)
{
    return finish_call(bio, ::send(descriptor_of(bio), data, static_cast<std::size_t>(size), MSG_NOSIGNAL),
                       BIO_FLAGS_WRITE);
}

int receive_bytes(BIO* bio, char* data, int size)
{
    ssize_t const got = ::recv(descriptor_of(bio), data, static_cast<std::size_t>(size), 0);
    if (got == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return finish_call(bio, got, BIO_FLAGS_READ);
}

long control(BIO* bio, int command, long, void*)
{
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD const* descriptor_bio()
{
    // never freed: when the program ends, threads may still be at work
    static BIO_METHOD const* const method = [] {
        BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "partyline descriptor");
        BIO_meth_set_write(made, send_bytes);
        BIO_meth_set_read(made, receive_bytes);
        BIO_meth_set_ctrl(made, control);
        return made;
    }();
    return method;
}

} // namespace

BIO* open_descriptor_bio(int descriptor)
{
    BIO* const bio = BIO_new(descriptor_bio());
    if (!bio) return nullptr;
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(descriptor)));
    BIO_set_init(bio, 1);
    return bio;
}

} // namespace partyline::net
