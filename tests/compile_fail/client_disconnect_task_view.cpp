// A coroutine that hears of a disconnection keeps a view into a text of the call.
// expect: partyline: a listener that returns a task takes its arguments by value
#include <partyline/client.hpp>

void declare(partyline::client& line)
{
#ifdef REPAIRED
    line.on_disconnect([](partyline::client_disconnect_reason, std::string) -> partyline::task<> { co_return; });
#else
    line.on_disconnect([](partyline::client_disconnect_reason, std::string_view) -> partyline::task<> { co_return; });
#endif
}
