// The server that ./bench measures: the events of README.md, each in one line, and no more than a user would write.
// PORT, HOSTS (addresses with a comma between), REUSE_PORT (1: other processes share the port), THREADS, PING_INTERVAL_MS,
// DEFLATE (1: permessage-deflate), DEFLATE_LEVEL and FLUSH_DELAY_MS come from the environment.
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

#include <partyline/server.hpp>

namespace {

using partyline::ack;
using partyline::args;
using partyline::socket;

long setting(char const* name, long otherwise)
{
    char const* const given = std::getenv(name);
    return given == nullptr || *given == '\0' ? otherwise : std::strtol(given, nullptr, 10);
}

partyline::server_options options()
{
    partyline::server_options chosen;
    chosen.threads = static_cast<std::size_t>(setting("THREADS", 1));
    chosen.ping_interval = std::chrono::milliseconds(setting("PING_INTERVAL_MS", 25'000));
    chosen.flush_delay = std::chrono::milliseconds(setting("FLUSH_DELAY_MS", 0));
    if (setting("DEFLATE", 0) != 0)
        chosen.per_message_deflate = partyline::deflate_options{.level = static_cast<int>(setting("DEFLATE_LEVEL", 6))};
    return chosen;
}

/// Answers the port, which is the same on all addresses.
std::uint16_t listen(partyline::server& io)
{
    auto port = static_cast<std::uint16_t>(setting("PORT", 0));
    char const* const given = std::getenv("HOSTS");
    std::istringstream hosts(given == nullptr ? "127.0.0.1" : given);
    for (std::string host; std::getline(hosts, host, ',');)
        port = io.listen(host, port, {.reuse_port = setting("REUSE_PORT", 0) != 0});
    return port;
}

} // namespace

int main()
{
    partyline::server io{options()};
    io.on("echo", [](socket s, args all) { s.emit("echo", all); });
    io.on("ack", [](args all) { return all; });
    io.on("broadcast", [&io](args all) { io.emit("broadcast", all); });
    io.on("join", [](socket s, std::string room, ack<> reply) {
        s.join(room);
        if (reply) reply();
    });
    io.on("room", [&io](std::string room, std::string text) { io.to(room).emit("room", text); });
    io.on("others", [](socket s, args all) { s.broadcast().emit("others", all); });
    std::cout << "listening " << listen(io) << std::endl;
    io.run();
}
