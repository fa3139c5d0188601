// Bytes in and out of a non-blocking descriptor, plain or through TLS: the one place where the two differ.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "net/net_counters.hpp"
#include "net/tls_context.hpp"

struct iovec;

namespace partyline::net {

enum class io_status : std::uint8_t
{
    done,    ///< all of it (writing), something (reading)
    blocked, ///< not now; wait for the descriptor
    ended,   ///< the other end has sent its last byte (reading)
    failed,  ///< the connection is of no more use
};

struct io_result
{
    io_status status;
    std::size_t bytes; ///< read or taken, also when blocked
};

/// Free functions over a descriptor and an optional TLS state, so that a link need not carry an object for it.
/// After `blocked`, TLS wants the next write to begin with the same bytes and to be no shorter: callers keep what was not taken.
namespace byte_stream {

io_result read(int descriptor, ssl_st* tls, std::span<char> into, net_counters& counters) noexcept;
/// One system call if plain; one for each 16 KiB record if TLS.
io_result write(int descriptor, ssl_st* tls, std::span<char const> from, net_counters& counters) noexcept;
/// Plain descriptors only: one sendmsg.
io_result write_pieces(int descriptor, std::span<iovec const> pieces, net_counters& counters) noexcept;
/// Whether TLS holds decrypted bytes which the descriptor's readiness will not announce.
[[nodiscard]] bool has_buffered(ssl_st* tls) noexcept;
/// Whether TLS waits for writability before it can go on reading (handshake).
[[nodiscard]] bool wants_write(ssl_st const* tls) noexcept;
/// Whether the TLS handshake is over; true if plain.
[[nodiscard]] bool established(ssl_st const* tls) noexcept;
/// Says that no more bytes will come: TLS close notification and FIN.
void finish(int descriptor, ssl_st* tls) noexcept;

} // namespace byte_stream

} // namespace partyline::net
