// What a client's Engine.IO session may be told: which transports, whether to move to a better one, and its limits. It
// does not know where the server is or how it is reached; the shell does. Read by `client_session`.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "engineio/transport.hpp"

namespace partyline::engineio {

/// Defaults are those of the official client, where it has the option.
struct client_options
{
    /// In the order of preference; the first opens the session.
    std::vector<transport> transports = {transport::polling, transport::websocket};
    bool upgrade = true;             ///< probe a WebSocket once polling works
    bool remember_upgrade = false;   ///< begin with a WebSocket if the last one worked
    bool try_all_transports = false; ///< when the first does not open, try the next
    bool force_base64 = false;       ///< binary as base64 text on a WebSocket, too
    /// Whether requests carry a parameter that is new each time. None: polling does, WebSockets do not.
    std::optional<bool> timestamp_requests = {};
    std::string timestamp_param = "t";
    std::chrono::milliseconds upgrade_timeout{10'000}; ///< from the start of the probe to the end of the move
    std::chrono::milliseconds close_timeout{30'000};   ///< how long a close waits until what is queued has left
    std::size_t max_message_bytes = 16'000'000;        ///< of one polling answer or WebSocket message
    std::size_t max_payload_packets = 65'536;          ///< packets in one polling answer
};

} // namespace partyline::engineio
