#include "client/reconnect_backoff.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partyline {
namespace {

using namespace std::chrono_literals;

std::vector<std::int64_t> times(reconnect_options const& options, double random, int count)
{
    reconnect_backoff backoff(options);
    std::vector<std::int64_t> out;
    for (int i = 0; i < count; ++i) out.push_back(backoff.next(random).count());
    return out;
}

TEST(reconnect_backoff, doubles_up_to_its_maximum_without_jitter)
{
    EXPECT_THAT(times({.randomization = 0}, 0.7, 5), ::testing::ElementsAre(1000, 2000, 4000, 5000, 5000));
    EXPECT_THAT(times({.delay = 10ms, .delay_max = 65ms, .randomization = 0}, 0, 5),
                ::testing::ElementsAre(10, 20, 40, 65, 65));
}

TEST(reconnect_backoff, is_shorter_or_longer_by_a_part_that_one_number_decides)
{
    // floor(0.25 * 0.5 * 1000) = 125; the first digit is even: shorter
    EXPECT_EQ(times({}, 0.25, 1), std::vector<std::int64_t>{875});
    // floor(0.15 * 0.5 * 1000) = 75; odd: longer
    EXPECT_EQ(times({}, 0.15, 1), std::vector<std::int64_t>{1075});
    EXPECT_EQ(times({}, 0.0, 1), std::vector<std::int64_t>{1000});
    EXPECT_EQ(times({}, 0.9999, 1), std::vector<std::int64_t>{1499});
    // 2000 and 4000, more or less by 0.35 * 0.5
    EXPECT_THAT(times({}, 0.35, 3), ::testing::ElementsAre(1175, 2350, 4700));
    EXPECT_THAT(times({}, 0.45, 3), ::testing::ElementsAre(775, 1550, 3100));
    // beyond the maximum it is the maximum, whatever the jitter
    EXPECT_EQ(times({}, 0.35, 4).back(), 5000);
}

TEST(reconnect_backoff, has_no_jitter_beyond_one_or_below_nothing)
{
    for (double const jitter : {-0.5, 1.01, 100.0})
        EXPECT_EQ(times({.randomization = jitter}, 0.25, 1), std::vector<std::int64_t>{1000}) << jitter;
    EXPECT_EQ(times({.randomization = 1}, 0.25, 1), std::vector<std::int64_t>{750});
}

TEST(reconnect_backoff, counts_its_attempts_until_it_is_reset)
{
    reconnect_options const options{.randomization = 0};
    reconnect_backoff backoff(options);
    EXPECT_EQ(backoff.attempts(), 0U);
    (void)backoff.next(0);
    (void)backoff.next(0);
    EXPECT_EQ(backoff.attempts(), 2U);
    backoff.reset();
    EXPECT_EQ(backoff.next(0), 1s);
}

TEST(reconnect_backoff, stays_at_its_maximum_however_often_it_is_asked)
{
    // JavaScript's number becomes infinite, its jitter no number, and the time to wait none at all
    auto const all = times({}, 0.3, 3000);
    for (std::size_t i = 4; i < all.size(); ++i) ASSERT_EQ(all[i], 5000) << i;
}

TEST(reconnect_backoff, is_never_negative)
{
    EXPECT_EQ(times({.delay = -5ms, .delay_max = -1ms}, 0.3, 1), std::vector<std::int64_t>{0});
}

} // namespace
} // namespace partyline
