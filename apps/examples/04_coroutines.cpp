// Handlers as coroutines: they wait without blocking, and what they co_return is the acknowledgement.
#include <iostream>

#include <partyline/server.hpp>

using namespace std::chrono_literals;
using partyline::socket;
using partyline::task;

int main()
{
    partyline::server io;

    io.on("sleep", [&io](std::chrono::milliseconds time) -> task<std::string> {
        co_await io.sleep(time);
        co_return "slept well";
    });

    // co_await throws partyline::error where no answer comes in time, or the client goes.
    io.on("buy", [](socket s, int price) -> task<std::string> {
        try {
            bool const sure = co_await s.timeout(1s).emit_with_ack<bool>("confirm", price);
            co_return sure ? "bought" : "not bought";
        } catch (partyline::error const& why) {
            co_return why.what();
        }
    });

    // as_result gives a value instead of an exception.
    io.on("poll", [&io](std::string question) -> task<int> {
        auto const all = co_await as_result(io.timeout(500ms).emit_with_ack<bool>("vote", question));
        int yes = 0;
        if (all)
            for (bool const vote : all->answers) yes += vote ? 1 : 0;
        co_return yes;
    });

    std::cout << "READY " << io.listen(0) << std::endl;
    io.run();
}
