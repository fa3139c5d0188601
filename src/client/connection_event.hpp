// What a client's connection tells its shell and asks of it: a closed set of values, carried out in order. The requests are
// those of `engineio::client_event`; the rest is for the user. No behaviour here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <partyline/client_disconnect_reason.hpp>
#include <partyline/codec.hpp>
#include <partyline/error.hpp>
#include <partyline/value.hpp>

#include "engineio/client_event.hpp"

namespace partyline {

class client_nsp;

// --- of the connection: what the official `Manager` emits ------------------------------------------------------------

/// `open`
struct connection_opened
{};
/// `error`: it did not open, or it broke.
struct connection_failed
{
    std::string message;
    engineio::transport_failure why;
};
/// `close`
struct connection_closed
{
    client_disconnect_reason reason;
    std::string detail;
    engineio::transport_failure why;
};
/// `ping`
struct server_pinged
{};
/// `reconnect_attempt`: the attempt is made when this event has been handled.
struct reconnect_attempt
{
    std::size_t attempt;
};
/// `reconnect_error`
struct reconnect_error
{
    std::string message;
};
/// `reconnect_failed`: there will be no further attempt.
struct reconnect_failed
{};
/// `reconnect`
struct reconnected
{
    std::size_t attempt;
};

// --- of a namespace: what the official `Socket` emits ----------------------------------------------------------------

/// Call `client_nsp::authenticate`, now or later.
struct nsp_auth_wanted
{
    client_nsp* nsp;
};
/// `connect`
struct nsp_joined
{
    client_nsp* nsp;
};
/// `connect_error`. Refused by the server (`by_server`): not tried again. Otherwise the connection failed.
struct nsp_connect_error
{
    client_nsp* nsp;
    bool by_server = false;
    std::string message;
    value data;
    engineio::transport_failure why;
};
/// `disconnect`
struct nsp_left
{
    client_nsp* nsp;
    client_disconnect_reason reason;
    std::string detail;
};

/// By which an event is acknowledged, on the connection that it came by.
struct reply_ticket
{
    std::uint64_t id = 0;
    std::uint64_t join = 0;
};
/// An event. Everything is valid until the next call of `next_event`.
struct nsp_event
{
    client_nsp* nsp;
    std::string_view name;
    arguments_view arguments;
    /// The codec's cursor at the arguments, where they have just been decoded; null for those that waited in a buffer.
    reader* cursor;
    std::optional<reply_ticket> reply; ///< the server wants to be answered
};
/// An event leaves that was taken by `emit` before: for listeners to what goes out.
struct nsp_event_sent
{
    client_nsp* nsp;
    std::shared_ptr<void const> shown; ///< as `client_emission` had it
};
/// The answer to an emission. Valid as the arguments of an event.
struct nsp_ack
{
    client_nsp* nsp;
    std::uint64_t token; ///< as `client_emission` had it
    arguments_view arguments;
    reader* cursor;
};
/// There will be no answer: `timed_out`, `disconnected`, or `queue_full` where a newer event took the place in the buffer.
struct nsp_ack_failed
{
    client_nsp* nsp;
    std::uint64_t token;
    errc why;
};

using connection_event =
    std::variant<engineio::start_get, engineio::open_link, engineio::write_text, engineio::close_link,
                 engineio::abort_exchange, engineio::post_farewell, engineio::upgraded, engineio::upgrade_failed,
                 connection_opened, connection_failed, connection_closed, server_pinged, reconnect_attempt,
                 reconnect_error, reconnect_failed, reconnected, nsp_auth_wanted, nsp_joined, nsp_connect_error,
                 nsp_left, nsp_event, nsp_event_sent, nsp_ack, nsp_ack_failed>;

} // namespace partyline
