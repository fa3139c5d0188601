// What `then` calls is a coroutine: nobody would run it.
// expect: partyline: what `then` calls is no coroutine
#include <partyline/client.hpp>

void declare(partyline::client& line)
{
#ifdef REPAIRED
    line.emit_with_ack<int>("ask").then([](partyline::result<int>) {});
#else
    line.emit_with_ack<int>("ask").then([](partyline::result<int>) -> partyline::task<> { co_return; });
#endif
}
