#include "socketio/json_codec.hpp"

#include <base/spare_buffer.hpp>
#include <value/json_number.hpp>
#include <value/json_scan.hpp>

#include "socketio/header_writer.hpp"

namespace partyline::socketio {

json_codec::json_codec(codec_limits const& limits)
    : limits_(limits), writer_(outgoing_.buffer, outgoing_.attachments, limits.max_depth), document_(limits.max_depth)
{}

// ---- out ----

writer& json_codec::begin()
{
    outgoing_.buffer = base::spare_buffer::take();
    outgoing_.buffer.reserve(4 * payload::head_room); // most packets fit
    outgoing_.buffer.assign(payload::head_room, '\0');
    outgoing_.attachments.clear();
    writer_.restart();
    return writer_;
}

result<payload> json_codec::end()
{
    if (writer_.failure() != errc{}) return writer_.failure();
    payload done{std::move(outgoing_.buffer), std::move(outgoing_.attachments)};
    return done;
}

encoded_packet json_codec::seal(packet_header const& header, payload body, std::optional<std::string_view> offset) const
{
    bool const may_be_binary = header.type == packet_type::event || header.type == packet_type::ack;
    if (!may_be_binary) body.attachments.clear();
    auto& buffer = body.buffer;

    if (offset && body.body().ends_with(']')) {
        buffer.back() = ',';
        if (body.body() == "[,") buffer.pop_back();
        append_json_string(buffer, *offset);
        buffer += ']';
    }

    auto const size = header_size(header, body.attachments.size());
    auto room = payload::head_room;
    if (size > room - encoded_message::wire_head_room) {
        auto const more = size + encoded_message::wire_head_room - room;
        buffer.insert(0, more, '\0');
        room += more;
    }
    auto const begin = room - size;
    write_header(buffer.data() + begin, header, body.attachments.size());
    return {{std::move(buffer), begin, false}, std::move(body.attachments)};
}

// ---- in ----

auto json_codec::decode(bool is_binary, std::string_view data, std::unique_ptr<partial_packet>& partial) -> outcome
{
    complete_.reset();
    attachments_ = {};
    auto answer = is_binary ? decode_attachment(data, partial) : decode_text(data, partial);
    if (!answer) partial.reset();
    return answer;
}

auto json_codec::decode_text(std::string_view text, std::unique_ptr<partial_packet>& partial) -> outcome
{
    if (partial) return errc::invalid_packet; // nothing may come between a packet and its attachments
    if (text.size() > limits_.max_bytes) return errc::message_too_big;
    auto const header = read_header(text, limits_.max_attachments);
    if (!header) return header.error();

    auto const packet = read_packet(*header, {});
    if (!packet) return packet.error();
    if (header->attachments == 0) return std::optional(*packet);

    if (auto const placeholders = document_.check_placeholders(header->attachments); !placeholders)
        return placeholders.error();
    partial = std::make_unique<attachment_assembly>(text, header->attachments, limits_.max_bytes);
    return std::optional<incoming_packet>{};
}

auto json_codec::decode_attachment(std::string_view bytes, std::unique_ptr<partial_packet>& partial) -> outcome
{
    if (!partial) return errc::invalid_packet;                    // a stray one
    auto& assembly = static_cast<attachment_assembly&>(*partial); // no other codec has touched it
    if (auto const added = assembly.add(bytes); !added) return added.error();
    if (!assembly.complete()) return std::optional<incoming_packet>{};

    complete_.reset(static_cast<attachment_assembly*>(partial.release()));
    auto const header = read_header(complete_->text(), limits_.max_attachments);
    if (!header) return header.error();
    auto const packet = read_packet(*header, complete_->attachments());
    if (!packet) return packet.error();
    return std::optional(*packet);
}

result<incoming_packet> json_codec::read_packet(text_header const& header, std::span<binary const> attachments)
{
    attachments_ = attachments;
    is_event_ = header.type == packet_type::event;
    incoming_packet packet;
    packet.type = header.type;
    packet.nsp = header.nsp;
    packet.id = header.id;
    packet.arguments = {args::format::json, {}, 0, attachments};
    auto const done = header.type == packet_type::event ? read_event(header, packet)
                      : header.type == packet_type::ack ? read_ack(header, packet)
                                                        : read_lone(header, packet);
    if (!done) return done.error();
    packet.name_too_long = packet.nsp.size() > limits_.max_nsp_length || packet.event.size() > limits_.max_event_length;
    return packet;
}

// ["name", ...]
result<void> json_codec::read_event(text_header const& header, incoming_packet& packet)
{
    if (!header.payload.starts_with('[')) return errc::invalid_packet;
    if (auto const parsed = document_.parse_padded(header.payload); !parsed) return parsed.error();
    if (document_.size() == 0) return errc::invalid_packet;

    auto const list = split_first(header.payload);
    auto const name = event_name(list.first);
    if (!name) return name.error();
    packet.event = *name;
    packet.arguments.text = list.rest;
    packet.arguments.count = document_.size() - 1;
    return {};
}

result<std::string_view> json_codec::event_name(std::string_view text)
{
    auto& cursor = document_.root();
    cursor.enter_array();
    cursor.next_element();
    if (std::string_view name; cursor.read_string(name)) {
        if (is_reserved_event(name)) return errc::reserved_event;
        return name;
    }
    switch (cursor.peek()) {
    case value_kind::integer:
        return text;
    case value_kind::real: {
        double number = 0;
        cursor.read_double(number);
        number_name_.clear();
        append_json_number(number_name_, number);
        return std::string_view(number_name_);
    }
    default:
        return errc::invalid_packet;
    }
}

// [...]; an acknowledgement without a payload has no arguments, as in the official decoder
result<void> json_codec::read_ack(text_header const& header, incoming_packet& packet)
{
    auto const payload = header.payload;
    if (payload.empty()) return parse_in_brackets({});
    if (!payload.starts_with('[')) return errc::invalid_packet;
    if (auto const parsed = document_.parse_padded(payload); !parsed) return parsed.error();
    packet.arguments.text = payload.substr(1, payload.rfind(']') - 1);
    packet.arguments.count = document_.size();
    return {};
}

// CONNECT: an object or nothing. DISCONNECT: nothing. CONNECT_ERROR: an object, a text or nothing.
result<void> json_codec::read_lone(text_header const& header, incoming_packet& packet)
{
    if (auto const parsed = parse_in_brackets(header.payload); !parsed) return parsed.error();
    if (header.payload.empty()) return {};
    if (document_.size() != 1) return errc::invalid_packet;

    auto& cursor = document_.root();
    cursor.enter_array();
    cursor.next_element();
    auto const kind = cursor.peek();
    bool const fits =
        (header.type == packet_type::connect && kind == value_kind::object) ||
        (header.type == packet_type::connect_error && (kind == value_kind::object || kind == value_kind::string));
    if (!fits) return errc::invalid_packet;
    packet.arguments.text = header.payload;
    packet.arguments.count = 1;
    return {};
}

// So that `arguments` finds an array whatever the packet is.
result<void> json_codec::parse_in_brackets(std::string_view text)
{
    bracketed_.assign(1, '[');
    bracketed_ += text;
    bracketed_ += ']';
    auto const size = bracketed_.size();
    bracketed_.append(json_document::padding, '\0');
    return document_.parse_padded(std::string_view(bracketed_).substr(0, size));
}

reader& json_codec::arguments()
{
    auto& cursor = document_.root(attachments_);
    cursor.enter_array();
    if (is_event_) {
        cursor.next_element();
        cursor.skip();
    }
    return cursor;
}

} // namespace partyline::socketio

namespace partyline {

codec_factory json_codec()
{
    return [](codec_limits const& limits) -> std::unique_ptr<codec> {
        return std::make_unique<socketio::json_codec>(limits);
    };
}

} // namespace partyline
