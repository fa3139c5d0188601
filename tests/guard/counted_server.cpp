// A server whose instructions are counted by callgrind between two events of its client: `begin`, and `end` with the name of what was
// done meanwhile. Nothing happens here by the clock: pings and reports of slow turns are an hour away.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>

#include <valgrind/callgrind.h>

#include <partyline/server.hpp>

using namespace std::chrono_literals;
using partyline::args;
using partyline::socket;

namespace {

std::string room(int number) { return "room" + std::to_string(number); }

/// What growth.cpp does more and more of.
void listen_for_growth(partyline::server& io)
{
    io.on("leave", [](socket s, std::string which) {
        s.leave(which);
        return true;
    });
    io.on("join_rooms", [](socket s, int count) {
        for (int i = 0; i < count; ++i) s.join(room(i));
        return true;
    });
    io.on("leave_rooms", [](socket s, int count) {
        for (int i = 0; i < count; ++i) s.leave(room(i));
        return true;
    });
    io.on("all_join", [&io](std::string who, std::string where) {
        io.in(who).sockets_join(where);
        return true;
    });
    io.on("all_leave", [&io](std::string who, std::string where) {
        io.in(who).sockets_leave(where);
        return true;
    });
    io.on("except", [&io](std::string to, std::vector<std::string> excluded) {
        io.to(to).except(excluded).emit("not you");
        return true;
    });
    io.on("disconnect_socket", [&io](std::string id) {
        io.in(id).disconnect_sockets(true);
        return true;
    });
    io.on("ask_me", [](socket s, int count) {
        for (int i = 0; i < count; ++i) s.emit("well?", [] {});
    });
    io.on("listen", [&io](std::string where) {
        io.of(where).on("something", [] {});
        return true;
    });
    auto const family = io.of(partyline::pattern{"^/family"});
    for (int i = 0; i < 10; ++i) (void)io.of("/family" + std::to_string(i));
    io.on("tell_family", [family] {
        family.emit("news");
        return true;
    });
    io.of(partyline::pattern{"^/of"}).on("echo", [](socket s, args all) { s.emit("echo", all); });
}

} // namespace

int main()
{
    char const* const threads = std::getenv("THREADS");
    partyline::server io{{.ping_interval = 1h,
                          .limits = {.max_namespaces = 2'000},
                          .threads = threads == nullptr ? 1U : std::strtoul(threads, nullptr, 10),
                          .slow_turn = 1h}};
    listen_for_growth(io);
    io.on("echo", [](socket s, args all) { s.emit("echo", all); });
    io.on("typed",
          [](socket s, std::string who, int count, std::vector<double> at) { s.emit("typed", who, count, at); });
    io.on("ack", [](args all) { return all; });
    io.on("broadcast", [&io](args all) { io.emit("broadcast", all); });
    io.on("join", [](socket s, std::string room) {
        s.join(room);
        return true;
    });
    io.on("room", [&io](std::string room, std::string text) { io.to(room).emit("room", text); });
    io.on("begin", [] {
        CALLGRIND_ZERO_STATS;
        return true;
    });
    io.on("end", [](std::string name) {
        CALLGRIND_DUMP_STATS_AT(name.c_str());
        return true;
    });
    std::cout << "listening " << io.listen("127.0.0.1", 0) << std::endl;
    io.run();
}
