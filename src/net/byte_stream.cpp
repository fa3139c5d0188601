// Plain system calls on one side, OpenSSL on the other; both report in the same four words.
#include "net/byte_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>

#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace partyline::net::byte_stream {

namespace {

constexpr std::size_t record_size = 16384;

io_status status_of_errno() noexcept
{
    return errno == EAGAIN || errno == EWOULDBLOCK ? io_status::blocked : io_status::failed;
}

io_status status_of(ssl_st* tls, int answer) noexcept
{
    switch (SSL_get_error(tls, answer)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return io_status::blocked;
    case SSL_ERROR_ZERO_RETURN:
        return io_status::ended;
    default:
        return io_status::failed;
    }
}

void count_written(net_counters& counters, std::size_t asked, std::size_t taken) noexcept
{
    counters.written_bytes += taken;
    if (taken != asked) ++counters.again;
}

} // namespace

io_result read(int descriptor, ssl_st* tls, std::span<char> into, net_counters& counters) noexcept
{
    std::size_t total = 0;
    if (!tls) {
        ssize_t got;
        do {
            ++counters.read_calls;
            got = ::recv(descriptor, into.data(), into.size(), 0);
        } while (got < 0 && errno == EINTR);
        if (got < 0) return {status_of_errno(), 0};
        counters.read_bytes += static_cast<std::size_t>(got);
        return {got == 0 ? io_status::ended : io_status::done, static_cast<std::size_t>(got)};
    }
    // One record a call: go on until the descriptor has no more, because readiness would not speak for what TLS has buffered.
    while (total < into.size()) {
        ERR_clear_error();
        ++counters.read_calls;
        int const room = static_cast<int>(std::min<std::size_t>(into.size() - total, std::numeric_limits<int>::max()));
        int const got = SSL_read(tls, into.data() + total, room);
        if (got > 0) {
            total += static_cast<std::size_t>(got);
            counters.read_bytes += static_cast<std::size_t>(got);
            continue;
        }
        io_status const status = status_of(tls, got);
        if (total != 0 && status == io_status::blocked) break;
        return {status, total};
    }
    return {io_status::done, total};
}

io_result write(int descriptor, ssl_st* tls, std::span<char const> from, net_counters& counters) noexcept
{
    if (!tls) {
        ssize_t put;
        do {
            ++counters.write_calls;
            put = ::send(descriptor, from.data(), from.size(), MSG_NOSIGNAL);
        } while (put < 0 && errno == EINTR);
        if (put < 0) {
            io_status const status = status_of_errno();
            if (status == io_status::blocked) count_written(counters, from.size(), 0);
            return {status, 0};
        }
        auto const taken = static_cast<std::size_t>(put);
        count_written(counters, from.size(), taken);
        return {taken == from.size() ? io_status::done : io_status::blocked, taken};
    }
    std::size_t total = 0;
    while (total < from.size()) {
        ERR_clear_error();
        ++counters.write_calls;
        int const put =
            SSL_write(tls, from.data() + total, static_cast<int>(std::min(from.size() - total, record_size)));
        if (put <= 0) {
            count_written(counters, from.size(), total);
            return {status_of(tls, put), total};
        }
        total += static_cast<std::size_t>(put);
    }
    count_written(counters, total, total);
    return {io_status::done, total};
}

io_result write_pieces(int descriptor, std::span<iovec const> pieces, net_counters& counters) noexcept
{
    std::size_t asked = 0;
    for (iovec const& piece : pieces) asked += piece.iov_len;
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces.data());
    message.msg_iovlen = pieces.size();
    ssize_t put;
    do {
        ++counters.write_calls;
        put = ::sendmsg(descriptor, &message, MSG_NOSIGNAL);
    } while (put < 0 && errno == EINTR);
    if (put < 0) {
        io_status const status = status_of_errno();
        if (status == io_status::blocked) count_written(counters, asked, 0);
        return {status, 0};
    }
    auto const taken = static_cast<std::size_t>(put);
    count_written(counters, asked, taken);
    return {taken == asked ? io_status::done : io_status::blocked, taken};
}

bool has_buffered(ssl_st* tls) noexcept { return tls && SSL_has_pending(tls) == 1; }

bool wants_write(ssl_st const* tls) noexcept { return tls && SSL_want_write(tls); }

bool established(ssl_st const* tls) noexcept { return !tls || SSL_is_init_finished(tls); }

void finish(int descriptor, ssl_st* tls) noexcept
{
    if (tls && SSL_is_init_finished(tls)) {
        ERR_clear_error();
        SSL_shutdown(tls); // one way: the answer is not waited for
        ERR_clear_error();
    }
    ::shutdown(descriptor, SHUT_WR);
}

} // namespace partyline::net::byte_stream
