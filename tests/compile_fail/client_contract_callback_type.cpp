// A client's callback for an acknowledgement takes another type than the contract declares.
// expect: partyline: this callback does not take what the event's contract declares as its reply
#include <partyline/client.hpp>

inline constexpr partyline::event<"count", int, partyline::reply<int>> count;

void declare(partyline::client& line)
{
#ifdef REPAIRED
    line.emit(count, 1, [](partyline::result<int>) {});
#else
    line.emit(count, 1, [](std::string) {});
#endif
}
