// A handler returns nothing where the contract declares a reply.
// expect: partyline: this handler does not return what the event's contract declares as its reply
#include <partyline/server.hpp>

inline constexpr partyline::event<"new_text", std::string, int> new_text;
inline constexpr partyline::event<"count", int, partyline::reply<int>> count;

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.on(count, [](int n, partyline::ack<int> reply) { reply(n); });
#else
    io.on(count, [](int) {});
#endif
}
