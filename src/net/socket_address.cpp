// inet_ntop, with IPv4 written plainly where it arrived on an IPv6 socket.
#include "net/socket_address.hpp"

#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace partyline::net {

namespace {

template <int (*Ask)(int, sockaddr*, socklen_t*) noexcept>
socket_address ask(int descriptor)
{
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    if (Ask(descriptor, reinterpret_cast<sockaddr*>(&storage), &length) != 0) return {};
    return to_socket_address(reinterpret_cast<sockaddr const&>(storage), length);
}

} // namespace

socket_address to_socket_address(sockaddr const& address, std::size_t length)
{
    char text[INET6_ADDRSTRLEN] = {};
    if (address.sa_family == AF_INET && length >= sizeof(sockaddr_in)) {
        sockaddr_in four;
        std::memcpy(&four, &address, sizeof four);
        ::inet_ntop(AF_INET, &four.sin_addr, text, sizeof text);
        return {text, ntohs(four.sin_port)};
    }
    if (address.sa_family == AF_INET6 && length >= sizeof(sockaddr_in6)) {
        sockaddr_in6 six;
        std::memcpy(&six, &address, sizeof six);
        if (IN6_IS_ADDR_V4MAPPED(&six.sin6_addr))
            ::inet_ntop(AF_INET, six.sin6_addr.s6_addr + 12, text, sizeof text);
        else
            ::inet_ntop(AF_INET6, &six.sin6_addr, text, sizeof text);
        return {text, ntohs(six.sin6_port)};
    }
    return {};
}

socket_address remote_address(int descriptor) { return ask<::getpeername>(descriptor); }
socket_address local_address(int descriptor) { return ask<::getsockname>(descriptor); }

} // namespace partyline::net
