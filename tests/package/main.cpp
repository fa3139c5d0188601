// The smallest program that compiles and links only if the whole library is there: it listens, and stops at once.
#include <partyline/server.hpp>

#include <cstdio>

int main()
{
    partyline::server io;
    io.on("echo", [](std::string text) { return text; });
    std::printf("listening on %u\n", io.listen("127.0.0.1", 0));
    io.start();
    io.stop();
    io.wait();
}
