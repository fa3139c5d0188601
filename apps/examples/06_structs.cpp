// Structs as arguments: one line names the fields.
#include <iostream>

#include <partyline/server.hpp>
#include <partyline/struct.hpp>

namespace shop {

struct item
{
    std::string name;
    int count = 1;
    std::optional<std::string> note; // may be missing
};
PARTYLINE_STRUCT(item, name, count, note)

struct order
{
    std::string customer;
    std::vector<item> items;
};
PARTYLINE_STRUCT(order, customer, items)

} // namespace shop

int main()
{
    partyline::server io;

    // A message that has no such shape is dropped, counted and logged: the handler never sees it.
    io.on("order", [&io](shop::order placed) {
        int count = 0;
        for (auto const& each : placed.items) count += each.count;
        io.emit("ordered", placed);
        return count;
    });

    std::cout << "READY " << io.listen(0) << std::endl;
    io.run();
}
