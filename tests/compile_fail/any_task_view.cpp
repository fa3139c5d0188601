// A coroutine keeps a view into a message that is gone at its first co_await.
// expect: partyline: a listener that returns a task takes its arguments by value
#include <partyline/server.hpp>

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.on_any([](partyline::socket, std::string, partyline::args) -> partyline::task<> { co_return; });
#else
    io.on_any([](partyline::socket, std::string_view, partyline::args) -> partyline::task<> { co_return; });
#endif
}
