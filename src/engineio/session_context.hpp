// What all sessions of one shard share: their times and limits, the control packets that are always the same, and a
// scratch buffer. It does not know the sessions. Made by the shard, referred to by each session.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "engineio/delivery.hpp"
#include "engineio/transport.hpp"

namespace partyline::engineio {

/// The times and limits of a session. Defaults are those of the official server.
struct session_options
{
    std::chrono::milliseconds ping_interval{25'000};   ///< from the handshake, or the last pong, to the next ping
    std::chrono::milliseconds ping_timeout{20'000};    ///< how long a ping may stay unanswered
    std::chrono::milliseconds upgrade_timeout{10'000}; ///< from the arrival of the probing WebSocket to its `5`
    std::chrono::milliseconds close_timeout{30'000};   ///< how long a close waits for the peer to fetch what is queued
    std::chrono::milliseconds noop_interval{100}; ///< how often a waiting poll is released while a probe is under way
    std::size_t max_payload_packets = 65'536;     ///< packets in one POST body
};

/// Thread: its shard's. Owner: the shard. Lifetime: longer than every session that refers to it.
class session_context
{
public:
    explicit session_context(session_options const& options);
    session_context(session_context const&) = delete;
    session_context& operator=(session_context const&) = delete;

    [[nodiscard]] session_options const& options() const noexcept { return options_; }
    /// "2": what a heartbeat queues.
    [[nodiscard]] delivery_ref const& ping() const noexcept { return ping_; }
    /// "3probe": what the shell writes on the link named by `probe_answered`.
    [[nodiscard]] delivery_ref const& probe_answer() const noexcept { return probe_answer_; }

    // For the session that is receiving, between its `receive*` and the end of its events; never two at a time.

    /// Where the binary packets of a payload are decoded.
    [[nodiscard]] std::string& scratch() noexcept { return scratch_; }
    /// When the bytes that are being read have come.
    [[nodiscard]] time_point received_at() const noexcept { return received_at_; }
    void set_received_at(time_point now) noexcept { received_at_ = now; }

private:
    session_options options_;
    delivery_ref ping_;
    delivery_ref probe_answer_;
    std::string scratch_;
    time_point received_at_{};
};

} // namespace partyline::engineio
