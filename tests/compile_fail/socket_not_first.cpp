// The socket stands behind an argument.
// expect: partyline: in a handler the socket stands first
#include <partyline/server.hpp>

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.on("x", [](partyline::socket, int) {});
#else
    io.on("x", [](int, partyline::socket) {});
#endif
}
