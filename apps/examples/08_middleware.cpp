// Middleware: who may come in, and what may be said. A refusal reaches the client with its reason.
#include <iostream>

#include <partyline/server.hpp>

using partyline::next;
using partyline::refusal;
using partyline::socket;
using partyline::value;

struct user
{
    std::string name;
};

int main()
{
    partyline::server io;

    // For each client that comes: throw to refuse. It may be a coroutine, and ask a database.
    io.use([&io](socket s) -> partyline::task<> {
        auto const* const token = s.handshake().auth()["token"].as_string();
        co_await io.sleep(std::chrono::milliseconds(1));
        if (!token || *token != "secret") throw refusal("not authorized", value::object{{"code", "E_TOKEN"}});
        s.data<user>().name = "Ada";
    });

    // For each event that arrives: it may be changed, or refused.
    io.use_event([](socket, partyline::incoming_event& event, next go_on) {
        if (event.name == "shout" && event.arguments.empty()) return go_on(refusal("shout what?"));
        go_on();
    });
    io.on_error([](socket s, refusal const& why) { s.emit("refused", why.what()); });

    io.on("who am i", [](socket s) { return s.data<user>().name; });
    io.on("shout", [&io](std::string text) { io.emit("heard", text + "!"); });

    std::cout << "READY " << io.listen(0) << std::endl;
    io.run();
}
