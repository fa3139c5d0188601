// What a client's connection and its namespaces may be told. It does not know where the server is, nor the user's
// callbacks. Read by `client_connection` and `client_nsp`.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <partyline/client_options.hpp>
#include <partyline/value.hpp>

#include "client/reconnect_backoff.hpp"
#include "engineio/client_options.hpp"

namespace partyline {

struct connection_options
{
    engineio::client_options engine = {};
    reconnect_options reconnection = {};
    /// From the first request to the open packet; none: for ever.
    std::optional<std::chrono::milliseconds> connect_timeout = std::chrono::milliseconds(20'000);
    /// What may wait on a connection that does not take it. One event beyond is refused.
    buffer_limits send_queue = {};
    std::size_t max_closing_sessions = 4; ///< earlier connections that are still saying goodbye; the oldest is cut off
};

struct client_nsp_options
{
    /// Sent with CONNECT: an object, or null for none.
    value auth = nullptr;
    /// Asks with `nsp_auth_wanted` at each connect instead.
    bool asks_auth = false;
    /// Events are sent one after the other, each again until it is acknowledged, this many times more than once.
    std::optional<std::size_t> retries = {};
    /// Of acknowledgements without a time-out of their own; none: until the connection ends.
    std::optional<std::chrono::milliseconds> ack_timeout = {};
    /// Events that wait for a connection.
    buffer_limits send_buffer = {};
    buffer_overflow on_overflow = buffer_overflow::refuse;
    /// Events of `retries` that are not acknowledged yet. One beyond is refused.
    buffer_limits retry_queue = {};
    /// Events that the server sends before its CONNECT reply. One beyond ends the connection.
    buffer_limits receive_buffer = {.bytes = 16 << 20, .packets = 16'384};
    std::size_t max_pending_acks = 10'000;

    friend bool operator==(client_nsp_options const&, client_nsp_options const&) = default;
};

} // namespace partyline
