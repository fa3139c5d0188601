// How Socket.IO packets become Engine.IO messages and back: the plug-in point for a wire format of one's own.
// The library brings two, `partyline::json_codec()` and `partyline::msgpack_codec()`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/args.hpp>
#include <partyline/binary.hpp>
#include <partyline/result.hpp>
#include <partyline/writer.hpp>

namespace partyline {

/// The types of Socket.IO protocol 5. BINARY_EVENT and BINARY_ACK are how an event or ack travels, not what it is.
enum class packet_type : std::uint8_t
{
    connect,
    disconnect,
    event,
    ack,
    connect_error
};

/// What stands before the payload of a packet.
struct packet_header
{
    packet_type type = packet_type::event;
    std::string_view nsp = "/";
    std::optional<std::uint64_t> id;
};

/// The payload of a packet, encoded once by whoever emits it, before the header (which may need an ack id or a
/// recovery offset known only later) is put before it. Not shared; sealed exactly once.
struct payload
{
    static constexpr std::size_t head_room = 64;
    /// `head_room` unused bytes, then the encoded payload (nothing behind the head room: the packet has no payload).
    std::string buffer = std::string(head_room, '\0');
    std::vector<binary> attachments;
    [[nodiscard]] std::string_view body() const noexcept { return std::string_view(buffer).substr(head_room); }
};

/// One Engine.IO message as a codec makes it. `text[begin..]` is the content; the bytes before `begin` are room for what
/// lower floors put before it (at least `wire_head_room` bytes), so that nothing is copied.
struct encoded_message
{
    static constexpr std::size_t wire_head_room = 16;
    std::string buffer;
    std::size_t begin = 0;
    bool is_binary = false;
};

/// A packet as it goes out: the first message, then the binary messages that belong to it, in order.
struct encoded_packet
{
    encoded_message first;
    std::vector<binary> attachments;
};

/// Arguments as they stand in received bytes: a view, so that handing a packet on copies nothing.
struct arguments_view
{
    args::format how = args::format::json;
    std::string_view text{};
    std::size_t count = 0;
    std::span<binary const> attachments{};

    /// As `args`, which must not outlive the view's storage; copies of it may.
    [[nodiscard]] args borrow() const noexcept { return args::borrow(how, text, count, attachments); }
};

/// A packet as it came in. Everything is a view into the codec and the received bytes, valid until the codec's next call
/// of `decode`.
struct incoming_packet
{
    packet_type type = packet_type::event;
    std::string_view nsp = "/";
    std::optional<std::uint64_t> id;
    /// EVENT: the name (a number is given as its decimal text). Otherwise empty.
    std::string_view event;
    /// The namespace or the event name is longer than the limits allow: to be refused by an answer, not by a close.
    bool name_too_long = false;
    /// EVENT: what follows the name. ACK: the arguments. CONNECT, CONNECT_ERROR: the payload as the one argument, or none.
    arguments_view arguments;
};

/// What a codec remembers of one connection between messages: a packet whose attachments are still to come.
class partial_packet
{
public:
    virtual ~partial_packet() = default;
    /// Bytes held, for accounting.
    [[nodiscard]] virtual std::size_t bytes() const noexcept = 0;
};

/// What a remote side may ask of a codec.
struct codec_limits
{
    std::size_t max_attachments = 10;   ///< binary attachments per packet
    std::size_t max_depth = 128;        ///< nesting of arrays and objects, reading and writing
    std::size_t max_nsp_length = 256;   ///< bytes of a namespace's name
    std::size_t max_event_length = 256; ///< bytes of an event's name
    std::size_t max_bytes = 1'000'000;  ///< bytes of a packet and its attachments together
};

/// A wire format. Thread: one object belongs to one thread; `codec_factory` makes one for each that needs one.
class codec
{
public:
    virtual ~codec() = default;

    /// Starts a payload and answers the writer for it. Exactly one value is written (an array for EVENT and ACK).
    virtual writer& begin() = 0;
    /// Ends the payload that `begin` started. Fails where the writer failed.
    virtual result<payload> end() = 0;
    /// Puts the header before a payload. `offset` is appended as last element to the payload's array (connection state recovery).
    /// Names longer than the head room are legal and cost a copy. Reentrant with respect to begin()/end().
    virtual encoded_packet seal(packet_header const& header, payload body,
                                std::optional<std::string_view> offset = {}) const = 0;

    /// Takes one Engine.IO message of a connection. Answers the packet if it is complete, nothing if attachments are
    /// still to come (they are kept in `partial`), or why the connection has to be closed (`partial` is then empty).
    /// `data` has 64 readable bytes behind its end.
    virtual result<std::optional<incoming_packet>> decode(bool is_binary, std::string_view data,
                                                          std::unique_ptr<partial_packet>& partial) = 0;
    /// A cursor over `arguments` of the packet decoded last, as if they stood in an array that has just been entered:
    /// call `next_element()` before each. Valid until the next `decode`; every call starts again at the first.
    /// Precondition: the last `decode` answered a packet.
    virtual reader& arguments() = 0;

protected:
    codec() = default;
    codec(codec const&) = default;
    codec& operator=(codec const&) = default;
};

using codec_factory = std::function<std::unique_ptr<codec>(codec_limits const&)>;

/// The default of the whole JavaScript family: text, with binary in attachments.
codec_factory json_codec();
/// The format of `socket.io-msgpack-parser`: each packet is one binary message.
codec_factory msgpack_codec();

/// The event names that neither side may use: connect, connect_error, disconnect, disconnecting, newListener, removeListener.
[[nodiscard]] bool is_reserved_event(std::string_view name) noexcept;
/// Throws `partyline::error(errc::reserved_event)` for them.
void refuse_reserved(std::string_view event);

} // namespace partyline
