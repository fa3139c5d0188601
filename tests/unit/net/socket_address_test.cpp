#include "net/socket_address.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace partyline::net {
namespace {

template <class Address>
socket_address text_of(Address const& address, std::size_t length = sizeof(Address))
{
    return to_socket_address(reinterpret_cast<sockaddr const&>(address), length);
}

TEST(socket_address, writes_ipv4)
{
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(8080);
    four.sin_addr.s_addr = htonl(0xC0000201);
    EXPECT_EQ(text_of(four).host, "192.0.2.1");
    EXPECT_EQ(text_of(four).port, 8080);
}

TEST(socket_address, writes_ipv6_and_mapped_ipv4_as_ipv4)
{
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_addr = in6addr_loopback;
    EXPECT_EQ(text_of(six).host, "::1");
    six.sin6_addr = {};
    six.sin6_addr.s6_addr[10] = six.sin6_addr.s6_addr[11] = 0xff;
    six.sin6_addr.s6_addr[12] = 127;
    six.sin6_addr.s6_addr[15] = 1;
    EXPECT_EQ(text_of(six).host, "127.0.0.1");
}

TEST(socket_address, is_empty_for_what_has_none)
{
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    EXPECT_EQ(text_of(local).host, "");
    sockaddr_in cut{};
    cut.sin_family = AF_INET;
    EXPECT_EQ(text_of(cut, 4).host, "");
    EXPECT_EQ(remote_address(-1).host, "");
    EXPECT_EQ(local_address(-1).port, 0);
}

} // namespace
} // namespace partyline::net
