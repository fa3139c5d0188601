// A coroutine keeps a reference to an argument that is gone at its first co_await.
// expect: partyline: a handler that returns a task takes its arguments by value
#include <partyline/server.hpp>

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.on("say", [](std::string) -> partyline::task<> { co_return; });
#else
    io.on("say", [](std::string const&) -> partyline::task<> { co_return; });
#endif
}
