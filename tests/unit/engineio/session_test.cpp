// The life of a session: queue, order, closing in every direction. Heartbeat, polling and upgrade have files of their own.
#include "engineio/session.hpp"

#include "unit/engineio/session_fixture.hpp"

namespace partyline::testing {

// --- messages -------------------------------------------------------------------------------------------------------

TEST(session, is_small) { EXPECT_LE(sizeof(engineio::session), 160u); }

TEST(session, over_polling_begins_with_the_open_packet_alone)
{
    session_world world(transport::polling);
    world.send("first");
    world.get(1);
    EXPECT_THAT(world.seen(), ElementsAre("poll 1: 0{}"));
    EXPECT_FALSE(world.last_compress()) << "the session id is a secret";
    world.get(2);
    EXPECT_THAT(world.seen(), ElementsAre("poll 2: 4first"));
    EXPECT_TRUE(world.last_compress());
}

TEST(session, over_a_websocket_begins_with_the_open_packet)
{
    session_world world(transport::websocket);
    world.send("first");
    EXPECT_THAT(world.seen(), ElementsAre("wire: 0{}", "wire: 4first"));
}

TEST_F(websocket_session, messages_travel_both_ways)
{
    world.ws("4hello");
    world.ws_binary("\x01\x02");
    EXPECT_EQ(world.send("back"), send_result::sent);
    world.send(binary_delivery("51-[]", {"\x03\x04"}));
    EXPECT_THAT(world.seen(), ElementsAre("message hello", "binary \x01\x02", "wire: 4back", "wire: 451-[]",
                                          "wire binary: \x03\x04"));
}

TEST_F(websocket_session, an_empty_message_is_a_message)
{
    world.ws("4");
    world.ws_binary("");
    EXPECT_THAT(world.seen(), ElementsAre("message ", "binary "));
}

TEST_F(websocket_session, upgrade_noop_and_open_mean_nothing_on_a_live_websocket)
{
    for (auto const* packet : {"5", "6", "0{}"}) world.ws(packet);
    EXPECT_THAT(world.seen(), IsEmpty());
    EXPECT_TRUE(world->is_open());
}

TEST_F(websocket_session, an_empty_or_unknown_packet_is_a_parse_error)
{
    world.ws("");
    EXPECT_THAT(world.seen(), ElementsAre("close link 100", "closed: parse error"));
    for (auto const* packet : {"7", "abc", "b!", "\x1e"}) {
        session_world other(transport::websocket);
        session_world::opened(other).ws(packet);
        EXPECT_THAT(other.seen(), ElementsAre("close link 100", "closed: parse error")) << packet;
    }
}

TEST_F(websocket_session, base64_text_is_binary)
{
    world.ws("bAQID");
    EXPECT_THAT(world.seen(), ElementsAre("binary \x01\x02\x03"));
}

TEST_F(websocket_session, messages_of_a_foreign_link_are_ignored)
{
    world.ws("4hello", 7);
    world.ws("4hello", 0);
    EXPECT_THAT(world.seen(), IsEmpty());
}

// --- the queue ------------------------------------------------------------------------------------------------------

TEST_F(websocket_session, what_is_not_written_stays_queued_in_order)
{
    world.stop_reading(1);
    for (auto const* text : {"a", "b", "c", "d", "e"}) world.send(text);
    EXPECT_THAT(world.seen(), ElementsAre("wire: 4a"));
    EXPECT_EQ(world->queued_messages(), 4u);
    EXPECT_EQ(world->queued_bytes(), 4u * 4u);
    world.read_again();
    EXPECT_THAT(world.seen(), ElementsAre("wire: 4b", "wire: 4c", "wire: 4d", "wire: 4e"));
    EXPECT_EQ(world->queued_bytes(), 0u);
}

TEST_F(websocket_session, volatile_messages_are_dropped_while_bytes_are_left_over)
{
    EXPECT_EQ(world.send("now", true), send_result::sent);
    world.stop_reading();
    world.send("stuck");
    EXPECT_EQ(world.send("lost", true), send_result::dropped);
    world.read_again();
    EXPECT_EQ(world.send("again", true), send_result::sent);
    EXPECT_THAT(world.seen(), ElementsAre("wire: 4now", "wire: 4stuck", "wire: 4again"));
}

TEST_F(websocket_session, says_when_the_queue_is_over_its_limits)
{
    world.stop_reading();
    engineio::queue_limits const limits{.bytes = 100, .messages = 3};
    for (int i = 0; i < 3; ++i) world.send("x");
    EXPECT_FALSE(world->over_limit(limits));
    world.send("x");
    EXPECT_TRUE(world->over_limit(limits)) << "messages";
    EXPECT_FALSE(world->over_limit({.bytes = 12, .messages = 4})) << "four bytes each, the oldest not counted";
    EXPECT_TRUE(world->over_limit({.bytes = 11, .messages = 4})) << "bytes";
}

// --- closing from here -----------------------------------------------------------------------------------------------

TEST_F(websocket_session, close_sends_what_is_queued_first)
{
    world.hold();
    world.send("last");
    world.close();
    EXPECT_EQ(world.send("too late"), send_result::closed);
    EXPECT_THAT(world.seen(), IsEmpty());
    world.release();
    EXPECT_THAT(world.seen(), ElementsAre("wire: 4last", "close link 100", "closed: forced close"));
}

TEST_F(websocket_session, close_with_nothing_queued_is_immediate)
{
    world.close();
    EXPECT_THAT(world.seen(), ElementsAre("close link 100", "closed: forced close"));
    EXPECT_EQ(world->next_deadline(), engineio::time_point::max());
    world.close();
    world.close(true);
    EXPECT_THAT(world.seen(), IsEmpty());
}

TEST_F(websocket_session, close_waits_for_a_slow_reader_but_not_for_ever)
{
    world.stop_reading();
    world.send("last");
    world.close();
    world.after(29'999ms);
    EXPECT_THAT(world.seen(), IsEmpty());
    world.after(1ms);
    EXPECT_THAT(world.seen(), ElementsAre("close link 100", "closed: forced close"));
}

TEST_F(websocket_session, what_arrives_while_closing_is_ignored)
{
    world.stop_reading();
    world.send("last");
    world.close();
    for (auto const* packet : {"4hello", "2", "1", "x"}) world.ws(packet);
    EXPECT_THAT(world.seen(), IsEmpty());
    world.read_again();
    EXPECT_THAT(world.seen(), ElementsAre("wire: 4last", "close link 100", "closed: forced close"));
}

TEST_F(websocket_session, discard_closes_at_once_also_behind_a_patient_close)
{
    world.stop_reading();
    world.send("lost");
    world.close();
    world.close(true);
    EXPECT_THAT(world.seen(), ElementsAre("close link 100", "closed: forced close"));
    EXPECT_EQ(world->queued_messages(), 0u);
    EXPECT_EQ(world->queued_bytes(), 0u);
}

TEST_F(polling_session, close_answers_the_waiting_poll)
{
    world.get(2);
    world.close();
    EXPECT_THAT(world.seen(), ElementsAre("answer 2: 1", "closed: forced close"));
}

TEST_F(polling_session, close_with_messages_queued_sends_them_first_and_tells_the_next_poll)
{
    world.get(2);
    world.hold();
    world.send("last");
    world.close();
    world.release();
    EXPECT_THAT(world.seen(), ElementsAre("poll 2: 4last"));
    world.get(3);
    EXPECT_THAT(world.seen(), ElementsAre("poll 3: 6|1", "closed: forced close"));
}

TEST_F(polling_session, close_without_a_poll_is_told_to_the_next_one)
{
    world.close();
    EXPECT_THAT(world.seen(), IsEmpty());
    world.get(2);
    EXPECT_THAT(world.seen(), ElementsAre("poll 2: 6|1", "closed: forced close"));
}

TEST_F(polling_session, close_without_a_poll_drops_the_session_after_a_while)
{
    world.send("lost");
    world.close();
    world.after(29'999ms);
    EXPECT_THAT(world.seen(), IsEmpty());
    world.after(1ms);
    EXPECT_THAT(world.seen(), ElementsAre("closed: forced close"));
}

TEST_F(polling_session, asking_twice_to_close_gains_no_time)
{
    world.close();
    world.after(20s);
    world.close();
    world.after(10s);
    EXPECT_THAT(world.seen(), ElementsAre("closed: forced close"));
}

TEST(session, a_close_before_the_handshake_is_answered_sends_everything_in_order)
{
    session_world world(transport::polling);
    world.send("last");
    world.close();
    world.get(1);
    EXPECT_THAT(world.seen(), ElementsAre("poll 1: 0{}"));
    world.get(2);
    EXPECT_THAT(world.seen(), ElementsAre("poll 2: 4last"));
    world.get(3);
    EXPECT_THAT(world.seen(), ElementsAre("poll 3: 6|1", "closed: forced close"));
}

TEST_F(polling_session, discard_without_a_poll_closes_at_once)
{
    world.send("lost");
    world.close(true);
    EXPECT_THAT(world.seen(), ElementsAre("closed: forced close"));
}

// --- closing from there -----------------------------------------------------------------------------------------------

TEST_F(websocket_session, the_client_says_goodbye)
{
    world.ws("1");
    EXPECT_THAT(world.seen(), ElementsAre("close link 100", "closed: transport close"));
}

TEST_F(websocket_session, a_websocket_that_closes_ends_the_session)
{
    world.stop_reading();
    world.send("lost");
    world.lose_link(100);
    EXPECT_THAT(world.seen(), ElementsAre("closed: transport close"));
    EXPECT_EQ(world->queued_messages(), 0u);
}

TEST_F(websocket_session, a_websocket_with_bad_frames_is_a_transport_error)
{
    world.lose_link(100, false);
    EXPECT_THAT(world.seen(), ElementsAre("closed: transport error"));
}

TEST_F(websocket_session, another_link_that_closes_means_nothing)
{
    world.lose_link(0);
    world.lose_link(7);
    EXPECT_TRUE(world->is_open());
}

TEST_F(websocket_session, nothing_happens_after_closed_but_requests_are_answered)
{
    world.ws("1");
    (void)world.seen();
    world.ws("4hello");
    world.lose_link(100);
    EXPECT_EQ(world.send("x"), send_result::closed);
    EXPECT_FALSE(world.open_link(9));
    world.after(1h);
    world.get(2);
    world.post(3, "4x");
    EXPECT_THAT(world.seen(), ElementsAre("answer 2: 400 unknown session", "answer 3: 400 unknown session"));
}

// --- a handler that closes its own session ---------------------------------------------------------------------------

TEST_F(polling_session, no_message_of_a_payload_is_delivered_behind_a_close)
{
    world.get(2);
    world.on_message("stop", [this] { world.close(); });
    world.post(3, "4a|4stop|4b");
    EXPECT_THAT(world.seen(),
                ElementsAre("message a", "message stop", "answer 3: ok", "answer 2: 1", "closed: forced close"));
}

TEST_F(polling_session, no_message_of_a_payload_is_delivered_behind_a_close_that_waits)
{
    world.on_message("stop", [this] { world.close(); });
    world.post(3, "4a|4stop|4b");
    EXPECT_THAT(world.seen(), ElementsAre("message a", "message stop", "answer 3: ok"));
    world.get(4);
    EXPECT_THAT(world.seen(), ElementsAre("poll 4: 6|1", "closed: forced close"));
}

TEST_F(polling_session, a_handler_may_discard_the_session)
{
    world.on_message("stop", [this] { world.close(true); });
    world.post(3, "4stop|4b|x");
    EXPECT_THAT(world.seen(), ElementsAre("message stop", "answer 3: ok", "closed: forced close"));
}

TEST_F(websocket_session, a_handler_may_answer_and_close)
{
    world.on_message("bye", [this] {
        world.send("bye");
        world.close();
    });
    world.ws("4bye");
    EXPECT_THAT(world.seen(), ElementsAre("message bye", "wire: 4bye", "close link 100", "closed: forced close"));
}

} // namespace partyline::testing
