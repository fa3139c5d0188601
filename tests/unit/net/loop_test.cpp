#include "net/loop.hpp"

#include <atomic>
#include <thread>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "unit/net/net_world.hpp"

namespace partyline::net {
namespace {

using namespace std::chrono_literals;

struct recording_host final : loop_host
{
    void on_wake() override { log += "wake "; }
    void on_turn_end() override
    {
        log += "end ";
        if (then) then();
    }
    void on_slow_turn(std::chrono::nanoseconds) override { ++slow; }
    std::string log;
    std::function<void()> then;
    int slow = 0;
};

struct event_channel final : channel
{
    explicit event_channel(std::string& l) : channel(::eventfd(0, EFD_NONBLOCK)), log(l) {}
    ~event_channel() override { ::close(descriptor_); }
    void raise()
    {
        std::uint64_t const one = 1;
        ASSERT_EQ(::write(descriptor_, &one, sizeof one), 8);
    }
    void on_ready(std::uint32_t) override
    {
        std::uint64_t value;
        [[maybe_unused]] auto const ignored = ::read(descriptor_, &value, sizeof value);
        log += "ready ";
        if (then) then();
    }
    void on_again() override { log += "again "; }
    void on_deadline(time_point) override { log += "deadline "; }
    std::string& log;
    std::function<void()> then;
};

TEST(loop, ends_each_stage_of_a_turn_once_and_in_order)
{
    recording_host host;
    loop shard(host);
    event_channel item(host.log);
    ASSERT_TRUE(shard.add(item, EPOLLIN));
    item.raise();
    shard.wake();
    shard.schedule(item, shard.now() - 1ms);
    EXPECT_TRUE(shard.run_for(1s));
    EXPECT_EQ(host.log, "ready end wake end deadline end ");
    EXPECT_EQ(shard.counters().turns, 1u);
    shard.remove(item);
}

TEST(loop, leaves_out_stages_in_which_nothing_happened)
{
    recording_host host;
    loop shard(host);
    shard.wake();
    shard.wake();
    EXPECT_TRUE(shard.run_for(1s));
    EXPECT_EQ(host.log, "wake end ");
    EXPECT_FALSE(shard.run_for(0ms));
    EXPECT_EQ(host.log, "wake end ");
}

TEST(loop, hears_a_wake_up_of_another_thread)
{
    recording_host host;
    loop shard(host);
    std::thread other([&] { shard.wake(); });
    EXPECT_TRUE(shard.run_for(5s));
    other.join();
    EXPECT_EQ(host.log, "wake end ");
}

TEST(loop, leaves_a_waker_that_may_outlive_it)
{
    recording_host host;
    std::shared_ptr<waker> remote;
    {
        loop shard(host);
        remote = shard.remote();
        remote->wake();
        EXPECT_TRUE(shard.run_for(1s));
        EXPECT_EQ(host.log, "wake end ");
    }
    remote->wake();
    remote->wake();
}

TEST(loop, loses_no_wake_up_under_many_threads)
{
    recording_host host;
    loop shard(host);
    std::atomic<int> announced{0};
    int seen = 0;
    host.then = [&] { seen = announced.load(); };
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int k = 0; k < 5'000; ++k) {
                ++announced;
                shard.wake();
            }
        });
    auto const end = std::chrono::steady_clock::now() + 20s;
    while (seen != 20'000 && std::chrono::steady_clock::now() < end) shard.run_for(100ms);
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(seen, 20'000);
}

TEST(loop, fires_deadlines_on_time_and_not_before)
{
    recording_host host;
    loop shard(host);
    event_channel item(host.log);
    auto const due = std::chrono::steady_clock::now() + 20ms;
    shard.schedule(item, due);
    shard.schedule(item, due + 5ms);
    while (host.log.empty()) ASSERT_TRUE(shard.run_for(5s));
    EXPECT_GE(std::chrono::steady_clock::now(), due + 5ms);
    EXPECT_NE(host.log.find("deadline end "), std::string::npos);
}

TEST(loop, asks_again_in_the_next_turn)
{
    recording_host host;
    loop shard(host);
    event_channel item(host.log);
    ASSERT_TRUE(shard.add(item, EPOLLIN));
    item.then = [&] { shard.again(item); };
    item.raise();
    shard.run_for(1s);
    EXPECT_EQ(host.log, "ready end ");
    shard.run_for(1s);
    EXPECT_EQ(host.log, "ready end again end ");
    shard.remove(item);
}

TEST(loop, tells_nothing_to_a_channel_that_left_earlier_in_the_batch)
{
    recording_host host;
    loop shard(host);
    auto first = std::make_unique<event_channel>(host.log);
    auto second = std::make_unique<event_channel>(host.log);
    ASSERT_TRUE(shard.add(*first, EPOLLIN) && shard.add(*second, EPOLLIN));
    auto* const a = first.get();
    auto* const b = second.get();
    // whichever comes first retires both, itself too
    a->then = b->then = [&] {
        for (auto* each : {&first, &second}) {
            shard.remove(**each);
            shard.retire(std::move(*each));
        }
    };
    a->raise();
    b->raise();
    shard.run_for(1s);
    EXPECT_EQ(host.log, "ready end ");
}

TEST(loop, finishes_a_batch_that_took_too_long_in_the_next_turn)
{
    recording_host host;
    loop shard(host, {.slow_turn = 1s, .batch_time = 0ns, .batch_events = 256});
    std::vector<std::unique_ptr<event_channel>> items;
    for (int i = 0; i < 20; ++i) {
        items.push_back(std::make_unique<event_channel>(host.log));
        ASSERT_TRUE(shard.add(*items.back(), EPOLLIN));
        items.back()->raise();
    }
    shard.run_for(1s);
    shard.run_for(1s);
    shard.run_for(1s);
    std::string const eight = "ready ready ready ready ready ready ready ready ";
    EXPECT_EQ(host.log, eight + "end " + eight + "end ready ready ready ready end ");
    for (auto& item : items) shard.remove(*item);
}

TEST(loop, reports_slow_turns)
{
    recording_host host;
    loop shard(host, {.slow_turn = 1ms});
    host.then = [] {
        auto const end = std::chrono::steady_clock::now() + 2ms;
        while (std::chrono::steady_clock::now() < end) {
        }
    };
    shard.wake();
    shard.run_for(1s);
    EXPECT_EQ(host.slow, 1);
    EXPECT_EQ(shard.counters().slow_turns, 1u);
}

TEST(loop, posts_functions_as_turns)
{
    recording_host host;
    loop shard(host);
    shard.post([&] { host.log += "posted "; });
    shard.run_for(1s);
    EXPECT_EQ(host.log, "posted end ");
}

TEST(loop, makes_a_turn_of_an_asio_handler)
{
    recording_host host;
    loop shard(host);
    boost::asio::post(shard.context(), [&] { shard.turn([&] { shard.turn([&] { host.log += "handler "; }); }); });
    shard.run_for(1s);
    EXPECT_EQ(host.log, "handler end ");
}

TEST(loop, runs_until_it_is_stopped_from_another_thread)
{
    recording_host host;
    loop shard(host);
    std::thread other([&] { shard.stop(); });
    shard.run();
    other.join();
}

bool is_readable(int descriptor, std::chrono::milliseconds patience)
{
    pollfd asked{descriptor, POLLIN, 0};
    return ::poll(&asked, 1, static_cast<int>(patience.count())) == 1;
}

TEST(loop, that_is_driven_from_outside_is_readable_while_there_is_something_to_do)
{
    recording_host host;
    loop shard(host, driven_from_outside{});
    event_channel item(host.log);
    ASSERT_TRUE(shard.add(item, EPOLLIN));
    EXPECT_FALSE(is_readable(shard.descriptor(), 0ms));

    item.raise();
    EXPECT_TRUE(is_readable(shard.descriptor(), 5s));
    EXPECT_TRUE(shard.drive());
    EXPECT_FALSE(is_readable(shard.descriptor(), 0ms));

    shard.wake();
    EXPECT_TRUE(is_readable(shard.descriptor(), 5s));
    EXPECT_TRUE(shard.drive());

    shard.schedule(item, std::chrono::steady_clock::now() + 2ms); // outside of a turn
    EXPECT_TRUE(is_readable(shard.descriptor(), 5s));
    EXPECT_TRUE(shard.drive());

    shard.post([&] { host.log += "posted "; });
    EXPECT_TRUE(is_readable(shard.descriptor(), 5s));
    EXPECT_TRUE(shard.drive());
    EXPECT_FALSE(is_readable(shard.descriptor(), 0ms));
    EXPECT_EQ(host.log, "ready end wake end deadline end posted end ");
    shard.remove(item);
}

TEST(loop, that_is_driven_from_outside_says_when_it_has_been_stopped)
{
    recording_host host;
    loop shard(host, driven_from_outside{});
    EXPECT_TRUE(shard.drive());
    std::thread other([&] { shard.stop(); });
    EXPECT_TRUE(is_readable(shard.descriptor(), 5s));
    other.join();
    EXPECT_FALSE(shard.drive());
}

} // namespace
} // namespace partyline::net
