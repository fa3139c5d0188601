#include <adapter/room_index.hpp>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partyline::adapters {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr base::hash_seed seed{17, 4};
constexpr std::size_t many = 100'000;

std::string id_text(unsigned number)
{
    auto digits = std::to_string(number);
    return std::string(base::id20::size - digits.size(), 'i') + digits;
}
base::id20 id(unsigned number) { return *base::id20::parse(id_text(number)); }

std::vector<member> reached(room_index const& index, std::vector<std::string> const& rooms,
                            std::vector<std::string> const& except = {})
{
    std::vector<member> members;
    index.for_each({rooms, except}, [&](member who) { members.push_back(who); });
    return members;
}

struct room_index_test : testing::Test
{
    room_index index{seed, many};

    void add(std::initializer_list<member> members)
    {
        for (auto const who : members) index.add(who, id(who));
    }
    joined join(member who, std::string_view room)
    {
        auto const outcome = index.join(who, room);
        EXPECT_TRUE(outcome);
        return *outcome;
    }
};

TEST_F(room_index_test, a_new_member_is_in_the_room_with_its_own_id_alone)
{
    EXPECT_TRUE(index.add(7, id(7)).room_created);
    EXPECT_TRUE(index.contains(7));
    EXPECT_THAT(index.rooms_of(7), ElementsAre(id_text(7)));
    EXPECT_EQ(index.id_of(7), id_text(7));
    EXPECT_EQ(index.find(id_text(7)), 7U);
    EXPECT_EQ(index.find(id_text(8)), std::nullopt);
    EXPECT_EQ(index.members(), 1U);
    EXPECT_EQ(index.rooms(), 1U);
    EXPECT_THAT(reached(index, {id_text(7)}), ElementsAre(7));
}

TEST_F(room_index_test, the_first_to_join_creates_a_room_and_the_last_to_leave_deletes_it)
{
    add({1, 2});
    auto const first = join(1, "kitchen");
    EXPECT_TRUE(first.is_new);
    EXPECT_TRUE(first.room_created);
    auto const second = join(2, "kitchen");
    EXPECT_TRUE(second.is_new);
    EXPECT_FALSE(second.room_created);
    EXPECT_EQ(index.size_of("kitchen"), 2U);

    auto const leaving = index.leave(1, "kitchen");
    EXPECT_TRUE(leaving.was_in);
    EXPECT_FALSE(leaving.room_deleted);
    EXPECT_TRUE(index.leave(2, "kitchen").room_deleted);
    EXPECT_EQ(index.size_of("kitchen"), 0U);
    EXPECT_EQ(index.rooms(), 2U);
}

TEST_F(room_index_test, joining_twice_and_leaving_where_one_is_not_change_nothing)
{
    add({1});
    join(1, "kitchen");
    auto const again = join(1, "kitchen");
    EXPECT_FALSE(again.is_new);
    EXPECT_FALSE(again.room_created);
    EXPECT_EQ(index.size_of("kitchen"), 1U);
    EXPECT_FALSE(index.leave(1, "cellar").was_in);
    EXPECT_FALSE(join(1, id_text(1)).is_new);
}

TEST_F(room_index_test, a_selection_reaches_each_member_once)
{
    add({1, 2, 3, 4});
    join(1, "a");
    join(2, "a");
    join(2, "b");
    join(3, "b");
    EXPECT_THAT(reached(index, {}), UnorderedElementsAre(1, 2, 3, 4));
    EXPECT_THAT(reached(index, {"a"}), UnorderedElementsAre(1, 2));
    EXPECT_THAT(reached(index, {"a", "b"}), UnorderedElementsAre(1, 2, 3));
    EXPECT_THAT(reached(index, {"a", "a", id_text(1)}), UnorderedElementsAre(1, 2));
    EXPECT_THAT(reached(index, {"nobody"}), IsEmpty());
}

TEST_F(room_index_test, a_selection_leaves_out_whoever_is_in_an_excepted_room)
{
    add({1, 2, 3, 4});
    join(1, "a");
    join(2, "a");
    join(2, "b");
    EXPECT_THAT(reached(index, {}, {"a"}), UnorderedElementsAre(3, 4));
    EXPECT_THAT(reached(index, {"a"}, {"b"}), ElementsAre(1));
    EXPECT_THAT(reached(index, {"a", "b"}, {id_text(1)}), ElementsAre(2));
    EXPECT_THAT(reached(index, {}, {"nobody"}), UnorderedElementsAre(1, 2, 3, 4));
}

TEST_F(room_index_test, a_member_can_leave_its_own_room_and_come_back)
{
    add({1, 2});
    EXPECT_TRUE(index.leave(1, id_text(1)).room_deleted);
    EXPECT_THAT(reached(index, {id_text(1)}), IsEmpty());
    EXPECT_EQ(index.find(id_text(1)), 1U);
    EXPECT_FALSE(index.leave(1, id_text(1)).was_in);
    EXPECT_THAT(index.rooms_of(1), IsEmpty());
    EXPECT_THAT(reached(index, {}), UnorderedElementsAre(1, 2));
    EXPECT_EQ(index.rooms(), 1U);
    EXPECT_TRUE(join(1, id_text(1)).room_created);
    EXPECT_THAT(reached(index, {id_text(1)}), ElementsAre(1));
}

