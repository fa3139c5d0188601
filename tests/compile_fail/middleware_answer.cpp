// A middleware answers whether somebody may come in: nobody would look at it.
// expect: partyline: what a middleware returns is not looked at
#include <partyline/server.hpp>

void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.use([](partyline::socket s) {
        if (s.handshake().auth().is_null()) throw partyline::refusal("who are you?");
    });
#else
    io.use([](partyline::socket s) { return !s.handshake().auth().is_null(); });
#endif
}
