#include "engineio/open_packet.hpp"

#include <algorithm>
#include <cstdint>

#include <value/json_document.hpp>

namespace partyline::engineio {

namespace {

constexpr std::size_t max_depth = 8; // it is flat, but for what servers may add

bool read_sid(reader& in, std::string& out)
{
    std::string_view text;
    if (!in.read_string(text) || text.empty() || text.size() > open_packet::max_sid_size) return false;
    if (!std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; })) return false;
    out = text;
    return true;
}

bool read_upgrades(reader& in, bool& offers_websocket)
{
    if (!in.enter_array()) return false;
    offers_websocket = false;
    while (in.next_element()) {
        std::string_view name;
        if (!in.read_string(name)) return false;
        if (name == "websocket") offers_websocket = true;
    }
    return true;
}

bool read_time(reader& in, std::chrono::milliseconds& out)
{
    std::uint64_t number = 0;
    if (!in.read_uint64(number) || number == 0 || number > INT32_MAX) return false;
    out = std::chrono::milliseconds(number);
    return true;
}

bool read_size(reader& in, std::size_t& out)
{
    std::uint64_t number = 0;
    if (!in.read_uint64(number)) return false;
    out = static_cast<std::size_t>(number);
    return true;
}

} // namespace

result<open_packet> read_open_packet(std::string_view text)
{
    json_document document(max_depth);
    if (!document.parse(text)) return errc::invalid_handshake;
    auto& in = document.root();
    if (!in.enter_object()) return errc::invalid_handshake;

    open_packet packet;
    bool has_upgrades = false;
    for (std::string_view key; in.next_key(key);) {
        bool fits = true;
        if (key == "sid")
            fits = read_sid(in, packet.sid);
        else if (key == "upgrades")
            fits = has_upgrades = read_upgrades(in, packet.offers_websocket);
        else if (key == "pingInterval")
            fits = read_time(in, packet.ping_interval);
        else if (key == "pingTimeout")
            fits = read_time(in, packet.ping_timeout);
        else if (key == "maxPayload")
            fits = read_size(in, packet.max_payload);
        else
            in.skip();
        if (!fits) return errc::invalid_handshake;
    }
    bool const complete =
        !packet.sid.empty() && has_upgrades && packet.ping_interval.count() != 0 && packet.ping_timeout.count() != 0;
    if (!complete) return errc::invalid_handshake;
    return packet;
}

} // namespace partyline::engineio