TEST_F(room_index_test, a_member_may_join_the_room_of_another_one)
{
    add({1, 2});
    auto const outcome = join(2, id_text(1));
    EXPECT_TRUE(outcome.is_new);
    EXPECT_FALSE(outcome.room_created);
    EXPECT_THAT(reached(index, {id_text(1)}), UnorderedElementsAre(1, 2));
    EXPECT_EQ(index.size_of(id_text(1)), 2U);
    EXPECT_EQ(index.rooms(), 2U);
    EXPECT_THAT(index.room_names(), UnorderedElementsAre(id_text(1), id_text(2)));

    bool deleted = true;
    index.remove(1, [&](std::string_view, bool gone) { deleted = gone; });
    EXPECT_FALSE(deleted);
    EXPECT_THAT(reached(index, {id_text(1)}), ElementsAre(2));
    EXPECT_EQ(index.rooms(), 2U);

    EXPECT_FALSE(index.add(1, id(1)).room_created);
    EXPECT_FALSE(index.leave(2, id_text(1)).room_deleted);
    EXPECT_EQ(index.rooms(), 2U);
}

TEST_F(room_index_test, a_removed_member_has_left_all_its_rooms)
{
    add({1, 2});
    join(1, "a");
    join(1, "b");
    join(2, "b");
    std::vector<std::pair<std::string, bool>> seen;
    index.remove(1, [&](std::string_view room, bool deleted) { seen.emplace_back(room, deleted); });
    EXPECT_THAT(seen, UnorderedElementsAre(std::pair("a", true), std::pair("b", false), std::pair(id_text(1), true)));
    EXPECT_FALSE(index.contains(1));
    EXPECT_EQ(index.find(id_text(1)), std::nullopt);
    EXPECT_THAT(reached(index, {"a", "b"}), ElementsAre(2));
    EXPECT_EQ(index.rooms(), 2U);
}

TEST_F(room_index_test, nothing_is_left_when_all_are_gone)
{
    for (member who = 0; who < 500; ++who) {
        index.add(who, id(who));
        join(who, "all");
        join(who, "room " + std::to_string(who % 7));
    }
    for (member who = 0; who < 500; ++who) index.remove(499 - who);
    EXPECT_EQ(index.members(), 0U);
    EXPECT_EQ(index.rooms(), 0U);
    EXPECT_THAT(index.room_names(), IsEmpty());
    EXPECT_TRUE(index.add(3, id(3)).room_created);
    EXPECT_THAT(reached(index, {}), ElementsAre(3));
}

TEST(room_index_limit, a_member_is_in_as_many_rooms_as_allowed_and_no_more)
{
    room_index index(seed, 2);
    index.add(1, id(1));
    EXPECT_TRUE(index.join(1, "a"));
    EXPECT_TRUE(index.join(1, "b"));
    auto const refused = index.join(1, "c");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), errc::limit_exceeded);
    EXPECT_EQ(index.size_of("c"), 0U);
    EXPECT_EQ(index.rooms(), 3U);
    EXPECT_TRUE(index.join(1, "a")) << "it is there already";
    index.leave(1, "a");
    EXPECT_TRUE(index.join(1, "c"));
}

TEST(room_index_limit, none_but_its_own_where_none_are_allowed)
{
    room_index index(seed, 0);
    index.add(1, id(1));
    EXPECT_EQ(index.join(1, "a").error(), errc::limit_exceeded);
    EXPECT_TRUE(index.in_room(1, id_text(1)));
}

// A square hidden in any of these takes minutes, not milliseconds.
TEST_F(room_index_test, ten_thousand_rooms_of_one_member_are_left_one_by_one)
{
    add({1});
    std::vector<std::string> names;
    for (int i = 0; i < 10'000; ++i) names.push_back("room " + std::to_string(i));
    for (auto const& name : names) join(1, name);
    for (auto const& name : names) EXPECT_TRUE(index.leave(1, name).room_deleted);
    EXPECT_THAT(index.rooms_of(1), ElementsAre(id_text(1)));
}

TEST_F(room_index_test, a_crowd_leaves_one_room_in_the_order_it_came)
{
    for (member who = 0; who < many; ++who) {
        index.add(who, id(who));
        join(who, "crowd");
    }
    std::size_t count = 0;
    index.for_each({}, [&](member) { ++count; });
    EXPECT_EQ(count, many);
    for (member who = 0; who < many; ++who) index.leave(who, "crowd");
    EXPECT_EQ(index.size_of("crowd"), 0U);
}

TEST_F(room_index_test, members_may_come_in_any_order_and_leave_gaps)
{
    index.add(1000, id(1));
    EXPECT_THAT(reached(index, {}), ElementsAre(1000U));
    EXPECT_FALSE(index.contains(999));
    EXPECT_FALSE(index.contains(4'000'000'000U));
    index.add(3, id(2));
    index.remove(1000);
    EXPECT_FALSE(index.contains(1000));
    EXPECT_THAT(reached(index, {}), ElementsAre(3U));
}

} // namespace
} // namespace partyline::adapters
