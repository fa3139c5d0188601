// A coroutine keeps a reference to a socket that is gone at its first co_await.
// expect: partyline: a listener that returns a task takes its arguments by value
#include <partyline/server.hpp>

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.on_connection([](partyline::socket) -> partyline::task<> { co_return; });
#else
    io.on_connection([](partyline::socket const&) -> partyline::task<> { co_return; });
#endif
}
