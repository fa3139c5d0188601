// When a connection is opened, opened again, and given up: the order of events is that of the official Manager.
#include "unit/client/connection_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partyline::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string const refused = " [" + std::string(describe(errc::refused)) + "]";
std::string const timed_out = " [" + std::string(describe(errc::timed_out)) + "]";

connection_options attempts(std::size_t count)
{
    auto options = plain_options();
    options.reconnection.attempts = count;
    return options;
}

TEST(client_reconnect, opens_a_connection_without_any_namespace)
{
    connection_world world;
    world.open();
    world.open();
    EXPECT_THAT(world.seen(), ElementsAre("open link 1.0"));
    world.accept();
    EXPECT_THAT(world.seen(), ElementsAre("opened"));
    EXPECT_TRUE(world->is_open());
    world.close();
    EXPECT_THAT(world.seen(), ElementsAre("closed: forced close", "close link 1.0"));
    EXPECT_FALSE(world->is_open());
    EXPECT_EQ(world->next_deadline(), engineio::time_point::max());
    EXPECT_TRUE(world->sessions().empty());
}

TEST(client_reconnect, tries_again_with_growing_delays_when_the_first_connection_fails)
{
    connection_world world;
    world.connect();
    world.lose({errc::refused});
    EXPECT_THAT(world.seen(), ElementsAre("open link 1.0", "failed: websocket error" + refused,
                                          "no connection /: websocket error" + refused));
    EXPECT_TRUE(world->is_reconnecting());
    world.after(999ms);
    EXPECT_THAT(world.seen(), IsEmpty());
    world.after(1ms);
    EXPECT_THAT(world.seen(), ElementsAre("attempt 1", "open link 2.0"));
    world.lose({errc::refused});
    EXPECT_THAT(world.seen(),
                ElementsAre("failed: websocket error" + refused, "no connection /: websocket error" + refused,
                            "reconnect error: websocket error"));
    world.after(1999ms);
    EXPECT_THAT(world.seen(), IsEmpty());
    world.after(1ms);
    EXPECT_THAT(world.seen(), ElementsAre("attempt 2", "open link 3.0"));
    world.accept();
    EXPECT_THAT(world.seen(), ElementsAre("opened", "reconnected 2", "wire: 40"));
    EXPECT_FALSE(world->is_reconnecting());
}

TEST(client_reconnect, begins_with_the_shortest_delay_after_each_connection)
{
    connection_world world;
    world.connect();
    world.join();
    for (int round = 0; round < 3; ++round) {
        world.lose();
        (void)world.seen();
        world.after(1s);
        EXPECT_EQ(world.seen().front(), "attempt 1");
        world.join();
        (void)world.seen();
    }
}

TEST(client_reconnect, waits_by_its_seed_and_the_jitter)
{
    auto const delay_of = [](std::uint64_t seed) {
        auto options = plain_options();
        options.reconnection.randomization = 0.5;
        connection_world world(options, json_codec(), {}, seed);
        world.open();
        world.lose({errc::refused});
        return world->next_deadline() - world.now();
    };
    std::set<std::int64_t> different;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        auto const delay = delay_of(seed);
        EXPECT_GE(delay, 500ms);
        EXPECT_LE(delay, 1500ms);
        EXPECT_EQ(delay, delay_of(seed));
        different.insert(delay.count());
    }
    EXPECT_GT(different.size(), 40U);
}

TEST(client_reconnect, gives_up_after_the_last_attempt)
{
    connection_world world(attempts(2));
    world.connect();
    world.lose({errc::refused});
    world.after(1s);
    world.lose({errc::refused});
    world.after(2s);
    (void)world.seen();
    world.lose({errc::refused});
    EXPECT_THAT(world.seen(),
                ElementsAre("failed: websocket error" + refused, "no connection /: websocket error" + refused,
                            "reconnect failed", "reconnect error: websocket error"));
    EXPECT_FALSE(world->is_reconnecting());
    EXPECT_EQ(world->next_deadline(), engineio::time_point::max());
    world.nsp().connect(world.now());
    world.settle();
    EXPECT_THAT(world.seen(), ElementsAre("open link 4.0"));
}

