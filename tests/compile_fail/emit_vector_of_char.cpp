// A vector of char may be a text or bytes.
// expect: partyline: a vector<char> is neither a string nor binary
#include <partyline/server.hpp>

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.emit("say", std::string{"c"});
#else
    io.emit("say", std::vector<char>{'c'});
#endif
}
