// Any bytes as the body of a POST: at most the allowed number of packets comes out, nothing after an error, and a body
// that was read without one is written again as it was.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/base64.hpp"
#include "engineio/payload_reader.hpp"
#include "engineio/payload_writer.hpp"

using namespace partyline;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    if (size == 0) return 0;
    std::size_t const max_packets = data[0];
    std::string const body(reinterpret_cast<char const*>(data) + 1, size - 1);

    std::string scratch;
    std::string again;
    engineio::payload_writer writer(again);
    std::size_t packets = 0;
    bool failed = false;
    for (engineio::payload_reader reader(body, max_packets); reader.more();) {
        auto const item = reader.next(scratch);
        if (failed) std::abort();
        if (!item) {
            failed = true;
            continue;
        }
        if (++packets > max_packets) std::abort();
        if (item->is_binary)
            writer.add("b" + base::encode_base64(std::as_bytes(std::span(item->data))));
        else
            writer.add(std::string(1, engineio::type_character(item->type)).append(item->data));
    }
    if (!failed && again != body) std::abort();
    return 0;
}
