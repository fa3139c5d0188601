// A plain char is neither a number nor a text.
// expect: partyline: a plain char is neither a number nor a string
#include <partyline/server.hpp>

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.emit("say", "c");
#else
    io.emit("say", 'c');
#endif
}
