// Clients on an io_context of the program's: whose threads they run on, when `run` returns, and every order of ending.
#include <partyline/asio.hpp>

#include <filesystem>
#include <future>
#include <memory>
#include <optional>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>

#include "unit/client/line_world.hpp"

namespace partyline::test {
namespace {

namespace asio = boost::asio;

std::size_t threads_of_this_process()
{
    auto const all = std::filesystem::directory_iterator("/proc/self/task");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

/// Runs until the condition holds; false if it does not within ten seconds.
bool run_until(asio::io_context& context, std::function<bool()> const& condition)
{
    auto const end = std::chrono::steady_clock::now() + 10s;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        context.run_one_for(10ms);
    }
    return true;
}

client_options on(asio::io_context& context)
{
    client_options made;
    made.pool = pool_on(context);
    return made;
}

void declare_echo(server& io)
{
    io.on("echo", [](args all) { return all; });
}

TEST(asio, runs_handlers_on_the_thread_of_the_context_and_starts_none)
{
    line_server served(declare_echo);
    asio::io_context context;
    auto const before = threads_of_this_process();
    auto line = std::make_unique<client>(served.url(), on(context));
    std::optional<std::thread::id> thread;
    line->on_connect([&] {
        thread = std::this_thread::get_id();
        EXPECT_EQ(threads_of_this_process(), before);
        line->emit("echo", "hello", [&](std::string text) {
            EXPECT_EQ(text, "hello");
            line.reset(); // the last one
        });
    });
    line->connect();
    context.run_for(10s); // returns as soon as there is nothing left to do
    EXPECT_TRUE(context.stopped());
    EXPECT_FALSE(line);
    EXPECT_EQ(thread, std::this_thread::get_id());
}

TEST(asio, lets_run_return_when_the_last_client_is_gone_and_begins_again_with_the_next)
{
    line_server served(declare_echo);
    asio::io_context context;
    for (int round = 0; round < 3; ++round) {
        client line(served.url(), on(context));
        line.connect();
        std::optional<int> answer;
        line.emit("echo", round, [&](int given) { answer = given; });
        EXPECT_TRUE(run_until(context, [&] { return answer.has_value(); }));
        EXPECT_EQ(answer, round);
        EXPECT_FALSE(context.stopped());
        context.restart();
    }
    context.run_for(10s);
    EXPECT_TRUE(context.stopped());
    EXPECT_TRUE(until([&] { return served.io.statistics().get().connections == 0; }));
}

TEST(asio, has_one_pool_for_each_context)
{
    asio::io_context context;
    auto const pool = pool_on(context);
    EXPECT_EQ(pool_on(context).lease(), pool.lease());
    asio::io_context other;
    EXPECT_NE(pool_on(other).lease(), pool.lease());
}

TEST(asio, may_lose_its_context_before_its_clients)
{
    // a session that is cut between two polls, or while it upgrades, is missed by its pings only
    line_server served(declare_echo, {.ping_interval = 1s, .ping_timeout = 1s});
    std::optional<asio::io_context> context(std::in_place);
    auto& dying = *context;
    notes seen;
    client line(served.url(), on(dying));
    line.on_disconnect([&](client_disconnect_reason) { seen.add("a handler ran"); });
    line.connect();
    EXPECT_TRUE(run_until(*context, [&] { return line.connected(); }));
    line.after(0ms, [&] {
        line.emit_with_ack<int>("nobody answers").then([&](result<int> given) {
            seen.add(std::string(describe(given.error())));
            client late("http://127.0.0.1:1", on(dying)); // while the context is being destroyed
            seen.add(late.emit("echo") ? "taken" : "refused");
        });
        seen.add("asked");
    });
    EXPECT_TRUE(run_until(*context, [&] { return seen.size() == 1; }));
    context.reset();

    EXPECT_EQ(seen.all(), (lines{"asked", std::string(describe(errc::disconnected)), "refused"}));
    EXPECT_FALSE(line.connected());
    EXPECT_FALSE(line.emit("echo", 1));
    line.connect();
    EXPECT_THROW(line.emit_with_ack<int>("echo", 1).get(), error);
    EXPECT_THROW(line.close().get(), error);
    EXPECT_TRUE(until([&] { return served.io.statistics().get().connections == 0; }));
}

TEST(asio, says_goodbye_when_a_stopped_context_goes_on)
{
    notes seen;
    line_server served([&](server& io) {
        io.on("last words", [&] { seen.add("last words"); });
        io.on_disconnect([&](socket, disconnect_reason) { seen.add("left"); });
    });
    asio::io_context context;
    {
        client line(served.url(), on(context));
        line.connect();
        EXPECT_TRUE(run_until(context, [&] { return line.connected(); }));
        context.stop();
        EXPECT_TRUE(line.emit("last words"));
    }
    EXPECT_EQ(context.run(), 0U);
    EXPECT_EQ(served.io.statistics().get().connections, 1U);
    context.restart();
    context.run_for(10s);
    EXPECT_EQ(seen.when(2), (lines{"last words", "left"}));
}

TEST(asio, never_runs_two_handlers_at_a_time_on_a_context_of_several_threads)
{
    line_server served(declare_echo);
    asio::io_context context;
    std::vector<std::unique_ptr<client>> all;
    std::atomic<int> inside{0};
    std::atomic<int> most{0};
    std::atomic<int> answers{0};
    constexpr int clients = 4;
    constexpr int rounds = 100;
    for (int i = 0; i < clients; ++i) {
        auto& line = *all.emplace_back(std::make_unique<client>(served.url(), on(context)));
        line.connect();
        for (int round = 0; round < rounds; ++round)
            line.emit("echo", round, [&](int answered) {
                most = std::max(most.load(), ++inside);
                if (answered % 10 == 0)
                    std::this_thread::yield(); // each gives a busy machine's others a turn: not at every one
                --inside;
                ++answers;
            });
    }
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { context.run(); });
    EXPECT_TRUE(until([&] { return answers == clients * rounds; }));
    EXPECT_EQ(most, 1);
    all.clear(); // then the threads return
}

TEST(asio, lets_clients_come_and_go_from_any_thread_while_others_run_the_context)
{
    // a session that is cut between two polls, or while it upgrades, is missed by its pings only
    line_server served(declare_echo, {.ping_interval = 1s, .ping_timeout = 1s});
    asio::io_context context;
    auto busy = asio::make_work_guard(context);
    std::vector<std::jthread> threads;
    for (int i = 0; i < 2; ++i) threads.emplace_back([&] { context.run(); });
    {
        std::vector<std::jthread> users;
        for (int i = 0; i < 3; ++i)
            users.emplace_back([&, i] {
                for (int round = 0; round < 20; ++round) {
                    client line(served.url(), on(context));
                    line.connect();
                    if ((round + i) % 3 == 0) {
                        EXPECT_EQ(line.emit_with_ack<int>("echo", round).get(), round);
                    } else if ((round + i) % 3 == 1) {
                        line.emit("echo", round);
                    }
                }
            });
    }
    busy.reset();
    threads.clear();
    EXPECT_TRUE(until([&] { return served.io.statistics().get().connections == 0; }));
}

TEST(asio, refuses_to_stop_a_thread_of_the_context_for_an_answer)
{
    line_server served(declare_echo);
    asio::io_context context;
    client line(served.url(), on(context));
    line.connect();
    notes seen;
    auto const try_it = [&](std::string where) {
        try {
            line.emit_with_ack<int>("echo", 1).get();
            seen.add(where + ": answered");
        } catch (error const& why) {
            seen.add(where + ": " + std::string(describe(why.code())));
        }
    };
    asio::post(context, [&] { try_it("code of the program"); });
    line.on_connect([&] { try_it("handler"); });
    EXPECT_TRUE(run_until(context, [&] { return seen.size() == 2; }));
    std::string const refusal(describe(errc::wrong_thread));
    EXPECT_EQ(seen.all(), (lines{"code of the program: " + refusal, "handler: " + refusal}));

    std::jthread running([&] { context.run(); });
    EXPECT_EQ(line.emit_with_ack<int>("echo", 2).get(), 2); // this thread does not run it
    line.close().get();
    context.stop();
}

TEST(asio, has_answers_awaited_by_its_coroutines_each_on_its_own_executor)
{
    line_server served(declare_echo);
    asio::io_context context;
    auto line = std::make_unique<client>(served.url(), on(context));
    line->connect();
    std::vector<int> sums;
    std::optional<errc> failure;
    auto const strand = asio::make_strand(context);
    asio::co_spawn(
        strand,
        [&]() -> asio::awaitable<void> {
            for (int n = 0; n < 3; ++n) {
                sums.push_back(co_await as_awaitable(line->emit_with_ack<int>("echo", n)));
                EXPECT_TRUE(strand.running_in_this_thread());
            }
            try {
                co_await as_awaitable(line->timeout(1ms).emit_with_ack<int>("nobody answers"));
            } catch (error const& why) {
                failure = why.code();
            }
            asio::steady_timer timer(context, 1ms); // and asio's own as ever
            co_await timer.async_wait(asio::use_awaitable);
            co_await as_awaitable(line->close());
            EXPECT_FALSE(line->connected());
            line.reset();
        },
        asio::detached);
    context.run_for(10s);
    EXPECT_TRUE(context.stopped());
    EXPECT_EQ(sums, (std::vector{0, 1, 2}));
    EXPECT_EQ(failure, errc::timed_out);
}

TEST(asio, has_a_future_of_an_answer_and_other_tokens)
{
    line_server served(declare_echo);
    client line(served.url()); // on a thread of the library
    line.connect();
    asio::io_context context;
    std::optional<std::string> text;
    async_wait(line.emit_with_ack<std::string>("echo", "callback"),
               asio::bind_executor(context, [&](result<std::string> given) {
                   EXPECT_TRUE(context.get_executor().running_in_this_thread());
                   text = given.value();
               }));
    context.run_for(10s); // the answer that is awaited is work
    EXPECT_EQ(text, "callback");
    auto const given = async_wait(line.emit_with_ack<int>("echo", 7), asio::use_future).get();
    EXPECT_EQ(given.value(), 7);
    line.close().get();
}

TEST(asio, has_answers_of_a_servers_sockets_awaited_by_its_coroutines)
{
    asio::io_context context;
    std::optional<int> answer;
    line_server served([&](server& io) {
        io.on_connection([&](socket s) {
            asio::co_spawn(
                context,
                [&answer, s]() -> asio::awaitable<void> {
                    answer = co_await as_awaitable(s.emit_with_ack<int>("double", 21));
                },
                asio::detached);
        });
    });
    client line(served.url(), on(context));
    line.on("double", [](int n) { return 2 * n; });
    line.connect();
    EXPECT_TRUE(run_until(context, [&] { return answer.has_value(); }));
    EXPECT_EQ(answer, 42);
}

TEST(asio, frees_coroutines_that_still_await_when_the_context_is_destroyed)
{
    line_server served(declare_echo);
    auto const alive = std::make_shared<int>(0);
    std::optional<client> line;
    {
        asio::io_context context;
        line.emplace(served.url(), on(context));
        line->connect();
        asio::co_spawn(
            context,
            [&line, alive]() -> asio::awaitable<void> {
                co_await as_awaitable(line->emit_with_ack<int>("nobody answers"));
            },
            asio::detached);
        EXPECT_TRUE(run_until(context, [&] { return line->connected(); }));
        EXPECT_EQ(alive.use_count(), 2);
    }
    EXPECT_EQ(alive.use_count(), 1);
}

} // namespace
} // namespace partyline::test
