// The ack stands in front of an argument.
// expect: partyline: in a handler the socket stands first, and an ack last
#include <partyline/client.hpp>

void declare(partyline::client& line)
{
#ifdef REPAIRED
    line.on("x", [](int, partyline::ack<int>) {});
#else
    line.on("x", [](partyline::ack<int>, int) {});
#endif
}
