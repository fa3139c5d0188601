// What is said of the ticks.
#include "arena/tick_meter.hpp"

#include <gtest/gtest.h>

namespace arena::test {

using namespace std::chrono_literals;

TEST(tick_meter, knows_the_middle_the_tail_and_the_worst)
{
    tick_meter meter;
    EXPECT_EQ(meter.intervals().max, 0ns);
    for (int i = 1; i <= 100; ++i) meter.add(std::chrono::milliseconds(i), std::chrono::microseconds(101 - i));
    EXPECT_EQ(meter.size(), 100U);
    EXPECT_EQ(meter.intervals().p50, 50ms);
    EXPECT_EQ(meter.intervals().p99, 99ms);
    EXPECT_EQ(meter.intervals().max, 100ms);
    EXPECT_EQ(meter.works().max, 100us);
}

TEST(tick_meter, forgets_what_is_older_than_a_minute)
{
    tick_meter meter;
    meter.add(1s, 1s);
    for (int i = 0; i < 3'600; ++i) meter.add(16ms, 1ms);
    EXPECT_EQ(meter.size(), 3'600U);
    EXPECT_EQ(meter.intervals().max, 16ms);
    EXPECT_EQ(meter.works().max, 1ms);
}

} // namespace arena::test
