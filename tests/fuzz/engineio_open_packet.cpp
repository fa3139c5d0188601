// An open packet that says anything. What is accepted has a sid that can stand in a query, and times that a timer can keep.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engineio/open_packet.hpp"

using namespace partyline;
using namespace std::chrono_literals;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    auto const read = engineio::read_open_packet({reinterpret_cast<char const*>(data), size});
    if (!read) return 0;
    if (read->sid.empty() || read->sid.size() > engineio::open_packet::max_sid_size) std::abort();
    for (char const c : read->sid)
        if (c <= ' ' || c > '~') std::abort();
    for (auto const time : {read->ping_interval, read->ping_timeout})
        if (time < 1ms || time > std::chrono::milliseconds(INT32_MAX)) std::abort();
    return 0;
}
