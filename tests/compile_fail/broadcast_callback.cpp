// A broadcast is answered by many.
// expect: partyline: a broadcast is answered by many
#include <partyline/server.hpp>

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.emit_with_ack<int>("ask").then([](partyline::result<partyline::responses<int>>) {});
#else
    io.emit("ask", [](int) {});
#endif
}
