// What a session tells its shell: a closed set of events, and the fixed answers to requests. The shell (`server/shard`)
// carries them out in order. No behaviour here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include "engineio/transport.hpp"

namespace partyline::engineio {

/// The answers to requests that are not a payload of messages. `endpoint::answer` makes the HTTP response of each.
enum class answer : std::uint8_t
{
    ok,                 ///< 200 "ok", to a POST
    noop,               ///< 200 "6", to a GET
    close,              ///< 200 "1", to a GET
    empty_bad_request,  ///< 400 without a body: overlapping requests, binary POST
    transport_mismatch, ///< 400 code 3: a request of the old transport after the upgrade
    unknown_session,    ///< 400 code 1: the session has ended
};

/// Why a session ended, in the words of the official server.
enum class close_reason : std::uint8_t
{
    transport_error,
    transport_close,
    forced_close,
    ping_timeout,
    parse_error
};

/// "transport error", "transport close", "forced close", "ping timeout", "parse error".
[[nodiscard]] std::string_view name(close_reason reason) noexcept;

/// A message of the peer. `data` is valid until the next call of `next_event`; 64 bytes behind it are readable if they
/// were behind what the session received.
struct message_received
{
    bool is_binary = false;
    std::string_view data;
};

/// `2probe` came on the probing link: write `session_context::probe_answer()` there.
struct probe_answered
{
    link_id link;
};

/// From here on the session travels on the WebSocket `link()`; what is queued goes there.
struct upgraded
{};

/// Answer this exchange.
struct respond
{
    exchange_id exchange;
    answer what;
};

/// Close this WebSocket with an empty close frame (seen as 1005), after what was written on it.
struct close_link
{
    link_id link;
};

/// Destroy the TCP connection of this exchange without an answer.
struct abort_exchange
{
    exchange_id exchange;
};

/// The last event of a session, and there is exactly one. `detail` is a fixed text or empty.
struct closed
{
    close_reason reason;
    std::string_view detail;
    std::size_t dropped_bytes = 0; // of what was queued and not sent
};

using session_event =
    std::variant<message_received, probe_answered, upgraded, respond, close_link, abort_exchange, closed>;

} // namespace partyline::engineio
