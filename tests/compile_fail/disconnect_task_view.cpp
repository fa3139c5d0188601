// A coroutine keeps a view into a text of the call.
// expect: partyline: a listener that returns a task takes its arguments by value
#include <partyline/server.hpp>

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.on_disconnect(
        [](partyline::socket, partyline::disconnect_reason, std::string) -> partyline::task<> { co_return; });
#else
    io.on_disconnect(
        [](partyline::socket, partyline::disconnect_reason, std::string_view) -> partyline::task<> { co_return; });
#endif
}
