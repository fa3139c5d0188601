// What tests of hostile servers begin with: sessions that open, payloads that are too much, and a client with low limits.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include "http/compression.hpp"
#include "unit/client/hostile_server.hpp"
#include "unit/client/line_world.hpp"

namespace partyline::test {

inline constexpr std::string_view open_short =
    R"(0{"sid":"engine","upgrades":[],"pingInterval":150,"pingTimeout":100,"maxPayload":100000})";
inline constexpr std::string_view open_long =
    R"(0{"sid":"engine","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100000})";

inline std::string repeated(std::string_view text, std::size_t times)
{
    std::string out;
    out.reserve(text.size() * times);
    while (times-- > 0) out += text;
    return out;
}

/// Much out of little.
inline std::string const& bomb_for_http()
{
    static std::string const made = *http::compressor().compress(http::coding::gzip, std::string(4'000'000, 'a'));
    return made;
}
/// What is inside the zlib format.
inline std::string const& bomb_for_websocket()
{
    static auto const made = [] {
        auto const whole = *http::compressor().compress(http::coding::deflate, std::string(4'000'000, 'a'));
        return whole.substr(2, whole.size() - 6);
    }();
    return made;
}

/// A WebSocket with a session on it; in the namespace "/", if `joins`.
inline bool begin(hostile_line& line, bool joins = true, std::string_view open = open_long, bool compressed = false)
{
    if (!line.upgrade(compressed) || !line.text(open)) return false;
    return !joins || line.text(R"(40{"sid":"abc"})");
}
/// The answer to the first poll.
inline bool begin_polling(hostile_line& line, std::string_view open = open_long)
{
    return !line.request().empty() && line.answer(open);
}

/// Resident memory of this process.
inline long memory()
{
    long pages = 0;
    long resident = 0;
    std::FILE* const file = std::fopen("/proc/self/statm", "r");
    if (!file) return 0;
    if (std::fscanf(file, "%ld %ld", &pages, &resident) != 2) resident = 0;
    std::fclose(file);
    return resident * ::sysconf(_SC_PAGESIZE);
}

inline client_options wary(std::vector<transport_kind> transports)
{
    return {.transports = std::move(transports),
            .timeout = 300ms,
            .reconnection_delay = 20ms,
            .reconnection_delay_max = 20ms,
            .linger = 100ms,
            .receive_buffer = {.bytes = 100'000, .packets = 500},
            .max_message_bytes = 200'000};
}

} // namespace partyline::test
