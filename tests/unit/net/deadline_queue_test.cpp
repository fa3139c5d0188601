#include "net/deadline_queue.hpp"

#include <algorithm>
#include <memory>
#include <random>

namespace partyline::net {
namespace {

using namespace std::chrono_literals;

struct alarm final : timed
{
    void on_deadline(time_point now) override
    {
        ++calls;
        at = now;
        if (then) then();
    }
    int calls = 0;
    time_point at{};
    std::function<void()> then;
};

time_point at(std::chrono::nanoseconds since) { return time_point(since); }

TEST(deadline_queue, calls_what_is_due_and_nothing_before)
{
    deadline_queue queue;
    alarm a;
    queue.schedule(a, at(10ms));
    EXPECT_EQ(queue.expire(at(9'999'999ns)), 0u);
    EXPECT_EQ(queue.expire(at(10ms)), 1u);
    EXPECT_EQ(a.calls, 1);
    EXPECT_FALSE(a.scheduled());
    EXPECT_EQ(queue.size(), 0u);
}

TEST(deadline_queue, rounds_up_to_the_next_millisecond)
{
    deadline_queue queue;
    alarm a;
    queue.schedule(a, at(10ms + 1ns));
    EXPECT_EQ(queue.next(), at(11ms));
    EXPECT_EQ(queue.deadline_of(a), at(11ms));
}

TEST(deadline_queue, moves_a_deadline_both_ways)
{
    deadline_queue queue;
    alarm a, b;
    queue.schedule(a, at(10ms));
    queue.schedule(b, at(20ms));
    queue.schedule(a, at(30ms));
    EXPECT_EQ(queue.next(), at(20ms));
    queue.schedule(a, at(5ms));
    EXPECT_EQ(queue.next(), at(5ms));
    EXPECT_EQ(queue.size(), 2u);
}

TEST(deadline_queue, forgets_what_is_cancelled)
{
    deadline_queue queue;
    alarm a, b;
    queue.schedule(a, at(1ms));
    queue.schedule(b, at(2ms));
    queue.cancel(a);
    queue.cancel(a);
    EXPECT_FALSE(a.scheduled());
    queue.expire(at(5ms));
    EXPECT_EQ(a.calls, 0);
    EXPECT_EQ(b.calls, 1);
}

TEST(deadline_queue, lets_an_alarm_schedule_itself_again_and_cancel_others)
{
    deadline_queue queue;
    alarm a, b;
    a.then = [&] {
        queue.cancel(b);
        queue.schedule(a, at(100ms));
    };
    queue.schedule(a, at(1ms));
    queue.schedule(b, at(2ms));
    EXPECT_EQ(queue.expire(at(10ms)), 1u);
    EXPECT_EQ(b.calls, 0);
    EXPECT_EQ(queue.next(), at(100ms));
}

TEST(deadline_queue, stops_at_the_limit_also_with_one_that_is_always_due)
{
    deadline_queue queue;
    alarm a;
    a.then = [&] { queue.schedule(a, at(1ms)); };
    queue.schedule(a, at(1ms));
    EXPECT_EQ(queue.expire(at(10ms), 7), 7u);
    EXPECT_EQ(a.calls, 7);
    queue.cancel(a);
}

TEST(deadline_queue, keeps_its_order_under_random_changes)
{
    std::mt19937 random(7);
    deadline_queue queue;
    std::vector<std::unique_ptr<alarm>> all;
    std::vector<std::optional<int>> expected(500);
    for (int i = 0; i < 500; ++i) all.push_back(std::make_unique<alarm>());
    for (int round = 0; round < 20'000; ++round) {
        std::size_t const i = random() % all.size();
        if (random() % 4 == 0) {
            queue.cancel(*all[i]);
            expected[i].reset();
        } else {
            expected[i] = static_cast<int>(random() % 1000);
            queue.schedule(*all[i], at(std::chrono::milliseconds(*expected[i])));
        }
    }
    int previous = -1;
    std::size_t count = 0;
    for (auto const& deadline : expected) count += deadline.has_value();
    ASSERT_EQ(queue.size(), count);
    while (auto const next = queue.next()) {
        int const now = static_cast<int>(next->time_since_epoch() / 1ms);
        EXPECT_GE(now, previous);
        previous = now;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (!all[i]->scheduled()) continue;
            ASSERT_EQ(queue.deadline_of(*all[i]), at(std::chrono::milliseconds(*expected[i])));
        }
        queue.expire(*next, 1);
    }
}

} // namespace
} // namespace partyline::net
