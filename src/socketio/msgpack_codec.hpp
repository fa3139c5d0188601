// The wire format of `socket.io-msgpack-parser`: each packet is one binary message, a map `{type, nsp[, id][, data]}` in
// which binary has its place, so nothing is ever incomplete. Its public name is `partyline::msgpack_codec()`.
// What a packet may hold is the same as in JSON.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <partyline/codec.hpp>
#include <value/msgpack_document.hpp>
#include <value/msgpack_writer.hpp>

namespace partyline::socketio {

/// Thread: one.
/// Owner: the shard, or the loop of a client.
/// Lifetime: the packets and readers it hands out end with its next call of `decode`.
class msgpack_codec final : public codec
{
public:
    explicit msgpack_codec(codec_limits const& limits);

    writer& begin() override;
    result<payload> end() override;
    encoded_packet seal(packet_header const& header, payload body,
                        std::optional<std::string_view> offset) const override;
    result<std::optional<incoming_packet>> decode(bool is_binary, std::string_view data,
                                                  std::unique_ptr<partial_packet>& partial) override;
    reader& arguments() override;

private:
    // where `arguments` finds the packet's
    enum class shape : std::uint8_t
    {
        list,   // `data` is an array of them
        event,  // the same, behind the name
        wrapped // `data` is the one, or there are none: in an array of its own
    };

    result<incoming_packet> read_packet(std::string_view data);
    result<void> read_payload(std::string_view data, incoming_packet& packet);
    result<void> read_event_name(incoming_packet& packet);
    result<void> wrap(std::string_view content);
    reader& payload_cursor();

    codec_limits limits_;

    payload outgoing_;
    msgpack_writer writer_; // on outgoing_

    msgpack_document document_; // the packet decoded last
    msgpack_document wrapped_;  // its payload in an array of its own, where it is none
    std::string wrapped_bytes_;
    std::size_t payload_member_ = 0; // which member of the packet's map is `data`, from 1; 0: none
    shape shape_ = shape::wrapped;
    std::string number_name_; // the name of an event that is a number
};

} // namespace partyline::socketio
