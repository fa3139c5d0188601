#include "unit/engineio/session_fixture.hpp"

namespace partyline::testing {

TEST_F(polling_session, is_upgraded_step_by_step)
{
    world.get(2);
    EXPECT_TRUE(world.open_link(7));
    EXPECT_THAT(world.seen(), IsEmpty());
    world.ws("2probe", 7);
    EXPECT_THAT(world.seen(), ElementsAre("link 7: 3probe", "poll 2: 6"));
    EXPECT_EQ(world->current_transport(), transport::polling);
    world.ws("5", 7);
    EXPECT_THAT(world.seen(), ElementsAre("upgraded"));
    EXPECT_EQ(world->current_transport(), transport::websocket);
    EXPECT_EQ(world->link(), engineio::link_id{7});
    world.ws("4hello", 7);
    world.send("back");
    EXPECT_THAT(world.seen(), ElementsAre("message hello", "wire: 4back"));
}

TEST_F(polling_session, a_probe_releases_each_new_poll_within_100_ms)
{
    EXPECT_TRUE(world.open_link(7));
    world.ws("2probe", 7);
    world.get(2);
    EXPECT_THAT(world.seen(), ElementsAre("link 7: 3probe", "poll 2: 6"));
    world.get(3);
    EXPECT_THAT(world.seen(), IsEmpty());
    world.after(100ms);
    EXPECT_THAT(world.seen(), ElementsAre("poll 3: 6"));
    world.after(1s);
    EXPECT_THAT(world.seen(), IsEmpty());
    world.get(4);
    EXPECT_THAT(world.seen(), ElementsAre("poll 4: 6")) << "one is due already";
}

TEST_F(polling_session, a_link_that_says_nothing_yet_releases_no_poll)
{
    world.get(2);
    EXPECT_TRUE(world.open_link(7));
    world.after(5s);
    EXPECT_THAT(world.seen(), IsEmpty());
}

TEST_F(polling_session, messages_go_on_by_polling_until_the_upgrade)
{
    EXPECT_TRUE(world.open_link(7));
    world.ws("2probe", 7);
    world.send("a");
    world.get(2);
    world.send("b");
    world.post(3, "4c");
    EXPECT_THAT(world.seen(), ElementsAre("link 7: 3probe", "poll 2: 4a", "message c", "answer 3: ok"));
    world.send("d");
    world.ws("5", 7);
    EXPECT_THAT(world.seen(), ElementsAre("upgraded", "wire: 4b", "wire: 4d"));
}

TEST_F(polling_session, an_upgrade_without_a_probe_is_taken_as_the_official_server_does)
{
    EXPECT_TRUE(world.open_link(7));
    world.ws("5", 7);
    EXPECT_THAT(world.seen(), ElementsAre("upgraded"));
}

TEST_F(polling_session, a_poll_that_still_waits_is_released_by_the_upgrade)
{
    EXPECT_TRUE(world.open_link(7));
    world.ws("2probe", 7);
    world.get(2);
    world.get(3);
    (void)world.seen();
    world.ws("5", 7);
    EXPECT_THAT(world.seen(), ElementsAre("answer 3: 6", "upgraded"));
}

TEST_F(polling_session, a_post_that_is_still_coming_is_cut_off_by_the_upgrade)
{
    EXPECT_TRUE(world.open_link(7));
    world.post_head(2);
    world.ws("5", 7);
    EXPECT_THAT(world.seen(), ElementsAre("abort 2", "upgraded"));
}

TEST_F(polling_session, requests_of_the_old_transport_are_refused_after_the_upgrade)
{
    EXPECT_TRUE(world.open_link(7));
    world.ws("5", 7);
    (void)world.seen();
    world.get(2);
    world.post_head(3);
    world.post(4, "4x");
    EXPECT_THAT(world.seen(), ElementsAre("answer 2: 400 transport mismatch", "answer 3: 400 transport mismatch",
                                          "answer 4: 400 transport mismatch"));
    EXPECT_TRUE(world->is_open());
}

TEST_F(polling_session, anything_else_on_the_probing_link_closes_that_link_alone)
{
    for (auto const* packet : {"4hello", "2", "2other", "3", "1", "6", "", "x"}) {
        EXPECT_TRUE(world.open_link(7));
        world.ws(packet, 7);
        EXPECT_THAT(world.seen(), ElementsAre("close link 7")) << packet;
    }
    EXPECT_TRUE(world.open_link(7));
    world.ws_binary("2probe", 7);
    EXPECT_THAT(world.seen(), ElementsAre("close link 7"));
    world.get(2);
    world.send("still here");
    EXPECT_THAT(world.seen(), ElementsAre("poll 2: 4still here"));
}

TEST_F(polling_session, a_closed_probe_releases_no_poll_any_more)
{
    EXPECT_TRUE(world.open_link(7));
    world.ws("2probe", 7);
    world.ws("x", 7);
    (void)world.seen();
    world.get(2);
    world.after(1s);
    EXPECT_THAT(world.seen(), IsEmpty());
}

TEST_F(polling_session, an_upgrade_that_is_not_completed_in_time_closes_the_probe_alone)
{
    EXPECT_TRUE(world.open_link(7));
    world.ws("2probe", 7);
    (void)world.seen();
    world.after(9'999ms);
    EXPECT_THAT(world.seen(), IsEmpty());
    world.after(1ms);
    EXPECT_THAT(world.seen(), ElementsAre("close link 7"));
    EXPECT_EQ(world->probing_link(), engineio::link_id::none);
    world.ws("5", 7);
    EXPECT_THAT(world.seen(), IsEmpty()) << "too late";
    EXPECT_EQ(world->current_transport(), transport::polling);
}

TEST_F(polling_session, a_probing_link_that_is_lost_changes_nothing)
{
    EXPECT_TRUE(world.open_link(7));
    world.ws("2probe", 7);
    world.lose_link(7, false);
    EXPECT_THAT(world.seen(), ElementsAre("link 7: 3probe"));
    EXPECT_TRUE(world.open_link(8)) << "another may try";
    world.ws("5", 8);
    EXPECT_THAT(world.seen(), ElementsAre("upgraded"));
}

TEST_F(polling_session, a_second_probe_is_refused_while_the_first_goes_on)
{
    EXPECT_TRUE(world.open_link(7));
    EXPECT_FALSE(world.open_link(8));
    world.ws("2probe", 8);
    EXPECT_THAT(world.seen(), IsEmpty());
    world.ws("2probe", 7);
    world.ws("5", 7);
    EXPECT_THAT(world.seen(), ElementsAre("link 7: 3probe", "upgraded"));
}

TEST_F(websocket_session, a_second_websocket_is_refused)
{
    EXPECT_FALSE(world.open_link(8));
    world.ws("4hello");
    EXPECT_THAT(world.seen(), ElementsAre("message hello"));
}

TEST_F(polling_session, a_session_that_ends_takes_its_probe_with_it)
{
    EXPECT_TRUE(world.open_link(7));
    world.ws("2probe", 7);
    (void)world.seen();
    world.post(3, "1");
    EXPECT_THAT(world.seen(), ElementsAre("answer 3: ok", "close link 7", "closed: transport close"));
    world.ws("5", 7);
    world.lose_link(7);
    EXPECT_THAT(world.seen(), IsEmpty());
}

TEST_F(polling_session, a_close_that_waits_is_completed_by_the_upgrade)
{
    world.send("last");
    EXPECT_TRUE(world.open_link(7));
    world.close();
    world.ws("2probe", 7);
    world.ws("5", 7);
    EXPECT_THAT(world.seen(),
                ElementsAre("link 7: 3probe", "upgraded", "wire: 4last", "close link 7", "closed: forced close"));
}

TEST_F(polling_session, a_close_with_nothing_to_say_is_completed_by_the_upgrade)
{
    EXPECT_TRUE(world.open_link(7));
    world.close();
    world.ws("5", 7);
    EXPECT_THAT(world.seen(), ElementsAre("upgraded", "close link 7", "closed: forced close"));
}

TEST(session_upgrade, completes_a_close_without_waiting_for_the_shell_to_write)
{
    engineio::session_context context{engineio::session_options{}};
    engineio::session session(context, text_delivery("open"), {});
    std::string body;
    session.receive_poll(engineio::exchange_id{1}, {});
    EXPECT_TRUE(session.flush_poll(body));
    EXPECT_TRUE(session.probe(engineio::link_id{7}, {}));
    session.close(false, {});
    EXPECT_FALSE(session.is_closed());
    session.receive(engineio::link_id{7}, false, "5", {});
    EXPECT_TRUE(session.is_closed());
}

TEST_F(polling_session, the_heartbeat_goes_on_across_the_upgrade)
{
    EXPECT_TRUE(world.open_link(7));
    world.after(5s);
    world.ws("5", 7);
    (void)world.seen();
    world.after(20s);
    EXPECT_THAT(world.seen(), ElementsAre("wire: 2"));
    world.after(20s);
    EXPECT_THAT(world.seen(), ElementsAre("close link 7", "closed: ping timeout"));
}

TEST_F(polling_session, a_ping_sent_by_polling_may_be_answered_on_the_websocket)
{
    world.get(2);
    world.after(24s);
    EXPECT_TRUE(world.open_link(7));
    world.after(1s);
    world.ws("5", 7);
    world.ws("3", 7);
    (void)world.seen();
    world.after(24'999ms);
    EXPECT_TRUE(world->is_open());
    EXPECT_THAT(world.seen(), IsEmpty());
}

} // namespace partyline::testing
