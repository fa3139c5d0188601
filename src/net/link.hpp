// A WebSocket connection that stands: messages in, deliveries out. It does not know what a message means and keeps no queue;
// its owner (a session's slot in the server) keeps the queue and is told how much of it was written.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include <partyline/error.hpp>

#include "engineio/delivery.hpp"
#include "net/channel.hpp"
#include "net/http_host.hpp"
#include "net/tls_context.hpp"
#include "websocket/message_reader.hpp"

namespace partyline::net {

class connections;
class link;

/// How a link ended.
struct link_end
{
    std::uint16_t code =
        1006; ///< WebSocket's close code: the other end's, or the one sent for a bad frame; 1005: none given; 1006: no close frame
    bool clean = false; ///< both close frames were exchanged
    errc reason =
        errc::disconnected; ///< invalid_frame, invalid_utf8, message_too_big, limit_exceeded, timed_out, disconnected
};

/// Calls come on the loop's thread, never out of `write`, `close` or `abort`. In each of them the link may be closed or aborted, and the owner may destroy itself.
class link_owner
{
public:
    /// One message. `data` is valid during the call and has 64 readable bytes behind it.
    virtual void on_message(link& from, bool is_binary, std::string_view data) = 0;
    /// After a `write` that did not take everything: there is room again. Write at the end of the turn, as always.
    virtual void on_writable(link& from) = 0;
    /// It is over. Called exactly once unless `abort` was called; afterwards nothing is called any more and `from` must be forgotten.
    virtual void on_link_closed(link& from, link_end end) = 0;

protected:
    ~link_owner() = default;
};

/// What the links of one server have in common. Must outlive them.
struct link_options
{
    websocket::message_limits messages = {};
    std::uint32_t max_pending_pongs = 60; ///< answers to pings which the other end does not read; beyond: closed, 1008
    std::chrono::milliseconds close_timeout{10'000}; ///< for the other end's close frame, and for the end of its bytes
    std::size_t compress_threshold = 1024;           ///< packets below are sent as they are
};

/// Memory: 72 bytes while idle; a state of its own only while a message is incomplete, a write unfinished, or context takeover is on.
///
/// Thread: its loop's. Owner: `connections`. Lifetime: until the end of the turn in which it ended.
class link final : public channel
{
public:
    [[nodiscard]] link_id id() const noexcept;

    /// Writes from the front of the owner's queue, at the end of a turn. Answers how many deliveries are done with: they are to be dropped.
    /// The bytes already written of the next one are remembered here, so it must stay first in the queue.
    [[nodiscard]] std::size_t write(std::span<engineio::delivery_ref const> queue);
    /// The kernel did not take all: `on_writable` will come. Until then `write` does nothing.
    [[nodiscard]] bool blocked() const noexcept { return (flags_ & is_blocked) != 0; }
    /// Bytes that this link had to keep itself: counted towards the limit of the send queue.
    [[nodiscard]] std::size_t kept_bytes() const noexcept;
    /// Bytes written of the first delivery of the queue.
    [[nodiscard]] std::size_t offset() const noexcept { return offset_; }

    /// Sends a close frame (`code` 1005: an empty one) behind what is written already and waits for the other end's, at most
    /// `close_timeout`. Messages that arrive meanwhile are dropped. The rest of a delivery begun is discarded with the connection.
    void close(std::uint16_t code = 1005, std::string_view reason = {});
    /// Closes at once, without a word to the owner either.
    void abort();

    void on_ready(std::uint32_t events) override;
    void on_again() override;
    void on_deadline(time_point now) override;
    ~link() override;

private:
    friend class connections;
    struct state;
    enum flag : std::uint16_t
    {
        is_blocked = 1,
    };

    connections* home_;
    link_owner* owner_;
    link_options const* options_;
    tls_state tls_;
    std::unique_ptr<state> state_;
    std::size_t offset_ = 0;
    std::uint32_t slot_;
    std::uint16_t flags_ = 0;
    std::uint16_t deflate_ = 0;
};

} // namespace partyline::net
