// One Engine.IO session: a stream of messages in both directions, whatever carries it. The heart of this floor. It
// does not know sockets, HTTP headers, WebSocket frames, its own id, or what a message means. Driven by `server/shard`.
//
// Theory of operation
//   Everything to be sent stands in one ordered queue. On a WebSocket the shell writes from `queue()` and reports
//   with `consume`; while polling it calls `flush_poll` once per turn. So a session that moves from one transport to the
//   other needs to move nothing, and order cannot break.
//   What arrives is read lazily: `receive*` only remembers the bytes, `next_event` reads one packet at a time, so that a
//   handler may close the session between two messages of one payload.
//   After every call on a session the shell asks `next_event` until there is none, and reads `next_deadline`.
//   Each exchange given to a session is answered or aborted exactly once. `closed` is the last event; after it, requests
//   are answered with `unknown_session` and nothing else happens.
//   Heartbeat: session_heartbeat.cpp. Polling: session_polling.cpp. Upgrade: session_upgrade.cpp. The rest: session.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engineio/delivery_queue.hpp"
#include "engineio/payload_reader.hpp"
#include "engineio/send_result.hpp"
#include "engineio/session_context.hpp"
#include "engineio/session_event.hpp"
#include "engineio/transport.hpp"

namespace partyline::engineio {

/// What may be left in a queue after a flush.
struct queue_limits
{
    std::size_t bytes = 1 << 20;
    std::size_t messages = 4096;
};

/// A payload for the GET that waited.
struct poll_answer
{
    exchange_id exchange = exchange_id::none;
    bool compress = false; ///< some message of it allows HTTP compression
};

/// Thread: its shard's. Owner: a slot of the shard. Lifetime: until the shell has seen `closed`; outlives every link.
class session
{
public:
    /// A session that begins with a GET: hand that request to `receive_poll` next. `open` is the packet of the
    /// handshake, see `endpoint::open_packet`; it is answered alone.
    session(session_context& context, delivery_ref open, time_point now, revision protocol = revision::v4);
    /// A session that begins on a WebSocket.
    session(session_context& context, delivery_ref open, link_id link, time_point now,
            revision protocol = revision::v4);

    session(session&&) = delete;
    session& operator=(session&&) = delete;
    ~session() = default;

    // --- from the wire ------------------------------------------------------------------------------------------

    /// A GET. It is answered by `flush_poll`, or by an event.
    void receive_poll(exchange_id exchange, time_point now);
    /// The head of a POST has come. Optional, and what detects two bodies on their way at the same time.
    void begin_post(exchange_id exchange, bool is_octet_stream, time_point now);
    /// The whole body of a POST; `body` stays as it is until `next_event` has answered nothing.
    void receive_post(exchange_id exchange, bool is_octet_stream, std::string_view body, time_point now);
    /// The shell has answered a POST by itself, because it was too big: the session goes on.
    void drop_post(exchange_id exchange) noexcept;
    /// The connection of a waiting GET is gone: the end of the session.
    void poll_aborted(exchange_id exchange, time_point now);
    /// The connection of an unfinished POST is gone: the end of the session.
    void post_aborted(exchange_id exchange, time_point now);

    /// A WebSocket with the id of this session has come. False: close it, the session has one already.
    [[nodiscard]] bool probe(link_id link, time_point now);
    /// A WebSocket message, on the live link or the probing one; `data` as `body` above. From other links: ignored.
    void receive(link_id link, bool is_binary, std::string_view data, time_point now);
    /// A WebSocket is gone. `clean`: closed or lost; otherwise its frames were invalid or too big, and `detail`, a fixed text, says how.
    void link_closed(link_id link, bool clean, time_point now, std::string_view detail = {});

    void tick(time_point now);
    /// When `tick` is to be called at the latest; `time_point::max()` once closed.
    [[nodiscard]] time_point next_deadline() const noexcept;

    // --- from above ---------------------------------------------------------------------------------------------

    send_result send(delivery_ref item, send_flags flags = {});
    /// Ends the session: at once with `discard`, else when the peer has been given what is queued, or after `close_timeout`.
    void close(bool discard, time_point now);

    // --- to the shell -------------------------------------------------------------------------------------------

    [[nodiscard]] std::optional<session_event> next_event();

