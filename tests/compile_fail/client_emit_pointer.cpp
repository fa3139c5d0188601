// A pointer means nothing to the server.
// expect: partyline: a pointer cannot be sent; send what it points to
#include <partyline/client.hpp>

void declare(partyline::client& line)
{
#ifdef REPAIRED
    int n = 1;
    line.emit("say", n);
#else
    int n = 1;
    line.emit("say", &n);
#endif
}
