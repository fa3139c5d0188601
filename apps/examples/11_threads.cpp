// Threads: one line for all cores, handles that work from anywhere, and what handlers share.
#include <atomic>
#include <iostream>
#include <thread>

#include <partyline/server.hpp>

using partyline::socket;

int main()
{
    partyline::server io{{.threads = partyline::all_cores}};

    // Handlers of one socket never run side by side, those of different sockets do. What they share needs care.
    std::atomic<int> messages = 0;
    io.on("say", [&](std::string text) {
        io.emit("said", text);
        return ++messages;
    });

    // A socket is a handle: give it to any thread, and emit from there.
    io.on("work", [](socket s, int n) {
        std::thread([s, n] {
            long sum = 0;
            for (int i = 1; i <= n; ++i) sum += i;
            s.emit("done", sum); // nothing happens if the client has gone
        }).detach();
    });

    std::cout << "READY " << io.listen(0) << std::endl;
    io.run();
}
