#include "engineio/outgoing.hpp"

#include "websocket/frame.hpp"

namespace partyline::engineio {

namespace {

/// The header of a whole, plain frame from a server.
websocket::frame_header frame_of(bool is_binary, std::size_t size) noexcept
{
    websocket::frame_header header;
    header.code = is_binary ? websocket::opcode::binary : websocket::opcode::text;
    header.payload_size = size;
    return header;
}

/// Puts `prefix` (the packet type, or nothing) and the frame header before `buffer[begin..]`.
base::message_part make_part(std::string buffer, std::size_t begin, std::string_view prefix, bool is_binary)
{
    auto const size = buffer.size() - begin + prefix.size();
    auto const header = websocket::header_size(size, false);
    if (auto const needed = header + prefix.size(); begin < needed) {
        buffer.insert(0, needed - begin, '\0');
        begin = needed;
    }
    auto const packet = begin - prefix.size();
    auto const frame = packet - header;
    prefix.copy(buffer.data() + packet, prefix.size());
    websocket::write_header(buffer.data() + frame, frame_of(is_binary, size));

    base::message_part part;
    part.storage = std::move(buffer);
    part.frame_begin = static_cast<std::uint32_t>(frame);
    part.packet_begin = static_cast<std::uint32_t>(packet);
    part.is_binary = is_binary;
    return part;
}

/// The bytes stay where they are: only the frame header is stored.
base::message_part make_shared_part(binary bytes)
{
    auto const header = websocket::header_size(bytes.size(), false);
    base::message_part part;
    part.storage.resize(header);
    websocket::write_header(part.storage.data(), frame_of(true, bytes.size()));
    part.packet_begin = static_cast<std::uint32_t>(header);
    part.shared = std::move(bytes);
    part.is_binary = true;
    return part;
}

} // namespace

base::message_ref make_message(outgoing_part first, std::vector<binary> attachments, bool compress)
{
    static constexpr char message_type = type_character(packet_type::message);
    auto const prefix = first.is_binary ? std::string_view() : std::string_view(&message_type, 1);

    // a buffer that grew by doubling may be half empty, and messages are kept: queued, and logged for recovery
    constexpr std::size_t worth_it = 4096;
    if (auto& buffer = first.buffer; buffer.size() > worth_it && buffer.capacity() > buffer.size() + buffer.size() / 4)
        buffer.shrink_to_fit();

    auto head = make_part(std::move(first.buffer), first.begin, prefix, first.is_binary);
    if (attachments.empty()) return base::message_ref::make(std::move(head), compress);
    std::vector<base::message_part> parts;
    parts.reserve(1 + attachments.size());
    parts.push_back(std::move(head));
    for (auto& bytes : attachments) parts.push_back(make_shared_part(std::move(bytes)));
    return base::message_ref::make(std::move(parts), compress);
}

base::message_ref make_control(packet_type type, std::string_view data)
{
    char const character = type_character(type);
    constexpr std::size_t room = 16;
    std::string buffer;
    buffer.reserve(room + data.size());
    buffer.append(room, '\0').append(data);
    return base::message_ref::make(make_part(std::move(buffer), room, {&character, 1}, false), false);
}

} // namespace partyline::engineio
