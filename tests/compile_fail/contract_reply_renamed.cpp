// The reply of a contract is asked for under another type.
// expect: partyline: the contract of this event declares its reply
#include <partyline/server.hpp>

inline constexpr partyline::event<"count", int, partyline::reply<bool>> count;

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.on_connection([](partyline::socket s) { (void)s.emit_with_ack(count, 5); });
#else
    io.on_connection([](partyline::socket s) { (void)s.emit_with_ack<int>(count, 5); });
#endif
}
