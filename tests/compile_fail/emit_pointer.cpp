// A pointer means nothing at the other end.
// expect: partyline: a pointer cannot be sent; send what it points to
#include <partyline/server.hpp>

void declare(partyline::server& io)
{
#ifdef REPAIRED
    int n = 1;
    io.emit("say", n);
#else
    int n = 1;
    io.emit("say", &n);
#endif
}
