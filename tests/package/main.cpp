// The smallest program that compiles and links only if the whole library is there: a server, and a client that asks it.
#include <partyline/client.hpp>
#include <partyline/server.hpp>

#include <cstdio>

int main()
{
    partyline::server io;
    io.on("echo", [](std::string text) { return text; });
    auto const port = io.listen("127.0.0.1", 0);
    io.start();

    partyline::client line("http://127.0.0.1:" + std::to_string(port));
    line.connect();
    auto const heard = line.emit_with_ack<std::string>("echo", "hello").get();
    line.close().get();
    io.stop();
    io.wait();
    std::printf("port %u: %s\n", port, heard.c_str());
    return heard == "hello" ? 0 : 1;
}
