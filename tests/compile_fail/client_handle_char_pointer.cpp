// A handler of a client asks for a char*, which would point into a message that is gone.
// expect: partyline: a pointer cannot be received; take a std::string
#include <partyline/client.hpp>

void declare(partyline::client& line)
{
#ifdef REPAIRED
    line.on("say", [](std::string) {});
#else
    line.on("say", [](char const*) {});
#endif
}
