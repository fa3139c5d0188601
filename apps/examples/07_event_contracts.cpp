// Event contracts: names and types declared once, in a header that both ends include. What does not match does not compile.
#include <iostream>

#include <partyline/server.hpp>

#include "07_game.hpp"

int main()
{
    partyline::server io;

    io.on(game::move, [](partyline::socket s, int x, int y) {
        if (x < 0 || y < 0) return false;
        s.broadcast().emit(game::moved, s.id(), x, y); // emit(game::moved, x, y) would not compile
        return true;
    });
    io.on("end", [](partyline::socket s) -> partyline::task<std::string> {
        co_return co_await s.emit_with_ack(game::rematch) ? "again"
                                                          : "goodbye"; // the reply's type comes from the contract
    });

    std::cout << "READY " << io.listen(0) << std::endl;
    io.run();
}
