// Reads what stands before the payload of a text packet: `<type>[<attachments>-][<nsp>,][<id>]`.
// It does not look into the payload and does not know which types may have one. Called by the JSON codec.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <partyline/codec.hpp>
#include <partyline/result.hpp>

namespace partyline::socketio {

/// Views into the text that was read.
struct text_header
{
    packet_type type = packet_type::event;
    /// Number of attachments that follow: 0 for all types but BINARY_EVENT and BINARY_ACK, which have at least one.
    std::size_t attachments = 0;
    std::string_view nsp = "/";
    std::optional<std::uint64_t> id;
    std::string_view payload; ///< empty: there is none
};

/// `invalid_packet` where the text does not follow the grammar, `too_many_attachments` beyond `max_attachments`,
/// `invalid_attachment` where a binary packet announces none.
///
/// Stricter than the official decoder, which takes whatever JavaScript's `Number()` takes: numbers are decimal digits
/// and fit 64 bits, and a payload does not begin with white space.
result<text_header> read_header(std::string_view text, std::size_t max_attachments) noexcept;

} // namespace partyline::socketio
