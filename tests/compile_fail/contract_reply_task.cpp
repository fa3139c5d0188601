// A coroutine returns another type than the reply that the contract declares.
// expect: partyline: this handler does not return what the event's contract declares as its reply
#include <partyline/server.hpp>

inline constexpr partyline::event<"new_text", std::string, int> new_text;
inline constexpr partyline::event<"count", int, partyline::reply<int>> count;

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.on(count, [](int n) -> partyline::task<int> { co_return n; });
#else
    io.on(count, [](int) -> partyline::task<std::string> { co_return "many"; });
#endif
}
