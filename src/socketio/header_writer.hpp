// Writes what stands before the payload of a text packet: `<type>[<attachments>-][<nsp>,][<id>]`.
// Called by the JSON codec, which puts it into the head room of the payload.
#pragma once

#include <cstddef>

#include <partyline/codec.hpp>

namespace partyline::socketio {

/// Bytes that `write_header` will write.
[[nodiscard]] std::size_t header_size(packet_header const& header, std::size_t attachments) noexcept;

/// Writes exactly `header_size(header, attachments)` bytes to `out`. With attachments an EVENT becomes a BINARY_EVENT
/// and an ACK a BINARY_ACK; the other types have none. The name of the main namespace is left out.
void write_header(char* out, packet_header const& header, std::size_t attachments) noexcept;

} // namespace partyline::socketio
