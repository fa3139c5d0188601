// The other end of an event contract: both include one header, which says what may be sent. For 07_event_contracts.
#include <iostream>
#include <string>

#include <partyline/client.hpp>

#include "07_game.hpp"

int main(int count, char** words)
{
    partyline::client line{count > 1 ? words[1] : "http://localhost:3000"};

    line.on(game::moved, [](std::string const& who, int x, int y) {
        std::cout << who << " went to " << x << " " << y << std::endl;
    });
    line.on(game::rematch, [] { return true; }); // a handler that returns no bool would not compile
    line.connect();

    // The answer's type comes from the contract: a bool.
    std::cout << std::boolalpha << line.emit_with_ack(game::move, 1, 2).get() << std::endl;
    std::cout << line.emit_with_ack(game::move, -1, 2).get() << std::endl; // emit(game::move, "1", 2) would not compile
    std::cout << line.emit_with_ack<std::string>("end").get() << std::endl;

    std::string enter;
    std::getline(std::cin, enter);
    line.close().get();
}
