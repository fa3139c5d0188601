#include "engineio/packet.hpp"

namespace partyline::engineio {

result<packet> parse_packet(std::string_view text) noexcept
{
    if (text.empty() || text[0] < '0' || text[0] > '6') return errc::invalid_packet;
    return packet{static_cast<packet_type>(text[0] - '0'), false, text.substr(1)};
}

} // namespace partyline::engineio
