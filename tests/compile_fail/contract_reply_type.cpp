// A handler returns another type than the reply that the contract declares.
// expect: partyline: this handler does not return what the event's contract declares as its reply
#include <partyline/server.hpp>

inline constexpr partyline::event<"new_text", std::string, int> new_text;
inline constexpr partyline::event<"count", int, partyline::reply<int>> count;

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.on(count, [](int n) { return n + 1; });
#else
    io.on(count, [](int) { return std::string("many"); });
#endif
}
