#include "net/signals.hpp"

#include <csignal>

#include "unit/net/net_world.hpp"

namespace partyline::net {
namespace {

TEST(signals, arrive_as_turns_of_the_loop)
{
    test::net_world world({}, nullptr, {}, false);
    std::vector<int> heard;
    int const numbers[] = {SIGHUP, SIGUSR1};
    signals ears(world.shard, numbers, [&](int number) { heard.push_back(number); });
    ::raise(SIGHUP);
    ASSERT_TRUE(world.until([&] { return heard.size() == 1; }));
    ::raise(SIGUSR1);
    ASSERT_TRUE(world.until([&] { return heard.size() == 2; }));
    EXPECT_EQ(heard, (std::vector<int>{SIGHUP, SIGUSR1}));
    EXPECT_EQ(world.turn_ends, 2);
}

TEST(signals, may_end_in_their_own_handler)
{
    test::net_world world({}, nullptr, {}, false);
    std::unique_ptr<signals> ears;
    int heard = 0;
    int const numbers[] = {SIGHUP};
    ears = std::make_unique<signals>(world.shard, numbers, [&](int) {
        ++heard;
        ears.reset();
    });
    ::raise(SIGHUP);
    EXPECT_TRUE(world.until([&] { return heard == 1; }));
}

} // namespace
} // namespace partyline::net
