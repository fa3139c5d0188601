// A program from top to bottom, without handlers: it asks, waits for the answer, and ends. For 01_hello.
#include <iostream>
#include <string>

#include <partyline/client.hpp>

using namespace std::chrono_literals;

int main(int count, char** words)
try {
    partyline::client line{count > 1 ? words[1] : "http://localhost:3000",
                           {.transports = {partyline::transport_kind::websocket}}};
    line.connect();
    for (auto const* const text : {"one", "two"})
        std::cout << line.timeout(2s).emit_with_ack<std::string>("say", text).get() << std::endl;
    line.close().get();
} catch (partyline::error const& why) { // no answer in time, a URL that is none, ...
    std::cerr << why.what() << std::endl;
    return 1;
}
