// A handler asks for a vector of char: is it text, or bytes?
// expect: partyline: a vector<char> is neither a string nor binary; take a std::string or a partyline::binary
#include <partyline/server.hpp>

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.on("say", [](partyline::binary) {});
#else
    io.on("say", [](std::vector<char>) {});
#endif
}
