// A handler wants to change an argument that belongs to the message.
// expect: partyline: a handler takes its arguments by value or by reference to const
#include <partyline/server.hpp>

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.on("say", [](std::string const&) {});
#else
    io.on("say", [](std::string&) {});
#endif
}
