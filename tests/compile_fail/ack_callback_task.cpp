// A callback that takes an acknowledgement is a coroutine: nobody would run it.
// expect: partyline: a callback that takes an acknowledgement is no coroutine
#include <partyline/client.hpp>

void declare(partyline::client& line)
{
#ifdef REPAIRED
    line.emit("ask", [](partyline::result<int>) {});
#else
    line.emit("ask", [](partyline::result<int>) -> partyline::task<> { co_return; });
#endif
}
