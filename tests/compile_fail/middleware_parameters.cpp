// A middleware that does not take a socket.
// expect: partyline: a middleware takes (socket, next), or (socket) and throws partyline::refusal
#include <partyline/server.hpp>

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.use([](partyline::socket) {});
#else
    io.use([](int) {});
#endif
}
