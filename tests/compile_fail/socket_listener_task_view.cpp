// A coroutine of one socket keeps a view into a message that is gone at its first co_await.
// expect: partyline: a listener that returns a task takes its arguments by value
#include <partyline/server.hpp>

void declare(partyline::socket s)
{
#ifdef REPAIRED
    s.on_any([](std::string, partyline::args) -> partyline::task<> { co_return; });
#else
    s.on_any([](std::string_view, partyline::args const&) -> partyline::task<> { co_return; });
#endif
}
