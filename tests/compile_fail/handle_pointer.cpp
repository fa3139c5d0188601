// A handler asks for a pointer.
// expect: partyline: a pointer cannot be received; take a std::string
#include <partyline/server.hpp>

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.on("say", [](std::string) {});
#else
    io.on("say", [](char const*) {});
#endif
}
