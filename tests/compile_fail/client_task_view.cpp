// A coroutine of a client keeps a view into a message that is gone at its first co_await.
// expect: partyline: a handler that returns a task takes its arguments by value
#include <partyline/client.hpp>

void declare(partyline::client& line)
{
#ifdef REPAIRED
    line.on("say", [](std::string) -> partyline::task<> { co_return; });
#else
    line.on("say", [](std::string_view) -> partyline::task<> { co_return; });
#endif
}
