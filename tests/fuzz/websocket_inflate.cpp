// Any bytes as compressed data: decompression ends within its limit. The same bytes as a message come back unchanged.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "websocket/deflater.hpp"
#include "websocket/inflater.hpp"

using namespace partyline::websocket;

namespace {

void demand(bool holds)
{
    if (!holds) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    if (size < 2) return 0;
    int const bits = 8 + data[0] % 8;
    std::size_t const limit = std::size_t{data[1]} * 64;
    std::string_view const bytes(reinterpret_cast<char const*>(data) + 2, size - 2);

    for (bool takeover : {false, true}) {
        inflater machine(takeover, bits);
        for (int i = 0; i != 3; ++i) { // with takeover, each message meets what the one before left
            padded_buffer out;
            auto const done = machine.inflate(bytes, limit, out);
            demand(out.size() <= limit && out.capacity() <= limit + 1);
            if (!done && takeover) break;
        }
    }

    static thread_deflater compressor({1, 1});
    std::string compressed;
    demand(static_cast<bool>(compressor.deflate_message(bytes, bits, compressed)));
    inflater machine(false, bits);
    padded_buffer out;
    demand(static_cast<bool>(machine.inflate(compressed, bytes.size(), out)));
    demand(out.view() == bytes);
    return 0;
}
