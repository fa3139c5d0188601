// Rooms: clients join them, and whoever emits to a room reaches the clients in it.
#include <iostream>

#include <partyline/server.hpp>

using partyline::socket;

int main()
{
    partyline::server io;

    io.on("join", [](socket s, std::string room) {
        s.join(room);
        return s.rooms().size(); // a socket's own id is a room, too
    });
    io.on("leave", [](socket s, std::string room) { s.leave(room); });
    io.on("to room", [&io](std::string room, std::string text) { io.to(room).emit("heard", text); });
    io.on("to others", [](socket s, std::string room, std::string text) { s.to(room).emit("heard", text); });
    io.on("to all but", [&io](std::string room, std::string text) { io.except(room).emit("heard", text); });

    std::cout << "READY " << io.listen(0) << std::endl;
    io.run();
}
