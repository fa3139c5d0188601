// A middleware that is a coroutine keeps a reference.
// expect: partyline: a middleware that returns a task takes its arguments by value
#include <partyline/server.hpp>

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.use([](partyline::socket, partyline::next) -> partyline::task<> { co_return; });
#else
    io.use([](partyline::socket, partyline::next const&) -> partyline::task<> { co_return; });
#endif
}
