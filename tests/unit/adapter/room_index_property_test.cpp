// The index against a model that is too simple to be wrong, over random operations.
#include <adapter/room_index.hpp>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace partyline::adapters {
namespace {

std::string id_text(unsigned number)
{
    auto digits = std::to_string(number);
    return std::string(base::id20::size - digits.size(), 'i') + digits;
}

class model
{
public:
    std::map<member, std::set<std::string>> rooms_of;

    [[nodiscard]] std::size_t size_of(std::string const& room) const
    {
        std::size_t count = 0;
        for (auto const& [who, rooms] : rooms_of) count += rooms.contains(room);
        return count;
    }
    [[nodiscard]] std::set<std::string> all_rooms() const
    {
        std::set<std::string> all;
        for (auto const& [who, rooms] : rooms_of) all.insert(rooms.begin(), rooms.end());
        return all;
    }
    [[nodiscard]] std::set<member> select(std::vector<std::string> const& rooms,
                                          std::vector<std::string> const& except) const
    {
        auto const in_any = [](std::set<std::string> const& of, std::vector<std::string> const& names) {
            for (auto const& name : names)
                if (of.contains(name)) return true;
            return false;
        };
        std::set<member> selected;
        for (auto const& [who, of] : rooms_of)
            if ((rooms.empty() || in_any(of, rooms)) && !in_any(of, except)) selected.insert(who);
        return selected;
    }
};

class room_index_property : public testing::TestWithParam<unsigned>
{
protected:
    static constexpr unsigned people = 24;
    static constexpr unsigned names = 30;

    std::mt19937 dice{GetParam()};
    unsigned roll(unsigned sides) { return static_cast<unsigned>(dice() % sides); }

    // some rooms are named like somebody's id
    std::string any_room() { return roll(4) == 0 ? id_text(roll(people)) : "room " + std::to_string(roll(names)); }
    std::vector<std::string> some_rooms(unsigned most)
    {
        std::vector<std::string> rooms(roll(most + 1));
        for (auto& room : rooms) room = any_room();
        return rooms;
    }

    room_index index{{GetParam(), 1}, 1000};
    model truth;

    void add_or_remove(member who)
    {
        if (!truth.rooms_of.contains(who)) {
            EXPECT_EQ(index.add(who, *base::id20::parse(id_text(who))).room_created, truth.size_of(id_text(who)) == 0);
            truth.rooms_of[who].insert(id_text(who));
            return;
        }
        auto rooms = truth.rooms_of[who];
        index.remove(who, [&](std::string_view room, bool deleted) {
            EXPECT_EQ(rooms.erase(std::string(room)), 1U);
            EXPECT_EQ(deleted, truth.size_of(std::string(room)) == 1);
        });
        EXPECT_TRUE(rooms.empty());
        truth.rooms_of.erase(who);
    }
    void join(member who, std::string const& room)
    {
        bool const was_empty = truth.size_of(room) == 0;
        auto const outcome = index.join(who, room);
        ASSERT_TRUE(outcome);
        EXPECT_EQ(outcome->is_new, truth.rooms_of[who].insert(room).second);
        EXPECT_EQ(outcome->room_created, was_empty);
    }
    void leave(member who, std::string const& room)
    {
        auto const outcome = index.leave(who, room);
        EXPECT_EQ(outcome.was_in, truth.rooms_of[who].erase(room) == 1);
        EXPECT_EQ(outcome.room_deleted, outcome.was_in && truth.size_of(room) == 0);
    }
    void select()
    {
        auto const rooms = some_rooms(4);
        auto const except = some_rooms(3);
        std::set<member> seen;
        index.for_each({rooms, except}, [&](member who) { EXPECT_TRUE(seen.insert(who).second) << "visited twice"; });
        EXPECT_EQ(seen, truth.select(rooms, except));
    }
    void compare()
    {
        ASSERT_EQ(index.members(), truth.rooms_of.size());
        auto const all = truth.all_rooms();
        auto const listed = index.room_names();
        EXPECT_EQ(index.rooms(), all.size());
        EXPECT_EQ(listed.size(), all.size());
        EXPECT_EQ(std::set<std::string>(listed.begin(), listed.end()), all);
        for (auto const& room : all) EXPECT_EQ(index.size_of(room), truth.size_of(room));
        for (auto const& [who, rooms] : truth.rooms_of) {
            auto const mine = index.rooms_of(who);
            EXPECT_EQ(mine.size(), rooms.size());
            EXPECT_EQ(std::set<std::string>(mine.begin(), mine.end()), rooms);
            for (auto const& room : rooms) EXPECT_TRUE(index.in_room(who, room));
            EXPECT_EQ(index.find(id_text(who)), who);
        }
    }
};

TEST_P(room_index_property, agrees_with_the_model_after_each_of_many_steps)
{
    for (int step = 0; step < 3000 && !HasFailure(); ++step) {
        auto const who = static_cast<member>(roll(people));
        auto const what = roll(20);
        if (what == 0)
            add_or_remove(who);
        else if (!truth.rooms_of.contains(who))
            add_or_remove(who);
        else if (what < 11)
            join(who, any_room());
        else if (what < 15)
            leave(who, any_room());
        else
            select();
        if (step % 50 == 0) compare();
    }
    compare();
}

INSTANTIATE_TEST_SUITE_P(seeds, room_index_property, testing::Range(1U, 9U));

} // namespace
} // namespace partyline::adapters
