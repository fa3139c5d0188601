// A client: says each line that is typed, and hears what comes. For 01_hello: 17_client http://localhost:PORT
#include <iostream>
#include <string>

#include <partyline/client.hpp>

int main(int count, char** words)
{
    partyline::client line{count > 1 ? words[1] : "http://localhost:3000"};

    line.on("welcome", [](std::string text) { std::cout << "welcome: " << text << std::endl; });
    line.on_connect([] { std::cout << "connected" << std::endl; });
    line.on_connect_error([](partyline::client_error const& why) {
        std::cout << why.message << " (" << why.detail << ")" << std::endl; // and it tries again
    });
    line.connect(); // handlers first: then none misses an event

    // A function as last argument takes the acknowledgement. What is said before there is a connection waits for it.
    for (std::string text; std::getline(std::cin, text);)
        line.emit("say", text, [](std::string answer) { std::cout << answer << std::endl; });

    line.close().get(); // sends what is queued, then closes
}
