// A blocking TCP connection to a server on this machine, with a deadline for whatever is awaited. It knows no protocol;
// the clients of tests that drive a whole server in their own process stand on it.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace partyline::test {

/// Nothing more will come.
struct line_closed : std::runtime_error
{
    line_closed() : std::runtime_error("the server has closed the connection") {}
};

class raw_line
{
public:
    explicit raw_line(std::uint16_t port)
    {
        fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        timeval const patience{.tv_sec = 10, .tv_usec = 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        int const on = 1;
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
            throw std::runtime_error("cannot connect");
    }
    raw_line(raw_line const&) = delete;
    raw_line& operator=(raw_line const&) = delete;
    ~raw_line() { close(); }

    /// Appends what comes next. Throws `line_closed`, or after ten seconds.
    void read_more(std::string& into)
    {
        char buffer[16 * 1024];
        auto const got = ::recv(fd_, buffer, sizeof buffer, 0);
        if (fd_ < 0 || got == 0 || (got < 0 && (errno == ECONNRESET || errno == EPIPE))) throw line_closed();
        if (got < 0) throw std::runtime_error("nothing came within ten seconds");
        into.append(buffer, static_cast<std::size_t>(got));
    }
    void write(std::string_view bytes)
    {
        while (!bytes.empty()) {
            auto const done = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (done <= 0) throw line_closed();
            bytes.remove_prefix(static_cast<std::size_t>(done));
        }
    }
    /// For what speaks over it by itself, as TLS does.
    [[nodiscard]] int descriptor() const noexcept { return fd_; }
    /// Closes as a process does that ends.
    void close()
    {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }
    /// Breaks the connection: the server gets a reset.
    void abort()
    {
        linger const none{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &none, sizeof none);
        close();
    }

private:
    int fd_ = -1;
};

} // namespace partyline::test
