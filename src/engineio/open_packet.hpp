// The first packet of a session, as a client reads it: who it is now, and the server's times. It does not decide what
// follows from them. Read by `client_session`; `endpoint::open_packet` writes it.
// https://github.com/socketio/engine.io-protocol#handshake
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include <partyline/result.hpp>

namespace partyline::engineio {

struct open_packet
{
    static constexpr std::size_t max_sid_size = 256;

    std::string sid;
    bool offers_websocket = false; ///< among `upgrades`; those that are unknown here are passed over
    std::chrono::milliseconds ping_interval{0};
    std::chrono::milliseconds ping_timeout{0};
    std::size_t max_payload = 0; ///< bytes of a POST body; 0: older servers do not say
};

/// Reads the text behind the `0`. `errc::invalid_handshake` unless it is a JSON object with a `sid` (1 to 256 characters
/// of printable ASCII), `upgrades` (an array of strings), `pingInterval` and `pingTimeout` (integers from 1 to 2^31-1, as
/// timers of JavaScript go), and, where it is there, `maxPayload` (an integer that is not negative). Other members are passed over.
[[nodiscard]] result<open_packet> read_open_packet(std::string_view text);

} // namespace partyline::engineio
