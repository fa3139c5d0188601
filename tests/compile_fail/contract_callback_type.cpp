// The callback for an acknowledgement takes another type than the contract declares.
// expect: partyline: this callback does not take what the event's contract declares as its reply
#include <partyline/server.hpp>

inline constexpr partyline::event<"new_text", std::string, int> new_text;
inline constexpr partyline::event<"count", int, partyline::reply<int>> count;

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.on_connection([](partyline::socket s) { s.emit(count, 1, [](partyline::result<int>) {}); });
#else
    io.on_connection([](partyline::socket s) { s.emit(count, 1, [](std::string) {}); });
#endif
}
