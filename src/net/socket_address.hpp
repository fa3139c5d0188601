// The text of an address, as `handshake.address` and log lines show it.
#pragma once

#include <cstdint>
#include <string>

struct sockaddr;

namespace partyline::net {

/// One end of a connection. IPv4 addresses that arrive on an IPv6 socket are written as IPv4; a Unix-domain peer is empty.
struct socket_address
{
    std::string host;
    std::uint16_t port = 0;
};

/// Any family; an unknown one is empty.
[[nodiscard]] socket_address to_socket_address(sockaddr const& address, std::size_t length);
/// Of the other end of `descriptor`; empty if it is gone.
[[nodiscard]] socket_address remote_address(int descriptor);
/// Of our end of `descriptor`.
[[nodiscard]] socket_address local_address(int descriptor);

} // namespace partyline::net
