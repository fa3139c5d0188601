// Greets whoever comes, and answers `say` by what the handler returns.
#include <iostream>

#include <partyline/server.hpp>

int main()
{
    partyline::server io;

    io.on_connection([](partyline::socket socket) { socket.emit("welcome", "you are on the line"); });

    // A handler's parameters say what it needs; what it returns is the acknowledgement.
    io.on("say", [](std::string text) { return "you said: " + text; });

    std::cout << "READY " << io.listen(0) << std::endl;
    io.run();
}
