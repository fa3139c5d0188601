// A handler under a contract takes other arguments than the contract declares.
// expect: partyline: this handler does not take the arguments that the event's contract declares
#include <partyline/server.hpp>

inline constexpr partyline::event<"new_text", std::string, int> new_text;
inline constexpr partyline::event<"count", int, partyline::reply<int>> count;

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.on(new_text, [](partyline::socket, std::string, int) {});
#else
    io.on(new_text, [](partyline::socket, int, std::string) {});
#endif
}
