#include "unit/engineio/session_fixture.hpp"

namespace partyline::testing {

TEST_F(websocket_session, is_pinged_an_interval_after_the_handshake)
{
    world.after(24'999ms);
    EXPECT_THAT(world.seen(), IsEmpty());
    world.after(1ms);
    EXPECT_THAT(world.seen(), ElementsAre("wire: 2"));
}

TEST_F(websocket_session, is_pinged_an_interval_after_each_pong)
{
    world.after(25s);
    world.after(7s);
    world.ws("3");
    (void)world.seen();
    world.after(24'999ms);
    EXPECT_THAT(world.seen(), IsEmpty());
    world.after(1ms);
    EXPECT_THAT(world.seen(), ElementsAre("wire: 2"));
}

TEST_F(websocket_session, an_unanswered_ping_ends_it)
{
    world.after(25s);
    (void)world.seen();
    world.after(19'999ms);
    EXPECT_THAT(world.seen(), IsEmpty());
    world.after(1ms);
    EXPECT_THAT(world.seen(), ElementsAre("close link 100", "closed: ping timeout"));
}

TEST_F(websocket_session, other_packets_extend_the_time_out_once_per_ping)
{
    world.after(25s);
    world.after(15s);
    world.ws("4sign of life");
    world.after(15s);
    EXPECT_TRUE(world->is_open());
    world.ws("4another");
    world.after(4'999ms);
    EXPECT_TRUE(world->is_open());
    world.after(1ms);
    EXPECT_THAT(world.seen(), ElementsAre("wire: 2", "message sign of life", "message another", "close link 100",
                                          "closed: ping timeout"));
}

TEST_F(websocket_session, the_next_ping_may_be_extended_again)
{
    for (int round = 0; round < 3; ++round) {
        world.after(25s);
        world.after(19s);
        world.ws("4x");
        world.after(19s);
        world.ws("3");
        ASSERT_TRUE(world->is_open()) << round;
    }
}

TEST_F(websocket_session, packets_do_not_postpone_the_ping)
{
    world.after(20s);
    world.ws("4x");
    world.after(5s);
    EXPECT_THAT(world.seen(), ElementsAre("message x", "wire: 2"));
}

TEST_F(websocket_session, pongs_that_nobody_asked_for_change_nothing)
{
    auto const deadline = world->next_deadline();
    for (int i = 0; i < 1000; ++i) world.ws("3");
    EXPECT_EQ(world->next_deadline(), deadline);
    world.after(10s);
    world.ws("3");
    world.after(15s);
    EXPECT_THAT(world.seen(), ElementsAre("wire: 2"));
    world.ws("3probe");
    world.ws("3");
    world.after(25s);
    EXPECT_THAT(world.seen(), ElementsAre("wire: 2")) << "one ping, not two";
}

TEST_F(websocket_session, a_ping_from_the_client_goes_the_wrong_way)
{
    world.ws("2");
    EXPECT_THAT(world.seen(), ElementsAre("close link 100", "closed: transport error (invalid heartbeat direction)"));
    session_world other(transport::websocket);
    session_world::opened(other).ws("2probe");
    EXPECT_THAT(other.seen(), ElementsAre("close link 100", "closed: transport error (invalid heartbeat direction)"));
}

TEST_F(polling_session, a_ping_from_the_client_by_post_goes_the_wrong_way)
{
    world.get(2);
    world.post(3, "4a|2|4b");
    EXPECT_THAT(world.seen(), ElementsAre("message a", "answer 3: ok", "answer 2: 1",
                                          "closed: transport error (invalid heartbeat direction)"));
}

TEST_F(polling_session, ping_and_pong_travel_by_poll_and_post)
{
    world.get(2);
    world.after(25s);
    EXPECT_THAT(world.seen(), ElementsAre("poll 2: 2"));
    EXPECT_FALSE(world.last_compress());
    world.post(3, "3");
    EXPECT_THAT(world.seen(), ElementsAre("answer 3: ok"));
    world.get(4);
    world.after(25s);
    EXPECT_THAT(world.seen(), ElementsAre("poll 4: 2"));
}

// Two waits do not add what clocks round up; but a server that was held up leaves its client the whole time.
TEST(session_heartbeat, a_ping_that_is_a_moment_late_counts_from_when_it_was_due_and_a_later_one_from_now)
{
    for (auto const& [late, left] : {std::pair{2ms, 19'998ms}, std::pair{3ms, 20'000ms}, std::pair{3'000ms, 20'000ms}})
    {
        session_world world(transport::websocket);
        session_world::opened(world);
        world.late(25s + late);
        EXPECT_THAT(world.seen(), ElementsAre("wire: 2")) << late.count();
        world.late(left - 1ms);
        EXPECT_TRUE(world->is_open()) << late.count();
        world.late(1ms);
        EXPECT_THAT(world.seen(), ElementsAre("close link 100", "closed: ping timeout")) << late.count();
    }
}

TEST(session_heartbeat, a_session_that_never_polls_ends_by_itself)
{
    session_world world(transport::polling);
    world.after(44'999ms);
    EXPECT_TRUE(world->is_open());
    EXPECT_EQ(world->queued_messages(), 2u) << "open and one ping";
    world.after(1ms);
    EXPECT_THAT(world.seen(), ElementsAre("closed: ping timeout"));
}

TEST(session_heartbeat, a_ping_timeout_answers_the_waiting_poll)
{
    session_world world(transport::polling);
    session_world::opened(world).get(2);
    world.after(25s);
    world.get(3);
    (void)world.seen();
    world.after(20s);
    EXPECT_THAT(world.seen(), ElementsAre("answer 3: 1", "closed: ping timeout"));
}

TEST(session_heartbeat, its_times_are_options)
{
    session_world world(transport::websocket, {.ping_interval = 300ms, .ping_timeout = 200ms});
    session_world::opened(world).after(300ms);
    EXPECT_THAT(world.seen(), ElementsAre("wire: 2"));
    world.after(200ms);
    EXPECT_THAT(world.seen(), ElementsAre("close link 100", "closed: ping timeout"));
}

TEST(session_heartbeat, stops_with_the_session)
{
    session_world world(transport::websocket);
    session_world::opened(world).ws("1");
    EXPECT_EQ(world->next_deadline(), engineio::time_point::max());
}

} // namespace partyline::testing
