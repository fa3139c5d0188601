// A number would lose digits on its way into what the contract declares.
// expect: partyline: these arguments are not the ones that the event's contract declares
#include <partyline/server.hpp>

inline constexpr partyline::event<"new_text", std::string, int> new_text;
inline constexpr partyline::event<"count", int, partyline::reply<int>> count;

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.emit(new_text, "hello", 1);
#else
    io.emit(new_text, "hello", 1.5);
#endif
}
