// Namespaces: several conversations over one connection. Static ones, and dynamic ones by pattern or by decision.
#include <iostream>

#include <partyline/server.hpp>

using partyline::socket;
using partyline::value;

int main()
{
    partyline::server io{{.cleanup_empty_child_namespaces = true}};

    auto const admin = io.of("/admin");
    admin.use([](socket s) {
        if (s.handshake().auth()["key"] != value("open sesame")) throw partyline::refusal("staff only");
    });
    admin.on("announce", [&io](std::string text) { io.emit("announcement", text); });

    // One for each table, made when its first guest comes. Handlers are declared once for all of them.
    auto const tables = io.of(partyline::pattern{"^/table-\\d+$"});
    tables.on("say", [](socket s, std::string text) { s.nsp().emit("said", text); });
    io.on("closing time", [tables] { tables.emit("said", "we are closing"); });

    // By a function, which may also answer later.
    auto const houses = io.of([](std::string_view name, value const& auth, std::function<void(bool)> allow) {
        allow(name.starts_with("/house-") && auth["resident"] == value(true));
    });
    houses.on("where", [](socket s) { return std::string(s.nsp().name()); });

    std::cout << "READY " << io.listen(0) << std::endl;
    io.run();
}
