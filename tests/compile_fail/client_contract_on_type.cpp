// A handler of a client takes other arguments than the contract declares.
// expect: partyline: this handler does not take the arguments that the event's contract declares
#include <partyline/client.hpp>

inline constexpr partyline::event<"new_text", std::string, int> new_text;

void declare(partyline::client& line)
{
#ifdef REPAIRED
    line.on(new_text, [](partyline::client_socket, std::string, int) {});
#else
    line.on(new_text, [](partyline::client_socket, int, std::string) {});
#endif
}
