// What all client sessions of one loop share: the packet that answers a ping, and a scratch buffer. It does not know the
// sessions. Made by the loop, referred to by each `client_session`.
#pragma once

#include <string>

#include "engineio/delivery.hpp"
#include "engineio/transport.hpp"

namespace partyline::engineio {

/// Thread: its loop's. Owner: the loop. Lifetime: longer than every session that refers to it.
class client_context
{
public:
    client_context();
    client_context(client_context const&) = delete;
    client_context& operator=(client_context const&) = delete;

    /// "3": what a ping queues.
    [[nodiscard]] delivery_ref const& pong() const noexcept { return pong_; }

    // For the session that is receiving, between its `receive*` and the end of its events; never two at a time.

    /// Where the binary packets of a payload are decoded.
    [[nodiscard]] std::string& scratch() noexcept { return scratch_; }
    /// When the bytes that are being read have come.
    [[nodiscard]] time_point received_at() const noexcept { return received_at_; }
    void set_received_at(time_point now) noexcept { received_at_ = now; }

private:
    delivery_ref pong_;
    std::string scratch_;
    time_point received_at_{};
};

} // namespace partyline::engineio