TEST(client_reconnect, does_not_try_again_if_told_so)
{
    auto options = plain_options();
    options.reconnection.enabled = false;
    connection_world world(options);
    world.connect();
    world.join();
    world.lose();
    EXPECT_EQ(world.seen().back(), "left /: transport close");
    EXPECT_EQ(world->next_deadline(), engineio::time_point::max());
    world.connect();
    world.lose({errc::refused});
    EXPECT_EQ(world->next_deadline(), engineio::time_point::max());
}

TEST(client_reconnect, fails_an_attempt_that_takes_too_long)
{
    connection_world world;
    world.connect();
    world.after(19'999ms);
    EXPECT_THAT(world.seen(), ElementsAre("open link 1.0"));
    world.after(1ms);
    EXPECT_THAT(world.seen(),
                ElementsAre("failed: timeout" + timed_out, "no connection /: timeout" + timed_out, "close link 1.0"));
    world.after(1s);
    EXPECT_THAT(world.seen(), ElementsAre("attempt 1", "open link 2.0"));
    EXPECT_EQ(world->sessions().size(), 1U);
    world.after(20s);
    EXPECT_EQ(world.seen().back(), "close link 2.0");
}

TEST(client_reconnect, waits_for_ever_without_a_time_limit)
{
    auto options = plain_options();
    options.connect_timeout.reset();
    connection_world world(options);
    world.open();
    EXPECT_EQ(world->next_deadline(), engineio::time_point::max());
}

TEST(client_reconnect, follows_every_loss_but_not_a_goodbye)
{
    struct
    {
        std::string reason;
        std::function<void(connection_world&)> what;
        bool again;
    } const table[] = {
        {"transport close", [](auto& world) { world.lose(); }, true},
        {"transport error", [](auto& world) { world.lose({errc::invalid_frame}); }, true},
        {"transport error", [](auto& world) { world.ws("9"); }, true},
        {"transport close", [](auto& world) { world.ws("1"); }, true},
        {"ping timeout", [](auto& world) { world.after(45s); }, true},
        {"parse error", [](auto& world) { world.ws("4nonsense"); }, true},
        {"io server disconnect", [](auto& world) { world.ws("41"); }, false},
        {"io client disconnect", [](auto& world) { world.disconnect(); }, false},
        {"forced close", [](auto& world) { world.close(); }, false},
    };
    for (auto const& row : table) {
        SCOPED_TRACE(row.reason);
        connection_world world;
        world.connect();
        world.join();
        (void)world.seen();
        row.what(world);
        EXPECT_THAT(world.seen(), ::testing::Contains("left /: " + row.reason));
        EXPECT_EQ(world->is_reconnecting(), row.again);
        EXPECT_FALSE(world.nsp().is_connected());
        world.after(1s);
        EXPECT_EQ(world.seen(),
                  row.again ? connection_world::lines({"attempt 1", "open link 2.0"}) : connection_world::lines());
    }
}

TEST(client_reconnect, tells_why_a_connection_broke_before_it_tells_that_it_is_closed)
{
    connection_world world;
    world.connect();
    world.connect("/other");
    world.join();
    (void)world.seen();
    world.lose({errc::invalid_frame});
    auto const why = " [" + std::string(describe(errc::invalid_frame)) + "]";
    EXPECT_THAT(world.seen(),
                ElementsAre("failed: websocket error" + why, "no connection /other: websocket error" + why,
                            "closed: transport error (websocket error)", "left /: transport error",
                            "left /other: transport error"));
}

TEST(client_reconnect, stops_when_a_handler_of_the_failure_says_so)
{
    connection_world world;
    world.on("no connection /: websocket error" + refused, [&] { world.nsp().disconnect(world.now()); });
    world.connect();
    world.lose({errc::refused});
    EXPECT_FALSE(world->is_reconnecting());
    EXPECT_EQ(world->next_deadline(), engineio::time_point::max());
}

TEST(client_reconnect, makes_no_attempt_that_its_handler_forbids)
{
    connection_world world;
    world.on("attempt 1", [&] { world.close(); });
    world.connect();
    world.lose({errc::refused});
    (void)world.seen();
    world.after(10s);
    EXPECT_THAT(world.seen(), ElementsAre("attempt 1"));
    EXPECT_FALSE(world->is_reconnecting());
}

TEST(client_reconnect, is_not_done_twice_when_a_handler_connects_by_itself)
{
    connection_world world;
    world.on("left /: io server disconnect", [&] { world.nsp().connect(world.now()); });
    world.connect();
    world.join();
    world.ws("41");
    EXPECT_EQ(world.seen().back(), "open link 2.0");
    EXPECT_FALSE(world->is_reconnecting());
    world.join();
    EXPECT_TRUE(world.nsp().is_connected());
    world.after(20s);
    EXPECT_EQ(world->sessions().size(), 1U);
}

TEST(client_reconnect, makes_the_attempt_at_once_when_the_user_asks_for_it)
{
    connection_world world;
    world.connect();
    world.lose({errc::refused});
    (void)world.seen();
    world.open();
    EXPECT_THAT(world.seen(), ElementsAre("attempt 1", "open link 2.0"));
    world.open();
    world.join();
    EXPECT_THAT(world.seen(), ElementsAre("opened", "reconnected 1", "wire: 40", "joined / as abc"));
    world.after(20s);
    EXPECT_THAT(world.seen(), IsEmpty());
}

TEST(client_reconnect, waits_for_its_time_when_a_namespace_is_added_meanwhile)
{
    connection_world world;
    world.connect();
    world.lose({errc::refused});
    (void)world.seen();
    world.connect("/other");
    EXPECT_THAT(world.seen(), IsEmpty());
    world.after(1s);
    world.accept();
    EXPECT_THAT(world.seen(),
                ElementsAre("attempt 1", "open link 2.0", "opened", "reconnected 1", "wire: 40", "wire: 40/other,"));
}

TEST(client_reconnect, closed_while_it_waits_or_opens_is_closed)
{
    connection_world waiting;
    waiting.connect();
    waiting.lose({errc::refused});
    (void)waiting.seen();
    waiting.close();
    EXPECT_THAT(waiting.seen(), IsEmpty());
    EXPECT_EQ(waiting->next_deadline(), engineio::time_point::max());

    connection_world opening;
    opening.connect();
    opening.close();
    EXPECT_THAT(opening.seen(),
                ElementsAre("open link 1.0", "closed: forced close", "left /: forced close", "close link 1.0"));
    EXPECT_EQ(opening.under_way(), 0U);
}

TEST(client_reconnect, begins_anew_when_it_was_closed_while_it_waited)
{
    connection_world world;
    world.connect();
    world.lose({errc::refused});
    world.after(1s);
    world.lose({errc::refused});
    world.close();
    (void)world.seen();
    world.open();
    world.lose({errc::refused});
    (void)world.seen();
    world.after(1s);
    EXPECT_THAT(world.seen(), ElementsAre("attempt 1", "open link 4.0"));
}

TEST(client_reconnect, takes_other_settings_while_it_runs)
{
    connection_world world;
    auto how = world->options().reconnection;
    how.delay = 100ms;
    how.delay_max = 300ms;
    world.connect();
    world->set_reconnection(how);
    world.lose({errc::refused});
    EXPECT_EQ(world->next_deadline() - world.now(), 100ms);
    how.attempts = 2;
    world->set_reconnection(how);
    world.after(100ms);
    world.lose({errc::refused});
    EXPECT_EQ(world->next_deadline() - world.now(), 200ms);
    world.after(200ms);
    (void)world.seen();
    world.lose({errc::refused});
    EXPECT_THAT(world.seen(), Contains("reconnect failed"));
}

TEST(client_reconnect, switched_off_while_it_waits_makes_no_attempt)
{
    connection_world world;
    auto how = world->options().reconnection;
    world.connect();
    world.lose({errc::refused});
    how.enabled = false;
    world->set_reconnection(how);
    EXPECT_EQ(world->next_deadline(), engineio::time_point::max());
    EXPECT_FALSE(world->is_reconnecting());
    (void)world.seen();
    how.enabled = true;
    world->set_reconnection(how);
    world.connect();
    world.lose({errc::refused});
    EXPECT_EQ(world->next_deadline() - world.now(), 1s) << "on again, it begins anew";
    world.on("attempt 1", [&] {
        how.enabled = false;
        world->set_reconnection(how);
    });
    (void)world.seen();
    world.after(10s);
    EXPECT_THAT(world.seen(), ElementsAre("attempt 1"));
}

TEST(client_reconnect, remembers_that_a_websocket_worked)
{
    auto options = plain_options();
    options.engine.transports = {engineio::transport::polling, engineio::transport::websocket};
    options.engine.remember_upgrade = true;
    connection_world world(options);
    world.open();
    world.answer(world.get(), R"(0{"sid":"s","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000})");
    world->link_opened(world.link(), world.now());
    world.ws("3probe");
    world.answer(world.get(), "6");
    world.lose();
    (void)world.seen();
    world.after(1s);
    EXPECT_THAT(world.seen(), ElementsAre("attempt 1", "open link 2.0"));
    world.lose({errc::refused});
    world.after(2s);
    EXPECT_EQ(world.seen().back(), "get 3.0");
}

