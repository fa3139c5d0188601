// Random operations on a room index: two bytes each, what to do and with whom. Counts are kept beside it in the simplest way.
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <adapter/room_index.hpp>

using namespace partyline;
using namespace partyline::adapters;

namespace {

void demand(bool truth)
{
    if (!truth) std::abort();
}

std::string id_text(unsigned number)
{
    return std::string(base::id20::size - 1, 'i') + static_cast<char>('a' + number);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    constexpr unsigned people = 8;
    room_index index({1, 2}, 20);
    std::map<member, std::set<std::string>> truth;

    for (std::size_t at = 0; at + 1 < size; at += 2) {
        auto const what = data[at] % 8;
        auto const who = static_cast<member>(data[at] / 8 % people);
        unsigned const number = data[at + 1];
        // one name in eight is somebody's id
        auto const room = number < 32 ? id_text(number % people) : "room " + std::to_string(number);
        if (!truth.contains(who)) {
            index.add(who, *base::id20::parse(id_text(who)));
            truth[who] = {id_text(who)};
        } else if (what == 0) {
            std::size_t left = 0;
            index.remove(who, [&](std::string_view name, bool) { left += truth[who].contains(std::string(name)); });
            demand(left == truth[who].size());
            truth.erase(who);
        } else if (what < 4) {
            auto const outcome = index.join(who, room);
            if (outcome)
                demand(outcome->is_new == truth[who].insert(room).second);
            else
                demand(!truth[who].contains(room) && truth[who].size() >= 20);
        } else if (what < 6) {
            demand(index.leave(who, room).was_in == (truth[who].erase(room) == 1));
        } else {
            std::vector<std::string> const rooms{room, "room 40"};
            std::vector<std::string> const except{id_text(who)};
            std::set<member> expected;
            for (auto const& [each, of] : truth)
                if ((of.contains(rooms[0]) || of.contains(rooms[1])) && !of.contains(except[0])) expected.insert(each);
            std::size_t visited = 0;
            index.for_each({rooms, except}, [&](member each) {
                demand(expected.contains(each));
                ++visited;
            });
            demand(visited == expected.size());
        }
        std::set<std::string> all;
        for (auto const& [each, of] : truth) all.insert(of.begin(), of.end());
        demand(index.rooms() == all.size());
        demand(index.members() == truth.size());
    }
    return 0;
}
