// Splits the body of a polling POST into its packets, one at a time, while the session handles them; nothing is built
// in between. It does not know sessions. https://github.com/socketio/engine.io-protocol#http-long-polling-1
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <partyline/result.hpp>

#include "engineio/packet.hpp"

namespace partyline::engineio {

/// What stands between two packets: U+001E, which JSON always escapes.
inline constexpr char payload_separator = '\x1e';

/// A packet that stands as text: one of `parse_packet`, or `b` and base64, which is decoded into `scratch`.
result<packet> read_text_packet(std::string_view text, std::string& scratch);

/// A cursor over one payload.
///
/// An empty body is one empty packet, hence an error, as in the official server. Binary packets (`b` and base64) are
/// decoded into the given scratch string, which keeps 64 readable bytes behind them.
class payload_reader
{
public:
    /// The longest body it takes.
    static constexpr std::size_t max_size = 0xffff'ffff;

    payload_reader() = default;
    /// `body` must outlive the reader. At most `max_packets` are handed out; one more is an error.
    /// Precondition: `body.size() <= max_size`.
    payload_reader(std::string_view body, std::size_t max_packets) noexcept
        : rest_(body.data() == nullptr ? "" : body.data()),
          size_(static_cast<std::uint32_t>(body.size())),
          packets_left_(static_cast<std::uint32_t>(max_packets))
    {}

    /// Whether there is another packet to ask for.
    [[nodiscard]] bool more() const noexcept { return rest_ != nullptr; }
    /// What has not been read.
    [[nodiscard]] std::string_view rest() const noexcept { return {rest_, size_}; }

    /// The next packet. Its data are valid until `scratch` or the body changes. Precondition: `more()`.
    /// `errc::invalid_packet`: empty, unknown type, bad UTF-8; `errc::invalid_payload`: bad base64, too many packets.
    /// After an error there is nothing more.
    result<packet> next(std::string& scratch);

private:
    char const* rest_ = nullptr; // with 32-bit numbers, because each session has one
    std::uint32_t size_ = 0;
    std::uint32_t packets_left_ = 0;
};

} // namespace partyline::engineio
