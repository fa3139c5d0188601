// One msgpack packet: whatever is accepted can be read by cursor and as args, and relayed it is accepted again.
#include <cstdlib>
#include <memory>
#include <string>

#include <partyline/codec.hpp>
#include <partyline/value.hpp>

using namespace partyline;

namespace {

void demand(bool truth)
{
    if (!truth) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    static auto const codec = msgpack_codec()({.max_depth = 32, .max_bytes = 4096});
    static auto const other = msgpack_codec()({});
    std::unique_ptr<partial_packet> partial;
    auto const packet = codec->decode(true, {reinterpret_cast<char const*>(data), size}, partial);
    if (!packet) return 0;
    demand(packet->has_value() && !partial);

    auto const arguments = (*packet)->arguments.borrow();
    demand(arguments.values().size() == (*packet)->arguments.count);
    auto& cursor = codec->arguments();
    std::size_t count = 0;
    for (; cursor.next_element(); ++count) cursor.skip();
    demand(count == (*packet)->arguments.count);
    if ((*packet)->type != packet_type::event) return 0;

    auto& out = codec->begin();
    out.begin_array(arguments.size() + 1);
    out.string((*packet)->event);
    out.splice(arguments);
    out.end_array();
    auto body = codec->end();
    demand(body.has_value());
    auto const sealed = codec->seal({packet_type::event, "/", (*packet)->id}, std::move(*body), "offset");
    auto const again = other->decode(true, std::string_view(sealed.first.buffer).substr(sealed.first.begin), partial);
    demand(again.has_value() && again->has_value() && (*again)->arguments.count == count + 1);
    return 0;
}
