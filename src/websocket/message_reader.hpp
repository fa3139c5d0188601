// Bytes in, messages out: the receiving half of a WebSocket connection (RFC 6455 sections 5 to 8, RFC 7692 section 6).
// It does not know where bytes come from, answers nothing itself, and keeps no time; `net/websocket_connection` feeds it.
//
// Theory of operation. A frame that lies whole in the bytes received is unmasked where it lies and handed out as a view:
// no copy, no allocation, no state. Only a frame cut by the end of the bytes, or a message cut into frames, is
// collected, in a `partial_message` that exists for as long as something is incomplete. So an idle connection owns
// nothing but the few words of this object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include <partyline/error.hpp>

#include "websocket/close_code.hpp"
#include "websocket/frame.hpp"
#include "websocket/role.hpp"

namespace partyline::websocket {

class inflater;
class partial_message;

/// What a remote side may make us hold. One object serves all connections; it outlives them.
struct message_limits
{
    std::size_t max_message_size = 1'000'000; ///< bytes of a message, compressed and decompressed; beyond: 1009
    std::size_t max_fragments = 16'384;       ///< frames of one message, empty ones too; beyond: 1008
};

/// A whole message. Text is valid UTF-8. 64 bytes behind the end of `data` can be read.
struct message
{
    bool is_binary = false;
    std::string_view data;
};
/// To be answered by a pong with the same payload (section 5.5.2).
struct ping
{
    std::string_view payload;
};
struct pong
{
    std::string_view payload;
};
/// The other end closes. `code` is `no_status` where the frame had none. To be answered by a close frame with that code.
struct close
{
    close_code code = close_code::no_status;
    std::string_view reason;
};
/// The other end broke a rule: send a close frame with `code`, then end the connection.
struct failure
{
    close_code code = close_code::protocol_error;
    errc error = errc::invalid_frame;
};

/// What `message_reader` hands out.
using reader_event = std::variant<message, ping, pong, close, failure>;

/// The reader of one connection.
/// Thread: that of its connection. Owner: the connection. Lifetime: the connection's, after the opening handshake.
class message_reader
{
public:
    /// `limits` and `decompressor` outlive the reader. The decompressor is null where permessage-deflate was not
    /// negotiated; one without context takeover is shared by all connections of a thread, one with takeover serves this
    /// reader alone.
    message_reader(role self, message_limits const& limits, inflater* decompressor = nullptr) noexcept;
    message_reader(message_reader&&) noexcept;
    message_reader& operator=(message_reader&&) noexcept;
    ~message_reader();

    /// Takes bytes that arrived; they are unmasked in place. They stay borrowed until `next_event()` has answered
    /// nothing, and 64 bytes behind them can be read. Bytes of an earlier call that were not yet read are forgotten:
    /// see `unread()`. After a `close` or `failure` the call does nothing.
    void receive(std::span<char> bytes) noexcept;

    /// The next thing that happened, or nothing if more bytes are needed. Views in it are good until the next call of
    /// any method of this reader.
    std::optional<reader_event> next_event();

    /// What was received but not yet read, untouched, to be kept and given to `receive` again: for a caller that stops
    /// before `next_event()` has answered nothing.
    [[nodiscard]] std::span<char> unread() const noexcept { return input_; }
    /// Whether a message or a frame has begun that has not ended.
    [[nodiscard]] bool is_midway() const noexcept { return partial_ != nullptr; }
    /// Bytes held for it.
    [[nodiscard]] std::size_t bytes_held() const noexcept;

private:
    // Each step reads something off `input_`; an empty outcome means that the next step may follow.
    using outcome = std::optional<reader_event>;

    [[nodiscard]] bool has_short_message() const noexcept;
    outcome read_short_message();
    [[nodiscard]] bool has_short_plain_message() const noexcept;
    outcome read_short_plain_message();
    outcome next_frame();
    outcome continue_frame();
    outcome whole_frame(frame_header const& header, std::string_view payload, bool is_ascii);
    outcome check_place(frame_header const& header);
    reader_event end_message();
    reader_event decompressed(bool is_binary, std::string_view compressed);
    reader_event control(opcode code, std::string_view payload);
    reader_event fail(close_code code, errc error) noexcept;
    partial_message& partial();

    std::span<char> input_;
    std::unique_ptr<partial_message> partial_;
    message_limits const* limits_;
    inflater* inflater_;
    role self_;
    bool finished_ = false;
};

} // namespace partyline::websocket
