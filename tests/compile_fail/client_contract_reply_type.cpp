// A handler of a client answers with another type than the contract declares.
// expect: partyline: this handler does not return what the event's contract declares as its reply
#include <partyline/client.hpp>

inline constexpr partyline::event<"count", int, partyline::reply<int>> count;

void declare(partyline::client& line)
{
#ifdef REPAIRED
    line.on(count, [](int n) { return n + 1; });
#else
    line.on(count, [](int) { return std::string("many"); });
#endif
}
