// Acknowledgements in both directions: at once, later, from another thread; and asked for with a callback.
#include <iostream>
#include <thread>

#include <partyline/server.hpp>

using namespace std::chrono_literals;
using partyline::ack;
using partyline::result;
using partyline::socket;

int main()
{
    partyline::server io;

    io.on("at once", [](int n) { return n + 1; });

    // An `ack` may be kept and called later, from any thread. The first answer wins.
    io.on("later", [](int n, ack<int> reply) { std::thread([n, reply] { reply(n + 2); }).detach(); });

    // A function as last argument takes the answer, or why there is none.
    io.on("ask me", [](socket s) {
        s.timeout(1s).emit("what is your name?", [s](result<std::string> name) {
            s.emit("greeting", name ? "hello " + *name : "you did not answer");
        });
    });

    std::cout << "READY " << io.listen(0) << std::endl;
    io.run();
}
