// The default wire format: JSON text, with binary in attachments behind it. Its public name is `partyline::json_codec()`.
// It knows packets, not connections: whether a packet is welcome now (attachments before CONNECT, an event in a
// namespace that was not joined) is for the floor above to judge.
//
// Theory of operation. Out: `begin` hands out a writer on one buffer whose first bytes stay free; `seal` writes the header
// into them, so a packet is one buffer and no copy. In: `read_header` takes the front apart, one reusable document
// validates the whole payload; the event's name and the arguments are views of the text, which may be relayed as it is.
// A packet with attachments is validated when its text comes, waits in an `attachment_assembly`, and is parsed
// once more when it is complete, because the document has served other connections meanwhile.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <partyline/codec.hpp>
#include <value/json_document.hpp>
#include <value/json_writer.hpp>

#include "socketio/attachment_assembly.hpp"
#include "socketio/header_reader.hpp"

namespace partyline::socketio {

/// Thread: one.
/// Owner: the shard, or the loop of a client.
/// Lifetime: the packets and readers it hands out end with its next call of `decode`.
class json_codec final : public codec
{
public:
    explicit json_codec(codec_limits const& limits);

    writer& begin() override;
    result<payload> end() override;
    encoded_packet seal(packet_header const& header, payload body,
                        std::optional<std::string_view> offset) const override;
    result<std::optional<incoming_packet>> decode(bool is_binary, std::string_view data,
                                                  std::unique_ptr<partial_packet>& partial) override;
    reader& arguments() override;

private:
    using outcome = result<std::optional<incoming_packet>>;

    outcome decode_text(std::string_view text, std::unique_ptr<partial_packet>& partial);
    outcome decode_attachment(std::string_view bytes, std::unique_ptr<partial_packet>& partial);
    result<incoming_packet> read_packet(text_header const& header, std::span<binary const> attachments);
    result<void> read_event(text_header const& header, incoming_packet& packet);
    result<void> read_ack(text_header const& header, incoming_packet& packet);
    result<void> read_lone(text_header const& header, incoming_packet& packet);
    result<std::string_view> event_name(std::string_view text);
    result<void> parse_in_brackets(std::string_view text);

    codec_limits limits_;

    payload outgoing_;
    json_writer writer_; // on outgoing_

    json_document document_;
    std::unique_ptr<attachment_assembly> complete_; // the storage of the packet decoded last, where it had attachments
    std::span<binary const> attachments_;           // its attachments
    bool is_event_ = false;                         // the document is an array that begins with the name of an event
    std::string bracketed_;                         // a payload that is no array, made into one
    std::string number_name_;                       // the name of an event that is a number
};

} // namespace partyline::socketio
