// A WebSocket connection that stands: messages in, deliveries out. It does not know what a message means and keeps no queue;
// its owner (a session's slot in the server) keeps the queue and is told how much of it was written.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include <partyline/error.hpp>

#include "engineio/delivery.hpp"
#include "net/byte_stream.hpp"
#include "net/channel.hpp"
#include "net/frame_pieces.hpp"
#include "net/http_host.hpp"
#include "net/tls_context.hpp"
#include "websocket/deflate_negotiation.hpp"
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
    /// `close_timeout`. Messages that arrive meanwhile are dropped. A delivery that is written in part has to be finished by further writes; of the others behind it nothing is sent.
    void close(std::uint16_t code = 1005, std::string_view reason = {});
    /// One text frame, before everything that the owner has queued; at the end of the turn. For packets that overtake.
    void send_text(std::string_view text);
    /// From now on binary goes out as text frames of `b` and base64: for clients that asked for it.
    void send_base64() noexcept { flags_ |= says_base64; }
    /// Closes at once, without a word to the owner either.
    void abort();
    /// From now on `owner` is told instead: for a link that still says goodbye when its owner goes.
    void give_to(link_owner& owner) noexcept { owner_ = &owner; }

    void on_ready(std::uint32_t events) override;
    void on_again() override;
    void on_deadline(time_point now) override;
    ~link() override;

private:
    friend class connections;
    struct state;
    enum flag : std::uint16_t
    {
        is_blocked = 1,    // the kernel took less than all; nothing is written until it has room
        is_watching = 2,   // for writability
        is_dirty = 4,      // in the list of those with own bytes to flush
        is_closing = 8,    // our close frame is queued or sent
        is_lingering = 16, // our bytes have ended; the other end's are dropped until they end
        is_broken = 32,    // a write failed; the owner hears of it at the end of the turn
        inflates = 64,     // permessage-deflate was negotiated
        says_base64 = 128, // binary goes out as text
        is_client = 256,   // we opened it: what leaves is masked
    };

    link(connections& home, std::uint32_t slot, int descriptor, tls_state tls, link_options const& options,
         link_owner& owner);
    void begin(std::string_view answer, std::optional<websocket::deflate_parameters> const& deflate,
               std::string_view unread);

    // reading (link.cpp)
    void receive();
    void drop_input();
    std::span<char> read_messages(std::span<char> bytes);
    bool handle(websocket::reader_event const& event);
    void keep_unread(std::span<char const> rest);
    void mark_dirty();
    [[nodiscard]] websocket::role role() const noexcept;
    [[nodiscard]] std::optional<websocket::mask_key> next_mask();
    void queue_pong(std::string_view payload);
    void queue_close(websocket::close_code code, std::string_view reason);

    // ending (link.cpp)
    void end(link_end how);
    void finish();
    void close_descriptor();
    bool report_broken();
    [[nodiscard]] std::size_t held_bytes() const noexcept;

    // writing (link_writer.cpp)
    [[nodiscard]] std::size_t write_joined(std::span<engineio::delivery_ref const> queue);
    [[nodiscard]] std::size_t write_in_order(std::span<engineio::delivery_ref const> queue);
    [[nodiscard]] std::size_t write_copies(std::span<engineio::delivery_ref const> queue);
    void append_frames(engineio::delivery& item, std::string& out);
    [[nodiscard]] bool deflate(engineio::delivery const& item, std::size_t part, std::string& out);
    std::size_t account(std::span<engineio::delivery_ref const> queue, std::size_t taken);
    io_status send(std::string_view bytes, std::size_t& taken);
    void settle(io_status status);
    void flush_own();
    [[nodiscard]] frame_pieces form() const;
    [[nodiscard]] bool has_own() const noexcept;

    state& own_state();
    void drop_state() noexcept;

    connections* home_;
    link_owner* owner_; // null once it has been told the end
    link_options const* options_;
    tls_state tls_;
    std::unique_ptr<state> state_;
    std::size_t offset_ = 0;
    std::uint32_t slot_;
    std::uint16_t flags_ = 0;
    std::uint16_t window_bits_ = 0; // of what is sent compressed without takeover; 0: nothing is
};

} // namespace partyline::net
