// A server inside of another program: it runs on a thread of its own, and is told to stop.
#include <chrono>
#include <iostream>
#include <string>

#include <partyline/server.hpp>

int main()
{
    partyline::server io{{.log = [](partyline::log_level, std::string_view what) { std::cerr << what << '\n'; }}};
    io.on("say", [&io](std::string text) { io.emit("said", text); });

    std::cout << "READY " << io.listen(0) << std::endl;
    io.start(); // returns; handlers run on a thread of the server

    // The program goes its own way. Emitting works from here, too.
    for (std::string line; std::getline(std::cin, line);) io.emit("announcement", line);

    io.stop(); // clients are told, and what is queued is sent
    io.wait();
    std::cout << "stopped" << std::endl;
}