    /// What is to be sent, oldest first. On a WebSocket the shell writes it; while polling `flush_poll` takes it.
    [[nodiscard]] std::span<delivery_ref const> queue() const noexcept { return queue_.items(); }
    /// The `count` oldest deliveries are completely written on the live WebSocket. A close that waited may follow as event.
    void consume(std::size_t count);
    /// Whether bytes were left over when the live WebSocket was written last. Volatile messages are dropped then.
    void blocked(bool value) noexcept { blocked_ = value; }
    /// The answer for the waiting GET, if there is one and something to say: the payload is appended to `body`.
    /// Ask for events afterwards: a close that waited may follow.
    [[nodiscard]] std::optional<poll_answer> flush_poll(std::string& body);

    [[nodiscard]] std::size_t queued_bytes() const noexcept { return queued_bytes_; }
    [[nodiscard]] std::size_t queued_messages() const noexcept { return queue_.size(); }
    /// The oldest message does not count: however long it is, it is on its way.
    [[nodiscard]] bool over_limit(queue_limits const& limits) const noexcept
    {
        if (queue_.empty()) return false;
        return queued_bytes_ - queue_.items().front()->bytes() > limits.bytes || queue_.size() > limits.messages;
    }

    // --- getters ------------------------------------------------------------------------------------------------

    [[nodiscard]] transport current_transport() const noexcept { return transport_; }
    [[nodiscard]] revision protocol() const noexcept { return protocol_; }
    [[nodiscard]] bool is_open() const noexcept { return state_ == state::open; }
    [[nodiscard]] bool is_closed() const noexcept { return state_ == state::closed; }
    /// The live WebSocket, or none while polling.
    [[nodiscard]] link_id link() const noexcept { return link_; }
    [[nodiscard]] link_id probing_link() const noexcept { return probe_ ? probe_->link : link_id::none; }
    [[nodiscard]] bool poll_waits() const noexcept { return poll_ != exchange_id::none; }

private:
    enum class state : std::uint8_t
    {
        open,
        closing,
        closed
    };
    // an upgrade that is under way
    struct probing
    {
        link_id link;
        time_point give_up_at;
        time_point noop_at = time_point::max(); // a waiting poll is released
    };
    enum class reading : std::uint8_t
    {
        nothing,
        payload,
        text_frame,
        binary_frame
    };

    // session.cpp
    void push(delivery_ref item);
    void pop(std::size_t count) noexcept;
    void tell(session_event event);
    void finish(close_reason reason, std::string_view detail = {}, answer to_poll = answer::close);
    void finish_if_drained();
    void start_reading(reading what, std::string_view data, time_point now);
    std::optional<message_received> read_packet();
    std::optional<message_received> read_frame();
    std::optional<message_received> handle(result<packet> const& item);
    // session_heartbeat.cpp
    void tick_heartbeat(time_point now);
    void pong_received(time_point now) noexcept;
    void other_received(time_point now) noexcept;
    // session_polling.cpp
    [[nodiscard]] bool refuse_request(exchange_id exchange);
    std::optional<message_received> read_payload();
    void end_post();
    // session_upgrade.cpp
    void tick_probe(time_point now);
    void receive_probe(bool is_binary, std::string_view data, time_point now);
    void complete_upgrade();
    void forget_probe() noexcept;

    session_context* context_;
    delivery_queue queue_;
    std::size_t queued_bytes_ = 0;
    exchange_id poll_ = exchange_id::none;
    exchange_id post_ = exchange_id::none;
    link_id link_ = link_id::none;
    std::unique_ptr<probing> probe_;
    time_point heartbeat_at_; // the next ping, the end of waiting for a pong, or of closing
    payload_reader incoming_; // what is being read: a payload, or one frame
    std::unique_ptr<std::vector<session_event>> outbox_;
    transport transport_;
    revision protocol_;
    state state_ = state::open;
    reading reading_ = reading::nothing;
    bool opening_ : 1 = false; // the answer to the handshake is still to come, and is the open packet alone
    bool awaits_pong_ : 1 = false;
    bool extended_ : 1 = false; // this ping's time-out has been extended once
    bool blocked_ : 1 = false;
    bool noop_due_ : 1 = false;      // the probe asks for the waiting poll, or the next one, to be released
    bool post_complete_ : 1 = false; // its body has come
};
static_assert(sizeof(session) <= 120, "every idle client costs one");

} // namespace partyline::engineio
