// A connection that stands and belongs to nobody yet: what a connector hands over. Destroyed, it closes.
#pragma once

#include <string>
#include <utility>

#include <unistd.h>

#include "net/http_host.hpp"
#include "net/tls_context.hpp"

namespace partyline::net {

/// Thread: its loop's. Owner: whoever holds it. Lifetime: until its parts are taken.
struct open_stream
{
    int descriptor = -1; ///< non-blocking, in no set
    tls_state tls;       ///< null: plain. Its handshake is over
    connection_info info;

    open_stream() = default;
    open_stream(int d, tls_state t, connection_info i) noexcept : descriptor(d), tls(std::move(t)), info(std::move(i))
    {}
    open_stream(open_stream&& other) noexcept
        : descriptor(std::exchange(other.descriptor, -1)), tls(std::move(other.tls)), info(std::move(other.info))
    {}
    open_stream& operator=(open_stream&& other) noexcept
    {
        std::swap(descriptor, other.descriptor);
        std::swap(tls, other.tls);
        std::swap(info, other.info);
        return *this;
    }
    ~open_stream()
    {
        if (descriptor >= 0) ::close(descriptor);
    }
    explicit operator bool() const noexcept { return descriptor >= 0; }
};

} // namespace partyline::net
