// A line that breaks: when it is tried again, what waits meanwhile, and events that are sent until the server has them.
#include <iostream>
#include <string>

#include <partyline/client.hpp>

using namespace std::chrono_literals;

int main(int count, char** words)
{
    partyline::client_options options;
    options.reconnection_attempts = 20; // in a row; none: for ever
    options.reconnection_delay = 100ms; // doubled each time, up to reconnection_delay_max, and a little more or less
    options.retries = 5;                // an event is sent until it is acknowledged: at least once, and in order
    options.ack_timeout = 1s;           // how long each time
    partyline::client line{count > 1 ? words[1] : "http://localhost:3000", options};

    line.on_connect([&line] { std::cout << (line.recovered() ? "recovered" : "connected") << std::endl; });
    line.on_disconnect([&line](partyline::client_disconnect_reason why) {
        if (why == partyline::client_disconnect_reason::forced_close) return; // close(), below
        // after "io server disconnect" and its like it does not come back by itself, unless it is told to: line.connect()
        std::cout << "lost: " << to_string(why) << (line.active() ? ", trying again" : "") << std::endl;
    });
    line.on_reconnect([](std::size_t attempts) { std::cout << "back at attempt " << attempts << std::endl; });
    line.on_reconnect_failed([] { std::cout << "given up" << std::endl; });
    line.connect();

    for (std::string text; std::getline(std::cin, text);)
        if (!line.emit("note", text, [text](std::string answer) { std::cout << text << ": " << answer << std::endl; }))
            std::cout << "too much waits already" << std::endl;

    line.close().get();
}
