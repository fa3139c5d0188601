// The client's watchdog: the server pings, and if it does not, it is gone.
#include "unit/engineio/client_session_fixture.hpp"

namespace partyline::testing {
namespace {

TEST_F(client_websocket, answers_a_ping)
{
    world.ws("2");
    EXPECT_THAT(world.seen(), ElementsAre("ping", "wire: 3"));
}

TEST_F(client_polling, answers_a_ping_by_a_post)
{
    world.answer(2, "2");
    EXPECT_THAT(world.seen(), ElementsAre("ping", "get 3", "post 4: 3"));
}

TEST_F(client_websocket, ends_when_no_ping_comes_within_interval_and_timeout_of_the_handshake)
{
    world.after(44'999ms);
    EXPECT_TRUE(world->is_open());
    world.after(1ms);
    EXPECT_THAT(world.seen(), ElementsAre("close link 1", "closed: ping timeout"));
}

TEST_F(client_websocket, waits_anew_after_each_ping_and_after_nothing_else)
{
    world.after(25s);
    world.ws("2");
    world.after(44s);
    world.ws("4hello"); // messages do not count
    world.after(999ms);
    EXPECT_TRUE(world->is_open());
    world.after(1ms);
    EXPECT_TRUE(world->is_closed());
    EXPECT_EQ(world.seen().back(), "closed: ping timeout");
}

TEST_F(client_polling, drops_both_requests_and_says_goodbye_when_the_server_is_silent)
{
    world.send("a");
    (void)world.seen();
    world.after(45s);
    EXPECT_THAT(world.seen(), ElementsAre("abort 2", "abort 3", "farewell 4", "closed: ping timeout"));
}

TEST_F(client_websocket, says_that_its_time_is_over_before_the_timer_does)
{
    world.sleep(44'999ms);
    EXPECT_FALSE(world->ping_expired(world.now()));
    world.sleep(1ms);
    EXPECT_TRUE(world->ping_expired(world.now()));
    EXPECT_LE(world->next_deadline(), world.now());
    world.after(0ms);
    EXPECT_EQ(world.seen().back(), "closed: ping timeout");
    EXPECT_FALSE(world->ping_expired(world.now()));
}

TEST_F(client_websocket, queues_one_answer_however_many_pings_come)
{
    world.stop_reading();
    for (int i = 0; i < 1000; ++i) world.ws("2");
    EXPECT_EQ(world->queued_messages(), 1U);
    (void)world.seen();
    world.read_again();
    EXPECT_THAT(world.seen(), ElementsAre("wire: 3"));
    world.ws("2");
    EXPECT_THAT(world.seen(), ElementsAre("ping", "wire: 3"));
}

TEST_F(client_websocket, is_not_watched_while_it_closes)
{
    world.stop_reading();
    world.send("a");
    world.after(44s);
    world.close();
    world.after(2s);
    EXPECT_FALSE(world->is_closed());
    world.read_again();
    EXPECT_EQ(world.seen().back(), "closed: forced close");
}

} // namespace
} // namespace partyline::testing
