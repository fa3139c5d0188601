// All arguments, and one of them besides.
// expect: partyline: `args` stands for all arguments, so it is the only one a handler takes
#include <partyline/server.hpp>

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.on("say", [](partyline::socket, partyline::args) {});
#else
    io.on("say", [](std::string, partyline::args) {});
#endif
}
