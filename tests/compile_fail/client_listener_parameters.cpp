// A listener of a client takes what only the server knows.
// expect: partyline: this listener does not take the arguments it is given
#include <partyline/client.hpp>
#include <partyline/server.hpp>

void declare(partyline::client& line)
{
#ifdef REPAIRED
    line.on_disconnect([](partyline::client_disconnect_reason) {});
#else
    line.on_disconnect([](partyline::socket, partyline::disconnect_reason) {});
#endif
}
