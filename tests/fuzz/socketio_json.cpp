// A connection that sends anything: the first byte of each piece says whether it is binary, a 0 byte ends a piece. Whatever is
// accepted can be read by cursor and as args, and relayed text is accepted again.
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <partyline/codec.hpp>
#include <partyline/value.hpp>

using namespace partyline;

namespace {

// exactly sized, so that reading beyond the promised 64 bytes is seen
std::vector<char> padded(std::string_view text)
{
    std::vector<char> bytes(text.begin(), text.end());
    bytes.resize(text.size() + 64);
    return bytes;
}

void demand(bool truth)
{
    if (!truth) std::abort();
}

void relay(codec& from, incoming_packet const& packet)
{
    auto const arguments = packet.arguments.borrow();
    demand(arguments.values().size() == packet.arguments.count);
    auto& cursor = from.arguments();
    std::size_t count = 0;
    for (; cursor.next_element(); ++count) cursor.skip();
    demand(count == packet.arguments.count);
    if (packet.type != packet_type::event && packet.type != packet_type::ack) return;

    auto& out = from.begin();
    bool const is_event = packet.type == packet_type::event;
    out.begin_array(arguments.size() + (is_event ? 1 : 0));
    if (is_event) out.string(packet.event);
    out.splice(arguments);
    out.end_array();
    auto body = from.end();
    demand(body.has_value());
    auto const sealed = from.seal({packet.type, "/", packet.id}, std::move(*body));

    auto const reader = json_codec()({.max_attachments = 1'000'000, .max_bytes = 100'000'000});
    std::unique_ptr<partial_packet> partial;
    auto const text = padded(std::string_view(sealed.first.buffer).substr(sealed.first.begin));
    auto answer = reader->decode(false, {text.data(), text.size() - 64}, partial);
    for (auto const& attachment : sealed.attachments) {
        demand(answer.has_value() && !*answer);
        auto const bytes = padded(attachment.text());
        answer = reader->decode(true, {bytes.data(), bytes.size() - 64}, partial);
    }
    demand(answer.has_value() && answer->has_value() && (*answer)->arguments.count == packet.arguments.count);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    static auto const codec = json_codec()({.max_depth = 32, .max_bytes = 4096});
    std::unique_ptr<partial_packet> partial;
    std::string_view rest(reinterpret_cast<char const*>(data), size);
    while (!rest.empty()) {
        auto const end = rest.find('\0');
        auto const piece = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        bool const is_binary = piece.starts_with('\x01');
        auto const bytes = padded(is_binary ? piece.substr(1) : piece);
        auto const packet = codec->decode(is_binary, {bytes.data(), bytes.size() - 64}, partial);
        if (!packet) {
            demand(!partial);
            return 0;
        }
        demand(packet->has_value() != static_cast<bool>(partial));
        if (partial) demand(partial->bytes() <= 4096);
        if (*packet) relay(*codec, **packet);
    }
    return 0;
}
