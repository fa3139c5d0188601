// An event lives as long as its `next`: a coroutine that keeps a reference to that keeps nothing.
// expect: partyline: a middleware that returns a task takes its arguments by value
#include <partyline/server.hpp>

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.use_event(
        [](partyline::socket, partyline::incoming_event&, partyline::next) -> partyline::task<> { co_return; });
#else
    io.use_event(
        [](partyline::socket, partyline::incoming_event&, partyline::next const&) -> partyline::task<> { co_return; });
#endif
}
