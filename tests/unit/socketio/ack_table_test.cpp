#include <socketio/ack_table.hpp>

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partyline::socketio {
namespace {

using namespace std::chrono_literals;
using callback = std::unique_ptr<int>; // owned by one, as callbacks are
using table = ack_table<callback>;

constexpr table::time_point start{};

callback numbered(int number) { return std::make_unique<int>(number); }
std::vector<int> numbers(std::vector<callback> const& callbacks)
{
    std::vector<int> all;
    for (auto const& each : callbacks) all.push_back(*each);
    return all;
}

TEST(ack_table, an_answer_takes_its_callback_once)
{
    table acks(10);
    ASSERT_TRUE(acks.add(0, numbered(100)));
    ASSERT_TRUE(acks.add(1, numbered(101)));
    auto const taken = acks.take(0);
    ASSERT_TRUE(taken);
    EXPECT_EQ(**taken, 100);
    EXPECT_FALSE(acks.take(0));
    EXPECT_EQ(acks.size(), 1U);
}

TEST(ack_table, an_unknown_id_is_ignored)
{
    table acks(10);
    EXPECT_FALSE(acks.take(7));
    EXPECT_TRUE(acks.empty());
}

TEST(ack_table, no_more_than_the_limit_are_pending)
{
    table acks(2);
    EXPECT_TRUE(acks.add(0, numbered(0)));
    EXPECT_TRUE(acks.add(1, numbered(1)));
    auto third = numbered(2);
    auto const refused = acks.add(2, std::move(third));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), errc::limit_exceeded);
    EXPECT_TRUE(third) << "a refused callback stays with its owner";
    acks.take(0);
    EXPECT_TRUE(acks.add(2, std::move(third)));
}

TEST(ack_table, an_id_is_pending_once)
{
    table acks(10);
    ASSERT_TRUE(acks.add(5, numbered(1)));
    EXPECT_FALSE(acks.add(5, numbered(2)));
    EXPECT_EQ(**acks.take(5), 1);
}

TEST(ack_table, what_is_due_expires_earliest_first)
{
    table acks(10);
    ASSERT_TRUE(acks.add(1, numbered(1), start + 3s));
    ASSERT_TRUE(acks.add(2, numbered(2), start + 1s));
    ASSERT_TRUE(acks.add(3, numbered(3), start + 2s));
    ASSERT_TRUE(acks.add(4, numbered(4)));
    EXPECT_EQ(acks.next_deadline(), start + 1s);
    EXPECT_THAT(numbers(acks.expire(start + 999ms)), testing::IsEmpty());
    EXPECT_THAT(numbers(acks.expire(start + 2s)), testing::ElementsAre(2, 3));
    EXPECT_FALSE(acks.take(2)) << "an answer after the deadline comes too late";
    EXPECT_EQ(acks.next_deadline(), start + 3s);
    EXPECT_THAT(numbers(acks.expire(start + 1h)), testing::ElementsAre(1));
    EXPECT_EQ(acks.next_deadline(), std::nullopt);
    EXPECT_EQ(acks.size(), 1U);
}

TEST(ack_table, an_answered_one_does_not_expire)
{
    table acks(10);
    ASSERT_TRUE(acks.add(1, numbered(1), start + 1s));
    acks.take(1);
    EXPECT_EQ(acks.next_deadline(), std::nullopt);
    EXPECT_THAT(numbers(acks.expire(start + 2s)), testing::IsEmpty());
}

TEST(ack_table, an_id_used_again_has_its_new_deadline)
{
    table acks(10);
    ASSERT_TRUE(acks.add(1, numbered(1), start + 1s));
    acks.take(1);
    ASSERT_TRUE(acks.add(1, numbered(2), start + 5s));
    EXPECT_THAT(numbers(acks.expire(start + 2s)), testing::IsEmpty());
    EXPECT_EQ(acks.next_deadline(), start + 5s);
    EXPECT_THAT(numbers(acks.expire(start + 5s)), testing::ElementsAre(2));
}

TEST(ack_table, clearing_hands_every_callback_back)
{
    table acks(10);
    ASSERT_TRUE(acks.add(1, numbered(1), start + 1s));
    ASSERT_TRUE(acks.add(2, numbered(2)));
    EXPECT_THAT(numbers(acks.clear()), testing::UnorderedElementsAre(1, 2));
    EXPECT_TRUE(acks.empty());
    EXPECT_EQ(acks.next_deadline(), std::nullopt);
    EXPECT_FALSE(acks.take(1));
}

TEST(ack_table, those_that_a_predicate_names_leave_smallest_id_first)
{
    table acks(10);
    for (std::uint64_t id : {5, 1, 4, 2, 3}) ASSERT_TRUE(acks.add(id, numbered(static_cast<int>(id)), start + 1s));
    EXPECT_THAT(numbers(acks.take_if([](std::uint64_t id) { return id % 2 == 1; })), testing::ElementsAre(1, 3, 5));
    EXPECT_EQ(acks.size(), 2U);
    EXPECT_THAT(acks.take_if([](std::uint64_t) { return false; }), testing::IsEmpty());
    EXPECT_THAT(numbers(acks.expire(start + 1s)), testing::UnorderedElementsAre(2, 4));
}

TEST(ack_table, many_answers_with_long_deadlines_pass_without_piling_up)
{
    table acks(100);
    for (std::uint64_t id = 0; id < 100'000; ++id) {
        ASSERT_TRUE(acks.add(id, callback{}, start + 1h));
        ASSERT_TRUE(acks.take(id));
    }
    EXPECT_TRUE(acks.empty());
    EXPECT_EQ(acks.next_deadline(), std::nullopt);
}

} // namespace
} // namespace partyline::socketio
