// A listener that takes something else than it is given.
// expect: partyline: this listener does not take the arguments it is given
#include <partyline/server.hpp>

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.on_disconnect([](partyline::socket, partyline::disconnect_reason) {});
#else
    io.on_disconnect([](partyline::socket, int, int) {});
#endif
}
