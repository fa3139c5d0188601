// A handler of a client takes the socket of a server.
// expect: partyline: a handler of a client takes a partyline::client_socket
#include <partyline/client.hpp>
#include <partyline/server.hpp>

void declare(partyline::client& line)
{
#ifdef REPAIRED
    line.on("say", [](partyline::client_socket, int) {});
#else
    line.on("say", [](partyline::socket, int) {});
#endif
}