TEST(client_reconnect, lets_the_session_before_say_goodbye_while_the_next_one_opens)
{
    auto options = plain_options();
    options.engine.transports = {engineio::transport::polling};
    connection_world world(options);
    world.connect();
    world.answer(world.get(), open_packet);
    world.answer(world.post(), "ok");
    world.answer(world.get(), R"(40{"sid":"abc"})");
    auto const last_get = world.get();
    (void)world.seen();
    world.disconnect();
    EXPECT_THAT(world.seen(), ElementsAre("closed: forced close", "left /: io client disconnect", "post 1.4: 41"));
    world.connect();
    EXPECT_THAT(world.seen(), ElementsAre("get 2.0"));
    EXPECT_EQ(world->sessions().size(), 2U);
    world.answer(world.post(), "ok");
    EXPECT_THAT(world.seen(), ElementsAre("post 1.5: 1"));
    world.answer(last_get, "6"); // the server releases it
    world.answer(world.post(), "ok");
    EXPECT_THAT(world.seen(), IsEmpty());
    EXPECT_EQ(world->sessions().size(), 1U);
    world.answer(world.get(), open_packet);
    EXPECT_THAT(world.seen(), ElementsAre("opened", "get 2.1", "post 2.2: 40"));
}

TEST(client_reconnect, cuts_off_the_oldest_of_too_many_that_say_goodbye)
{
    auto options = plain_options();
    options.engine.transports = {engineio::transport::polling};
    options.max_closing_sessions = 2;
    connection_world world(options);
    for (int round = 0; round < 20; ++round) {
        world.open();
        world.answer(world.get(), open_packet);
        world.close();
        EXPECT_LE(world->sessions().size(), 2U);
    }
    EXPECT_LE(world.under_way(), 4U);
    world.after(30s);
    EXPECT_TRUE(world->sessions().empty());
    EXPECT_EQ(world.under_way(), 0U);
}

TEST(client_reconnect, tells_of_pings)
{
    connection_world world;
    world.open();
    world.accept();
    (void)world.seen();
    world.ws("2");
    EXPECT_THAT(world.seen(), ElementsAre("ping", "wire: 3"));
}

} // namespace
} // namespace partyline::testing
