// A coroutine under a contract keeps a view into a message that is gone at its first co_await.
// expect: partyline: a handler that returns a task takes its arguments by value
#include <partyline/server.hpp>

inline constexpr partyline::event<"say", std::string> say;

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.on(say, [](std::string) -> partyline::task<> { co_return; });
#else
    io.on(say, [](std::string_view) -> partyline::task<> { co_return; });
#endif
}
