// Connection state recovery: who comes back in time keeps id, rooms and data, and gets what was missed.
#include <iostream>

#include <partyline/server.hpp>

using namespace std::chrono_literals;
using partyline::socket;

struct visits
{
    int count = 0;
};

int main()
{
    partyline::server io{{.connection_state_recovery = partyline::recovery_options{.max_disconnection_duration = 60s}}};

    io.on_connection([](socket s) {
        if (s.recovered()) return; // rooms and data are as they were; missed events are on their way
        s.join("news");
        s.emit("hello", "newcomer");
    });
    io.on("count", [](socket s) { return ++s.data<visits>().count; });
    io.on("tell", [&io](std::string text) { io.to("news").emit("news", text); });

    std::cout << "READY " << io.listen(0) << std::endl;
    io.run();
}
