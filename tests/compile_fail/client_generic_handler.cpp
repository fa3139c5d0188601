// The parameters of a generic lambda say nothing about what is to be decoded.
// expect: partyline: the parameters of this handler cannot be read, because it is generic or overloaded
#include <partyline/client.hpp>

void declare(partyline::client& line)
{
#ifdef REPAIRED
    line.on("say", partyline::handler<void(partyline::client_socket, int)>([](auto, auto) {}));
#else
    line.on("say", [](auto, auto) {});
#endif
}
