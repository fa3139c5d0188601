// The upgrade to a WebSocket, from the client's side: WebSocket number 2 is probed while GET number 3 waits.
#include "unit/engineio/client_session_fixture.hpp"

namespace partyline::testing {
namespace {

TEST(client_session, probes_a_websocket_when_the_server_offers_one)
{
    checked_world world({.timestamp_requests = false});
    world.answer(1, upgradable_text);
    EXPECT_THAT(world.seen(), ElementsAre("get 1", "opened abc", "open link 2", "get 3"));
    EXPECT_FALSE(world->websocket_worked());
}

TEST(client_session, probes_nothing_where_that_is_not_wanted_or_not_offered)
{
    checked_world refused({.upgrade = false});
    refused.answer(1, upgradable_text);
    EXPECT_THAT(refused.seen(), ElementsAre("get 1", "opened abc", "get 2"));
    checked_world polling_only({.transports = {transport::polling}});
    polling_only.answer(1, upgradable_text);
    EXPECT_THAT(polling_only.seen(), ElementsAre("get 1", "opened abc", "get 2"));
    checked_world not_offered;
    not_offered.answer(1, open_text);
    EXPECT_THAT(not_offered.seen(), ElementsAre("get 1", "opened abc", "get 2"));
}

TEST_F(client_upgrade, moves_when_its_get_has_come_back)
{
    world.link_open(2);
    EXPECT_THAT(world.seen(), ElementsAre("link 2: 2probe"));
    world.ws("3probe");
    EXPECT_THAT(world.seen(), IsEmpty());
    EXPECT_EQ(world->link(), engineio::link_id::none);
    world.answer(3, "4last|6");
    EXPECT_THAT(world.seen(), ElementsAre("message last", "link 2: 5", "upgraded"));
    EXPECT_EQ(world->current_transport(), transport::websocket);
    EXPECT_TRUE(world->websocket_worked());
    world.send("a");
    world.ws("4b");
    EXPECT_THAT(world.seen(), ElementsAre("wire: 4a", "message b"));
}

TEST_F(client_upgrade, waits_for_its_post_too_and_flushes_nothing_meanwhile)
{
    world.link_open(2);
    world.send("a");
    world.ws("3probe");
    world.send("b");
    world.answer(3, "6");
    EXPECT_THAT(world.seen(), ElementsAre("link 2: 2probe", "post 4: 4a"));
    world.send("c");
    world.answer(4, "ok");
    EXPECT_THAT(world.seen(), ElementsAre("link 2: 5", "upgraded", "wire: 4b", "wire: 4c"));
}

TEST_F(client_upgrade, moves_at_once_where_nothing_is_under_way)
{
    world.link_open(2);
    world.hold();
    world.ws("3probe");
    world.send("a");
    world.answer(3, "6");
    world.release();
    EXPECT_THAT(world.seen(), ElementsAre("link 2: 2probe", "link 2: 5", "upgraded", "wire: 4a"));
}

TEST(client_session, keeps_of_a_message_half_posted_what_is_left_for_the_websocket)
{
    checked_world world;
    client_session_world::opened(
        world, R"(0{"sid":"abc","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":12})");
    world.link_open(2);
    world.hold();
    world.send(binary_delivery("53-[]", {"xyz", "uvw", "rst"}));
    world.send("end");
    world.release();
    world.ws("3probe");
    world.answer(3, "6");
    (void)world.seen();
    world.answer(4, "ok");
    EXPECT_THAT(world.seen(),
                ElementsAre("link 2: 5", "upgraded", "wire binary: uvw", "wire binary: rst", "wire: 4end"));
    EXPECT_EQ(world->queued_bytes(), 0U);
}

TEST_F(client_upgrade, goes_on_polling_when_the_websocket_does_not_open)
{
    world.lose_link(2, {errc::refused});
    EXPECT_THAT(world.seen(), ElementsAre("upgrade failed: websocket error"));
    world.answer(3, "4a");
    EXPECT_THAT(world.seen(), ElementsAre("message a", "get 4"));
}

TEST_F(client_upgrade, goes_on_polling_when_the_probe_is_not_answered_as_it_should)
{
    world.link_open(2);
    world.ws("3");
    EXPECT_THAT(world.seen(), ElementsAre("link 2: 2probe", "close link 2", "upgrade failed: probe error"));
    world.answer(3, "4a");
    EXPECT_THAT(world.seen(), ElementsAre("message a", "get 4"));
}

TEST_F(client_upgrade, takes_no_binary_frame_for_an_answer_to_its_probe)
{
    world.link_open(2);
    world.ws_binary("3probe");
    EXPECT_EQ(world.seen().back(), "upgrade failed: probe error");
}

TEST_F(client_upgrade, polls_again_when_the_websocket_is_lost_while_polling_rests)
{
    world.link_open(2);
    world.send("a");
    world.ws("3probe");
    world.answer(3, "6");
    (void)world.seen();
    world.lose_link(2);
    EXPECT_THAT(world.seen(), ElementsAre("upgrade failed: transport closed", "get 5"));
    world.send("b");
    world.answer(4, "ok");
    EXPECT_THAT(world.seen(), ElementsAre("post 6: 4b"));
    EXPECT_FALSE(world->websocket_worked());
}

TEST_F(client_upgrade, keeps_its_get_when_the_websocket_is_lost_before_that_comes_back)
{
    world.link_open(2);
    world.ws("3probe");
    world.lose_link(2);
    EXPECT_THAT(world.seen(), ElementsAre("link 2: 2probe", "upgrade failed: transport closed"));
    world.send("a");
    world.answer(3, "6");
    EXPECT_THAT(world.seen(), ElementsAre("post 4: 4a", "get 5"));
}

TEST_F(client_upgrade, gives_a_silent_websocket_up_in_time)
{
    world.link_open(2);
    world.after(9'999ms);
    EXPECT_THAT(world.seen(), ElementsAre("link 2: 2probe"));
    world.after(1ms);
    EXPECT_THAT(world.seen(), ElementsAre("close link 2", "upgrade failed: timeout"));
    world.ws("3probe", 2); // it was on its way
    EXPECT_TRUE(world->is_open());
    EXPECT_EQ(world->current_transport(), transport::polling);
}

TEST_F(client_upgrade, gives_it_up_in_time_when_the_get_does_not_come_back)
{
    world.link_open(2);
    world.ws("3probe");
    world.after(10s);
    EXPECT_EQ(world.seen().back(), "upgrade failed: timeout");
    world.send("a");
    EXPECT_THAT(world.seen(), ElementsAre("post 4: 4a"));
}

TEST_F(client_upgrade, hears_nothing_on_the_websocket_before_it_has_moved)
{
    world.link_open(2);
    world.ws("3probe");
    world.ws("4early");
    world.ws("1");
    EXPECT_THAT(world.seen(), ElementsAre("link 2: 2probe"));
}

TEST_F(client_upgrade, drops_the_probe_when_the_session_ends)
{
    world.answer(3, "", 400);
    EXPECT_THAT(world.seen(), ElementsAre("close link 2", "closed: transport error (xhr poll error) 400"));
}

TEST_F(client_upgrade, closed_before_the_probe_was_answered_stays_with_polling)
{
    world.link_open(2);
    world.close();
    EXPECT_THAT(world.seen(),
                ElementsAre("link 2: 2probe", "close link 2", "upgrade failed: the session is closing", "post 4: 1"));
    world.answer(4, "ok");
    EXPECT_THAT(world.seen(), ElementsAre("abort 3", "closed: forced close"));
}

TEST_F(client_upgrade, closed_while_it_moves_waits_for_that_and_sends_what_is_queued)
{
    world.link_open(2);
    world.ws("3probe");
    world.send("a");
    world.close();
    EXPECT_THAT(world.seen(), ElementsAre("link 2: 2probe"));
    world.answer(3, "4unheard");
    EXPECT_THAT(world.seen(), ElementsAre("link 2: 5", "upgraded", "wire: 4a", "close link 2", "closed: forced close"));
}

TEST_F(client_upgrade, closed_while_it_moves_ends_by_polling_when_the_move_fails)
{
    world.link_open(2);
    world.ws("3probe");
    world.send("a");
    world.close();
    world.lose_link(2);
    EXPECT_THAT(world.seen(), ElementsAre("link 2: 2probe", "upgrade failed: transport closed", "post 4: 4a"));
    world.answer(4, "ok");
    world.answer(5, "ok");
    EXPECT_THAT(world.seen(), ElementsAre("post 5: 1", "abort 3", "closed: forced close"));
}

TEST_F(client_upgrade, closed_by_what_the_last_poll_brings_ends_on_the_websocket_at_once)
{
    world.on_message("go away", [this] { world.close(); });
    world.link_open(2);
    world.ws("3probe");
    world.answer(3, "4go away\x1e"
                    "4unheard");
    EXPECT_THAT(world.seen(), ElementsAre("link 2: 2probe", "message go away", "link 2: 5", "upgraded", "close link 2",
                                          "closed: forced close"));
}

TEST_F(client_upgrade, closed_while_it_moves_with_nothing_to_send_ends_on_the_websocket)
{
    world.link_open(2);
    world.ws("3probe");
    world.close();
    world.answer(3, "6");
    EXPECT_THAT(world.seen(),
                ElementsAre("link 2: 2probe", "link 2: 5", "upgraded", "close link 2", "closed: forced close"));
}

} // namespace
} // namespace partyline::testing
