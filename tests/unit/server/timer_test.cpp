// Work for later: once, and again and again.
#include <algorithm>
#include <atomic>
#include <vector>

#include "running_server.hpp"

namespace partyline::test {

namespace {

template <class Condition>
bool comes_true(Condition condition)
{
    auto const limit = std::chrono::steady_clock::now() + 10s;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > limit) return false;
        std::this_thread::sleep_for(1ms);
    }
    return true;
}

} // namespace

TEST(after, runs_once_on_the_thread_of_the_server)
{
    std::promise<std::thread::id> first, second;
    std::atomic<int> runs{0};
    running_server line([](server&) {});
    line.io.after(0ms, [&] {
        first.set_value(std::this_thread::get_id());
        line.io.after(2ms, [&] {
            ++runs;
            second.set_value(std::this_thread::get_id());
        });
    });
    EXPECT_EQ(first.get_future().get(), second.get_future().get());
    EXPECT_EQ(runs, 1);
}

TEST(after, waits_for_ever_where_it_is_told_to)
{
    std::atomic<int> early{0};
    std::promise<void> passed;
    running_server line([&](server& io) {
        io.after(std::chrono::milliseconds::max(), [&] { ++early; });
        io.every(std::chrono::nanoseconds::max(), [&] { ++early; });
        io.sleep(std::chrono::milliseconds::max()).then([&](result<void> woken) { early += woken ? 1 : 0; });
        io.after(20ms, [&] { passed.set_value(); });
    });
    passed.get_future().wait();
    line.io.stop();
    line.io.wait();
    EXPECT_EQ(early, 0);
}

TEST(after, runs_a_coroutine_to_its_end)
{
    std::promise<int> once;
    std::atomic<int> rounds{0};
    running_server line([&](server& io) {
        io.after(1ms, [&]() -> task<> {
            co_await io.sleep(1ms);
            once.set_value(5);
        });
        io.every(1ms, [&]() -> task<> {
            co_await io.sleep(1ms);
            ++rounds;
            throw std::runtime_error("counted");
        });
    });
    EXPECT_EQ(once.get_future().get(), 5);
    EXPECT_TRUE(comes_true([&] { return rounds > 2; }));
    EXPECT_GE(line.statistics().handler_errors, 2U);
}

TEST(every, keeps_to_its_grid_when_a_call_takes_long)
{
    using clock = std::chrono::steady_clock;
    constexpr auto interval = std::chrono::nanoseconds(1s) / 60;
    constexpr auto work = 8ms;
    constexpr int steps = 20;
    // Begun anew after each call, it would take at least this. A busy machine may need several attempts to do better.
    constexpr auto with_drift = steps * (interval + work);
    auto const took = [&] {
        std::vector<clock::time_point> calls;
        std::promise<void> done;
        running_server line([&](server& io) {
            io.every(interval, [&] {
                calls.push_back(clock::now());
                if (calls.size() == steps + 1) done.set_value();
                std::this_thread::sleep_for(work);
            });
        });
        done.get_future().wait();
        line.io.stop();
        line.io.wait();
        return calls[steps] - calls[0];
    };
    auto best = took();
    for (int attempt = 0; attempt < 20 && best >= with_drift; ++attempt) best = std::min(best, took());
    EXPECT_LT(best, with_drift);
}

TEST(every, leaves_out_what_is_over)
{
    using clock = std::chrono::steady_clock;
    constexpr auto interval = 5ms;
    std::vector<clock::time_point> calls;
    std::promise<void> done;
    running_server line([&](server& io) {
        io.every(interval, [&] {
            calls.push_back(clock::now());
            if (calls.size() == 5) std::this_thread::sleep_for(10 * interval);
            if (calls.size() == 20) done.set_value();
        });
    });
    done.get_future().wait();
    line.io.stop();
    line.io.wait();
    // A call comes after its time; the next one's is still to come when it ends.
    for (std::size_t i = 0; i + 2 < calls.size(); ++i) EXPECT_GT(calls[i + 2] - calls[i], interval) << i;
}

TEST(every, ends_when_it_is_cancelled_and_when_the_server_stops)
{
    std::atomic<int> cancelled{0}, cancels_itself{0}, goes_on{0};
    repetition second;
    running_server line([&](server& io) {
        io.every(1ms, [&] { ++goes_on; });
        second = io.every(1ms, [&] {
            ++cancels_itself;
            second.cancel();
        });
    });
    auto const first = line.io.every(1ms, [&] { ++cancelled; });
    ASSERT_TRUE(comes_true([&] { return cancelled > 2 && cancels_itself > 0; }));
    first.cancel();
    std::promise<int> then;
    line.io.after(0ms, [&] { then.set_value(cancelled); }); // on that thread: a call that had begun is over
    int const seen = then.get_future().get();
    int const others = goes_on;
    ASSERT_TRUE(comes_true([&] { return goes_on > others + 5; }));
    EXPECT_EQ(cancelled, seen);
    EXPECT_EQ(cancels_itself, 1);

    line.io.stop();
    line.io.wait();
    int const last = goes_on;
    std::this_thread::sleep_for(20ms);
    EXPECT_EQ(goes_on, last);
}

TEST(every, goes_on_after_an_exception_which_is_counted)
{
    std::atomic<int> calls{0};
    running_server line([&](server& io) {
        io.every(1ms, [&] {
            ++calls;
            throw std::runtime_error("not today");
        });
    });
    ASSERT_TRUE(comes_true([&] { return calls > 3; }));
    EXPECT_GE(line.statistics().handler_errors, 3U);
}

TEST(every, refuses_intervals_that_a_clock_of_milliseconds_cannot_keep)
{
    server io;
    EXPECT_THROW(io.every(999us, [] {}), error);
    EXPECT_THROW(io.every(0ms, [] {}), error);
}

} // namespace partyline::test
