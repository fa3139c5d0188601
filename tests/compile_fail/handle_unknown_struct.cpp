// A handler asks for a struct whose fields nobody has named.
// expect: partyline: this type cannot be received; name its fields with PARTYLINE_STRUCT
#include <partyline/server.hpp>
#include <partyline/struct.hpp>

struct unknown
{
    int n = 0;
};
struct known
{
    int n = 0;
};
PARTYLINE_STRUCT(known, n)
void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.on("say", [](known) {});
#else
    io.on("say", [](unknown) {});
#endif
}
