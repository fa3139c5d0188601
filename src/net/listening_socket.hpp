// A bound and listening socket: TCP or Unix-domain. It belongs to no loop; every shard registers it through a `listener` of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "net/socket_address.hpp"

namespace partyline::net {

/// Where to listen. `path` set: a Unix-domain socket, and the rest is ignored.
struct listen_address
{
    std::string host; ///< empty: every address of both families; "localhost": both loopbacks; else an address or a name
    std::uint16_t port = 0; ///< 0: the system chooses
    std::string path = {};
};

struct listen_options
{
    int backlog = 511;
    bool reuse_port = false; ///< SO_REUSEPORT: several sockets, which the kernel balances
    /// That the system takes of a connection before they are on their way (TCP_NOTSENT_LOWAT); 0: as many as it likes.
    int unsent_bytes = 0;
    unsigned permissions = 0; ///< of a Unix-domain socket's file; 0: by umask
};

/// Thread: immutable after construction, any. Owner: shared by the listeners. Lifetime: closes, and removes its file, at destruction.
class listening_socket
{
public:
    ~listening_socket();
    listening_socket(listening_socket const&) = delete;
    listening_socket& operator=(listening_socket const&) = delete;

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
    /// With the port that the system chose.
    [[nodiscard]] socket_address const& address() const noexcept { return address_; }
    [[nodiscard]] bool is_unix() const noexcept { return !path_.empty(); }

private:
    friend std::vector<std::shared_ptr<listening_socket const>> listen_on(listen_address const&, listen_options const&);
    listening_socket(int descriptor, std::string path);

    int descriptor_;
    std::string path_;
    std::uint64_t inode_ = 0; // of our file, so that a successor's is not removed
    socket_address address_;
};

/// Binds now: one socket, or two on the same port for "localhost". Throws `error`: address_in_use, address_not_available,
/// access_denied, not_found (the name), invalid_option (an over-long path), system_failure. The file of a Unix-domain socket is replaced only if nobody answers on it.
[[nodiscard]] std::vector<std::shared_ptr<listening_socket const>> listen_on(listen_address const& where,
                                                                             listen_options const& options = {});

} // namespace partyline::net
