// A handler declared once for all sockets keeps state of its own, on whichever thread it runs.
// expect: partyline: a handler declared once for a namespace runs on every thread of the server, so it cannot be `mutable`
#include <partyline/server.hpp>

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.on_connection([](partyline::socket s) { s.on("count", [n = 0]() mutable { return ++n; }); });
#else
    io.on("count", [n = 0]() mutable { return ++n; });
#endif
}
