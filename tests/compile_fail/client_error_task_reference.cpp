// A coroutine that hears of a failed connect keeps a reference to what ends with the call.
// expect: partyline: a listener that returns a task takes its arguments by value
#include <partyline/client.hpp>

void declare(partyline::client& line)
{
#ifdef REPAIRED
    line.on_connect_error([](partyline::client_error) -> partyline::task<> { co_return; });
#else
    line.on_connect_error([](partyline::client_error const&) -> partyline::task<> { co_return; });
#endif
}
