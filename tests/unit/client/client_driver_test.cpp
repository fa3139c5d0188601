// Clients that the loop of the program drives: what it sees of them, and every order in which they and their driver may end.
#include <partyline/client_driver.hpp>

#include <memory>
#include <optional>
#include <utility>

#include <poll.h>

#include "unit/client/line_world.hpp"

namespace partyline::test {
namespace {

/// A loop as a program has one: it waits for the descriptor, and drives.
class poll_loop
{
public:
    poll_loop()
    {
        auto made = client_driver::make();
        pool = std::move(made.pool);
        driver.emplace(std::move(made.driver));
    }
    /// Until the condition holds; false if it does not within ten seconds.
    bool run_until(std::function<bool()> const& condition)
    {
        auto const end = std::chrono::steady_clock::now() + 10s;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > end) return false;
            turn();
        }
        return true;
    }
    void turn()
    {
        if (!driver) return;
        pollfd watched{driver->descriptor(), POLLIN, 0};
        if (::poll(&watched, 1, 10) == 1 && driver && !driver->drive()) is_over = true;
    }
    /// For the options of one client: from then on the client holds it.
    client_options options()
    {
        client_options made;
        made.pool = std::exchange(pool, {});
        return made;
    }

    std::optional<client_pool> pool;
    std::optional<client_driver> driver;
    bool is_over = false;
};

void declare_echo(server& io)
{
    io.on("echo", [](args all) { return all; });
}

TEST(client_driver, runs_its_clients_on_the_thread_that_drives_and_only_while_it_does)
{
    line_server served(declare_echo);
    poll_loop program;
    client line(served.url(), program.options());
    std::thread::id thread;
    std::optional<int> answer;
    line.on_connect([&] { thread = std::this_thread::get_id(); });
    line.connect();
    line.emit("echo", 5, [&](int given) { answer = given; });
    EXPECT_EQ(thread, std::thread::id());
    EXPECT_TRUE(program.run_until([&] { return answer.has_value(); }));
    EXPECT_EQ(answer, 5);
    EXPECT_EQ(thread, std::this_thread::get_id());
    EXPECT_FALSE(program.is_over);
}

TEST(client_driver, is_over_when_the_last_client_and_the_last_handle_of_the_pool_are_gone)
{
    line_server served(declare_echo);
    poll_loop program;
    auto pool = std::move(program.pool);
    {
        client line(served.url(), {.pool = pool});
        line.connect();
        EXPECT_TRUE(program.run_until([&] { return line.connected(); }));
    }
    EXPECT_TRUE(program.run_until([&] { return served.io.statistics().get().connections == 0; })); // it said goodbye
    EXPECT_FALSE(program.is_over);
    pool.reset();
    EXPECT_TRUE(program.run_until([&] { return program.is_over; }));
    EXPECT_EQ(program.driver->descriptor(), -1);
    EXPECT_FALSE(program.driver->drive());
}

TEST(client_driver, may_end_before_its_clients_which_do_nothing_from_then_on)
{
    // a session that is cut between two polls, or while it upgrades, is missed by its pings only
    line_server served(declare_echo, {.ping_interval = 1s, .ping_timeout = 1s});
    poll_loop program;
    client line(served.url(), program.options());
    notes seen;
    line.on_disconnect([&](client_disconnect_reason) { seen.add("disconnect"); });
    line.connect();
    EXPECT_TRUE(program.run_until([&] { return line.connected(); }));
    line.emit_with_ack<int>("nobody answers").then([&](result<int> given) {
        seen.add(std::string(describe(given.error())));
    });
    program.turn();
    auto asked = line.emit_with_ack<int>("nobody answers");
    program.driver.reset();

    EXPECT_EQ(seen.all(), lines{std::string(describe(errc::disconnected))});
    std::move(asked).then([&](result<int> given) { seen.add("then " + std::string(describe(given.error()))); });
    EXPECT_EQ(seen.size(), 2U);
    EXPECT_FALSE(line.connected());
    EXPECT_FALSE(line.emit("echo", 1));
    try {
        line.emit_with_ack<int>("echo", 1).get();
        ADD_FAILURE() << "there is nobody who could answer";
    } catch (error const& why) {
        EXPECT_EQ(why.code(), errc::disconnected);
    }
    line.connect();
    EXPECT_TRUE(until([&] { return served.io.statistics().get().connections == 0; }));
}

TEST(client_driver, may_be_destroyed_in_a_handler_of_its_clients_and_so_may_they)
{
    // a session that is cut between two polls, or while it upgrades, is missed by its pings only
    line_server served(declare_echo, {.ping_interval = 1s, .ping_timeout = 1s});
    poll_loop program;
    auto line = std::make_unique<client>(served.url(), program.options());
    notes seen;
    line->on("hello", [] {});
    line->on_connect([&] {
        program.driver.reset();
        seen.add(line->emit("echo", 1) ? "the turn goes on" : "gone");
        line.reset();
        seen.add("both are gone");
    });
    line->connect();
    EXPECT_TRUE(program.run_until([&] { return seen.size() == 2; }));
    EXPECT_EQ(seen.all(), (lines{"the turn goes on", "both are gone"}));
    EXPECT_TRUE(until([&] { return served.io.statistics().get().connections == 0; }));
}

TEST(client_driver, takes_no_harm_from_a_handler_that_drives)
{
    line_server served(declare_echo);
    poll_loop program;
    client line(served.url(), program.options());
    notes seen;
    line.on_connect([&] { seen.add(program.driver->drive() ? "goes on" : "over"); });
    line.connect();
    EXPECT_TRUE(program.run_until([&] { return seen.size() == 1; }));
    EXPECT_EQ(seen.all(), lines{"goes on"});
}

// The question whether this thread runs the loop is the program's own code: it may do what it likes, drivers included.
TEST(client_driver, asks_the_program_without_holding_up_the_drivers_of_others)
{
    line_server served(declare_echo);
    auto asked = 0;
    auto around = client_driver::make([&asked] {
        ++asked;
        auto const within = client_driver::make([] { return false; });
        return false;
    });
    client line(served.url());
    line.connect();
    EXPECT_EQ(line.emit_with_ack<int>("echo", 1).get(), 1);
    EXPECT_EQ(asked, 1);
    around.driver.close();
    EXPECT_EQ(line.emit_with_ack<int>("echo", 2).get(), 2);
    EXPECT_EQ(asked, 1);
}

TEST(client_driver, lets_its_clients_be_destroyed_before_it_ever_drives)
{
    poll_loop program;
    {
        client line("http://127.0.0.1:1", program.options());
        line.connect();
        line.emit("never");
    }
    EXPECT_TRUE(program.run_until([&] { return program.is_over; }));
}

} // namespace
} // namespace partyline::test
