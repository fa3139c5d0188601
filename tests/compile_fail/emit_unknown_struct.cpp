// A struct whose fields nobody has named.
// expect: partyline: this type cannot be sent; name its fields with PARTYLINE_STRUCT
#include <partyline/server.hpp>
#include <partyline/struct.hpp>

struct unknown
{
    int n;
};
struct known
{
    int n;
};
PARTYLINE_STRUCT(known, n)
void declare(partyline::server& io)
{
#ifdef REPAIRED
    io.emit("say", known{1});
#else
    io.emit("say", unknown{1});
#endif
}
