// A client emits arguments of other types than the contract declares.
// expect: partyline: these arguments are not the ones that the event's contract declares
#include <partyline/client.hpp>

inline constexpr partyline::event<"new_text", std::string, int> new_text;

void declare(partyline::client& line)
{
#ifdef REPAIRED
    line.volatile_().emit(new_text, "hello", 1);
#else
    line.volatile_().emit(new_text, 1, "hello");
#endif
}
