#include "socketio/msgpack_codec.hpp"

#include <algorithm>

#include <base/spare_buffer.hpp>
#include <value/json_number.hpp>

namespace partyline::socketio {

namespace {

unsigned byte_at(std::string_view bytes, std::size_t at) noexcept { return static_cast<unsigned char>(bytes[at]); }

// The front of an array or map: how many elements or members it has, and how long the front is.
struct container_head
{
    std::size_t count;
    std::size_t size;
};

// Precondition: valid msgpack that begins with an array or a map.
container_head read_head(std::string_view bytes) noexcept
{
    auto const first = byte_at(bytes, 0);
    if (first < 0xa0) return {first & 0x0f, 1};
    std::size_t const size = (first & 1) != 0 ? 5 : 3; // dd, df: 32 bits; dc, de: 16
    std::size_t count = 0;
    for (std::size_t at = 1; at < size; ++at) count = count << 8 | byte_at(bytes, at);
    return {count, size};
}

bool is_array(std::string_view bytes) noexcept
{
    if (bytes.empty()) return false;
    auto const first = byte_at(bytes, 0);
    return (first & 0xf0) == 0x90 || first == 0xdc || first == 0xdd;
}

// Counts one more element in the array at `begin`; its front may grow into the room before it. Answers where it begins now.
std::size_t count_one_more(std::string& buffer, std::size_t begin)
{
    auto const [count, size] = read_head(std::string_view(buffer).substr(begin));
    auto const more = count + 1;
    auto const needed = std::max(size, more < 16 ? std::size_t{1} : more <= 0xffff ? std::size_t{3} : std::size_t{5});
    begin -= needed - size;
    if (needed == 1) {
        buffer[begin] = static_cast<char>(0x90 | more);
        return begin;
    }
    buffer[begin] = static_cast<char>(needed == 3 ? 0xdc : 0xdd);
    for (std::size_t at = 1; at < needed; ++at) buffer[begin + at] = static_cast<char>(more >> (8 * (needed - 1 - at)));
    return begin;
}

} // namespace

msgpack_codec::msgpack_codec(codec_limits const& limits)
    : limits_(limits),
      writer_(outgoing_.buffer, limits.max_depth),
      document_(limits.max_depth),
      wrapped_(limits.max_depth)
{}

// ---- out ----

writer& msgpack_codec::begin()
{
    outgoing_.buffer = base::spare_buffer::take();
    outgoing_.buffer.reserve(4 * payload::head_room); // most packets fit
    outgoing_.buffer.assign(payload::head_room, '\0');
    outgoing_.attachments.clear();
    writer_.restart();
    return writer_;
}

result<payload> msgpack_codec::end()
{
    if (writer_.failure() != errc{}) return writer_.failure();
    payload done{std::move(outgoing_.buffer), {}};
    return done;
}

encoded_packet msgpack_codec::seal(packet_header const& header, payload body,
                                   std::optional<std::string_view> offset) const
{
    auto& buffer = body.buffer;
    auto room = payload::head_room;
    bool const has_data = buffer.size() > room;
    if (offset && is_array(body.body())) {
        room = count_one_more(buffer, room);
        msgpack_writer(buffer).string(*offset);
    }

    std::string head;
    msgpack_writer out(head);
    out.begin_object(2U + (header.id ? 1U : 0U) + (has_data ? 1U : 0U));
    out.key("type");
    out.integer(static_cast<int>(header.type));
    out.key("nsp");
    out.string(header.nsp);
    if (header.id) {
        out.key("id");
        out.unsigned_integer(*header.id);
    }
    if (has_data) out.key("data");

    if (auto const needed = head.size() + encoded_message::wire_head_room; needed > room) {
        buffer.insert(0, needed - room, '\0');
        room = needed;
    }
    auto const begin = room - head.size();
    std::copy(head.begin(), head.end(), buffer.begin() + static_cast<std::ptrdiff_t>(begin));
    return {{std::move(buffer), begin, true}, {}};
}

// ---- in ----

result<std::optional<incoming_packet>> msgpack_codec::decode(bool is_binary, std::string_view data,
                                                             std::unique_ptr<partial_packet>&)
{
    if (!is_binary) return errc::invalid_packet;
    if (data.size() > limits_.max_bytes) return errc::message_too_big;
    auto const packet = read_packet(data);
    if (!packet) return packet.error();
    return std::optional(*packet);
}

result<incoming_packet> msgpack_codec::read_packet(std::string_view data)
{
    if (auto const parsed = document_.parse(data); !parsed) return parsed.error();
    auto& cursor = document_.root();
    if (!cursor.enter_object()) return errc::invalid_packet;

    std::optional<packet_type> type;
    std::optional<std::string_view> nsp;
    incoming_packet packet;
    std::string_view content;
    payload_member_ = 0;
    // the cursor reads, `at` keeps in step to know where the bytes of a value are
    auto at = read_head(data).size;
    std::size_t member = 0;
    for (std::string_view key; cursor.next_key(key);) {
        ++member;
        auto const begin = msgpack_value_end(data, at);
        at = msgpack_value_end(data, begin);
        if (key == "type") {
            std::uint64_t number = 0;
            if (!cursor.read_uint64(number) || number > 4) return errc::invalid_packet;
            type = static_cast<packet_type>(number);
        } else if (key == "nsp") {
            std::string_view name;
            if (!cursor.read_string(name)) return errc::invalid_packet;
            nsp = name;
        } else if (key == "id" && !cursor.read_null()) {
            std::uint64_t number = 0;
            if (!cursor.read_uint64(number)) return errc::invalid_packet;
            packet.id = number;
        } else if (key == "data" && !cursor.read_null()) { // null stands for nothing: some clients always write the key
            payload_member_ = member;
            content = data.substr(begin, at - begin);
            cursor.skip();
        } else if (key != "id" && key != "data") {
            cursor.skip();
        }
    }
    if (!type || !nsp) return errc::invalid_packet;
    packet.type = *type;
    packet.nsp = *nsp;
    packet.arguments.how = args::format::msgpack;
    if (auto const done = read_payload(content, packet); !done) return done.error();
    packet.name_too_long = packet.nsp.size() > limits_.max_nsp_length || packet.event.size() > limits_.max_event_length;
    return packet;
}

result<void> msgpack_codec::read_payload(std::string_view content, incoming_packet& packet)
{
    auto const type = packet.type;
    if (type == packet_type::event || type == packet_type::ack) {
        if (!is_array(content)) return errc::invalid_packet;
        auto const [count, size] = read_head(content);
        shape_ = type == packet_type::ack ? shape::list : shape::event;
        packet.arguments.text = content.substr(size);
        packet.arguments.count = count;
        if (type == packet_type::ack) return {};

        if (count == 0) return errc::invalid_packet;
        packet.arguments.text = content.substr(msgpack_value_end(content, size));
        packet.arguments.count = count - 1;
        return read_event_name(packet);
    }

    if (content.empty()) return wrap({});
    auto const kind = payload_cursor().peek();
    bool const fits =
        (type == packet_type::connect && kind == value_kind::object) ||
        (type == packet_type::connect_error && (kind == value_kind::object || kind == value_kind::string));
    if (!fits) return errc::invalid_packet;
    packet.arguments.text = content;
    packet.arguments.count = 1;
    return wrap(content);
}

// So that `arguments` finds an array whatever the packet is.
result<void> msgpack_codec::wrap(std::string_view content)
{
    shape_ = shape::wrapped;
    wrapped_bytes_.assign(1, content.empty() ? '\x90' : '\x91');
    wrapped_bytes_ += content;
    return wrapped_.parse(wrapped_bytes_);
}

result<void> msgpack_codec::read_event_name(incoming_packet& packet)
{
    auto& cursor = payload_cursor();
    cursor.enter_array();
    cursor.next_element();
    auto const kind = cursor.peek();
    if (kind == value_kind::integer || kind == value_kind::real) {
        double number = 0;
        cursor.read_double(number);
        number_name_.clear();
        append_json_number(number_name_, number);
        packet.event = number_name_;
        return {};
    }
    if (kind != value_kind::string || !cursor.read_string(packet.event)) return errc::invalid_packet;
    if (is_reserved_event(packet.event)) return errc::reserved_event;
    return {};
}

// At the payload of the packet decoded last. Precondition: it has one.
reader& msgpack_codec::payload_cursor()
{
    auto& cursor = document_.root();
    cursor.enter_object();
    std::string_view key;
    for (std::size_t member = 1; cursor.next_key(key) && member < payload_member_; ++member) cursor.skip();
    return cursor;
}

reader& msgpack_codec::arguments()
{
    auto& cursor = shape_ == shape::wrapped ? wrapped_.root() : payload_cursor();
    cursor.enter_array();
    if (shape_ == shape::event) {
        cursor.next_element();
        cursor.skip();
    }
    return cursor;
}

} // namespace partyline::socketio

namespace partyline {

codec_factory msgpack_codec()
{
    return [](codec_limits const& limits) -> std::unique_ptr<codec> {
        return std::make_unique<socketio::msgpack_codec>(limits);
    };
}

} // namespace partyline
