#include "socketio/read_back.hpp"

#include <memory>
#include <string>

namespace partyline::socketio {

void read_back(codec& mirror, payload const& event, base::unique_function<void(std::string_view, args const&)> use)
{
    constexpr std::size_t slack = 64; // readable bytes that a codec wants behind its input
    auto packet = mirror.seal({.type = packet_type::event, .nsp = "/", .id = {}}, event);
    std::unique_ptr<partial_packet> partial;
    packet.first.buffer.append(slack, '\0');
    auto const text = std::string_view(packet.first.buffer)
                          .substr(packet.first.begin, packet.first.buffer.size() - packet.first.begin - slack);
    auto read = mirror.decode(packet.first.is_binary, text, partial);
    for (auto const& bytes : packet.attachments) {
        if (!read || *read) break;
        std::string padded(bytes.text());
        padded.append(slack, '\0');
        read = mirror.decode(true, std::string_view(padded).substr(0, bytes.size()), partial);
    }
    if (read && *read) use((*read)->event, (*read)->arguments.borrow());
}

} // namespace partyline::socketio
