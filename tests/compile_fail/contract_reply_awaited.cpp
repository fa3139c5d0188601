// A contract without a reply is waited for.
// expect: partyline: the contract of this event declares no reply
#include <partyline/client.hpp>

inline constexpr partyline::event<"news", int> news;

void declare(partyline::client& line)
{
#ifdef REPAIRED
    line.emit(news, 5);
#else
    (void)line.emit_with_ack(news, 5);
#endif
}
