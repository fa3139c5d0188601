// The parameters of a generic lambda say nothing about what is to be decoded.
// expect: partyline: the parameters of this handler cannot be read, because it is generic or overloaded
#include <partyline/server.hpp>

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.on("say", partyline::handler<void(partyline::socket, int)>([](auto, auto) {}));
#else
    io.on("say", [](auto, auto) {});
#endif
}
