// Binding to addresses, names, both loopbacks, and files.
#include "net/listening_socket.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <partyline/error.hpp>

namespace partyline::net {

namespace {

[[noreturn]] void fail(int reason, std::string const& what)
{
    errc code = errc::system_failure;
    if (reason == EADDRINUSE) code = errc::address_in_use;
    if (reason == EADDRNOTAVAIL || reason == EAFNOSUPPORT || reason == ENOENT) code = errc::address_not_available;
    if (reason == EACCES || reason == EPERM) code = errc::access_denied;
    throw error(code, what + ": " + std::strerror(reason));
}

/// Closes what was opened if something throws on the way.
struct descriptor
{
    int value;
    explicit descriptor(int v) noexcept : value(v) {}
    descriptor(descriptor const&) = delete;
    descriptor& operator=(descriptor const&) = delete;
    ~descriptor()
    {
        if (value >= 0) ::close(value);
    }
    int release() noexcept { return std::exchange(value, -1); }
};

void enable(int socket, int level, int option, int value = 1)
{
    ::setsockopt(socket, level, option, &value, sizeof value);
}

std::string describe(listen_address const& where)
{
    if (!where.path.empty()) return where.path;
    return (where.host.empty() ? "*" : where.host) + ":" + std::to_string(where.port);
}

int bind_tcp(sockaddr const* address, socklen_t length, bool dual, listen_options const& options,
             std::string const& what)
{
    descriptor socket(::socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.value < 0) fail(errno, what);
    enable(socket.value, SOL_SOCKET, SO_REUSEADDR);
    if (options.reuse_port) enable(socket.value, SOL_SOCKET, SO_REUSEPORT);
#ifdef TCP_NOTSENT_LOWAT // connections have it from the socket that accepts them
    if (options.unsent_bytes > 0) enable(socket.value, IPPROTO_TCP, TCP_NOTSENT_LOWAT, options.unsent_bytes);
#endif
    if (address->sa_family == AF_INET6) enable(socket.value, IPPROTO_IPV6, IPV6_V6ONLY, dual ? 0 : 1);
    if (::bind(socket.value, address, length) != 0) fail(errno, what);
    if (::listen(socket.value, options.backlog) != 0) fail(errno, what);
    return socket.release();
}

int bind_six(in6_addr const& address, std::uint16_t port, bool dual, listen_options const& options,
             std::string const& what)
{
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    six.sin6_addr = address;
    return bind_tcp(reinterpret_cast<sockaddr const*>(&six), sizeof six, dual, options, what);
}

int bind_four(std::uint32_t address, std::uint16_t port, listen_options const& options, std::string const& what)
{
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
    four.sin_addr.s_addr = htonl(address);
    return bind_tcp(reinterpret_cast<sockaddr const*>(&four), sizeof four, false, options, what);
}

int bind_name(listen_address const& where, listen_options const& options, std::string const& what)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    if (int const reason = ::getaddrinfo(where.host.c_str(), std::to_string(where.port).c_str(), &hints, &found);
        reason != 0)
        throw error(errc::not_found, where.host + ": " + ::gai_strerror(reason));
    struct list
    {
        addrinfo* first;
        ~list() { ::freeaddrinfo(first); }
    } const owner{found};
    return bind_tcp(found->ai_addr, found->ai_addrlen, false, options, what);
}

int bind_unix(listen_address const& where, listen_options const& options)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (where.path.size() >= sizeof address.sun_path)
        throw error(errc::invalid_option, where.path + ": the path is too long");
    std::memcpy(address.sun_path, where.path.data(), where.path.size());
    auto const* const raw = reinterpret_cast<sockaddr const*>(&address);

    descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.value < 0) fail(errno, where.path);
    if (::bind(socket.value, raw, sizeof address) != 0) {
        if (errno != EADDRINUSE) fail(errno, where.path);
        // A socket file that nobody answers on was left by a process that died.
        struct stat file
        {};
        descriptor const probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        bool const stale = ::stat(where.path.c_str(), &file) == 0 && S_ISSOCK(file.st_mode) &&
                           ::connect(probe.value, raw, sizeof address) != 0 && errno == ECONNREFUSED;
        if (!stale) fail(EADDRINUSE, where.path);
        ::unlink(where.path.c_str());
        if (::bind(socket.value, raw, sizeof address) != 0) fail(errno, where.path);
    }
    if (options.permissions != 0) ::chmod(where.path.c_str(), static_cast<mode_t>(options.permissions));
    if (::listen(socket.value, options.backlog) != 0) fail(errno, where.path);
    return socket.release();
}

std::uint64_t inode_of(std::string const& path)
{
    struct stat file
    {};
    return ::stat(path.c_str(), &file) == 0 ? static_cast<std::uint64_t>(file.st_ino) : 0;
}

} // namespace

listening_socket::listening_socket(int descriptor, std::string path)
    : descriptor_(descriptor),
      path_(std::move(path)),
      inode_(path_.empty() ? 0 : inode_of(path_)),
      address_(local_address(descriptor))
{}

listening_socket::~listening_socket()
{
    ::close(descriptor_);
    if (!path_.empty() && inode_of(path_) == inode_) ::unlink(path_.c_str());
}

std::vector<std::shared_ptr<listening_socket const>> listen_on(listen_address const& where,
                                                               listen_options const& options)
{
    using pointer = std::shared_ptr<listening_socket const>;
    auto const hold = [](int socket, std::string path = {}) {
        return pointer(new listening_socket(socket, std::move(path)));
    };
    std::string const what = describe(where);
    std::vector<pointer> out;

    if (!where.path.empty()) {
        out.push_back(hold(bind_unix(where, options), where.path));
    } else if (where.host.empty()) {
        // One socket for both families; a system without IPv6 gets one for IPv4.
        try {
            out.push_back(hold(bind_six(in6addr_any, where.port, true, options, what)));
        } catch (error const& failure) {
            if (failure.code() != errc::address_not_available) throw;
            out.push_back(hold(bind_four(INADDR_ANY, where.port, options, what)));
        }
    } else if (where.host == "localhost") {
        // Clients that resolve the name may try either loopback first. With port 0 the second has to get the first one's port,
        // which somebody else may hold: then another is drawn.
        for (int attempt = 0;; ++attempt) {
            out.push_back(hold(bind_four(INADDR_LOOPBACK, where.port, options, what)));
            try {
                out.push_back(hold(bind_six(in6addr_loopback, out.front()->address().port, false, options, what)));
                break;
            } catch (error const& failure) {
                if (failure.code() == errc::address_not_available) break;
                if (failure.code() != errc::address_in_use || where.port != 0 || attempt == 16) throw;
                out.clear();
            }
        }
    } else {
        out.push_back(hold(bind_name(where, options, what)));
    }
    return out;
}

} // namespace partyline::net
