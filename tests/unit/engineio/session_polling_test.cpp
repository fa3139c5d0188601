#include "unit/engineio/session_fixture.hpp"

namespace partyline::testing {

TEST_F(polling_session, a_poll_waits_for_the_next_message)
{
    world.get(2);
    EXPECT_THAT(world.seen(), IsEmpty());
    world.send("hello");
    EXPECT_THAT(world.seen(), ElementsAre("poll 2: 4hello"));
}

TEST_F(polling_session, everything_queued_goes_into_one_payload)
{
    world.send("a");
    world.send(binary_delivery("51-[]", {std::string_view("\x01\x02\x03\x04")}));
    world.send("b");
    world.get(2);
    EXPECT_THAT(world.seen(), ElementsAre("poll 2: 4a|451-[]|bAQIDBA==|4b"));
    EXPECT_EQ(world->queued_bytes(), 0u);
}

TEST_F(polling_session, messages_of_one_turn_share_the_waiting_poll)
{
    world.get(2);
    world.hold();
    world.send("a");
    world.send("b");
    world.release();
    EXPECT_THAT(world.seen(), ElementsAre("poll 2: 4a|4b"));
}

TEST_F(polling_session, compression_is_allowed_if_some_message_allows_it)
{
    world.send(text_delivery("a", false));
    world.get(2);
    EXPECT_FALSE(world.last_compress());
    world.send(text_delivery("a", false));
    world.send(text_delivery("b", true));
    world.send(text_delivery("c", false));
    world.get(3);
    EXPECT_TRUE(world.last_compress());
}

TEST_F(polling_session, volatile_messages_are_dropped_while_no_poll_waits)
{
    EXPECT_EQ(world.send("lost", true), send_result::dropped);
    world.get(2);
    EXPECT_EQ(world.send("now", true), send_result::sent);
    EXPECT_THAT(world.seen(), ElementsAre("poll 2: 4now"));
    EXPECT_EQ(world.send("lost", true), send_result::dropped);
}

TEST_F(polling_session, a_payload_is_read_in_order_and_answered)
{
    world.post(2, "4a|4b|bAQIDBA==|4c");
    EXPECT_THAT(world.seen(),
                ElementsAre("message a", "message b", "binary \x01\x02\x03\x04", "message c", "answer 2: ok"));
}

TEST_F(polling_session, an_echo_needs_no_second_turn)
{
    world.get(2);
    world.on_message("hi", [this] { world.send("hi back"); });
    world.post(3, "4hi|4hi");
    EXPECT_THAT(world.seen(), ElementsAre("message hi", "message hi", "answer 3: ok", "poll 2: 4hi back|4hi back"));
}

TEST_F(polling_session, open_upgrade_and_noop_in_a_payload_mean_nothing)
{
    world.post(2, "6|5|0|4x");
    EXPECT_THAT(world.seen(), ElementsAre("message x", "answer 2: ok"));
}

TEST_F(polling_session, a_second_poll_ends_the_session)
{
    world.get(2);
    world.get(3);
    EXPECT_THAT(world.seen(),
                ElementsAre("answer 3: 400", "answer 2: 1", "closed: transport error (overlap from client)"));
}

TEST_F(polling_session, a_second_post_ends_the_session)
{
    world.post_head(2);
    world.post_head(3);
    EXPECT_THAT(world.seen(),
                ElementsAre("answer 3: 400", "abort 2", "closed: transport error (data request overlap from client)"));
}

TEST_F(polling_session, a_whole_second_post_ends_the_session_too)
{
    world.post_head(2);
    world.post(3, "4x");
    EXPECT_THAT(world.seen(),
                ElementsAre("answer 3: 400", "abort 2", "closed: transport error (data request overlap from client)"));
}

TEST_F(polling_session, a_post_may_come_while_a_poll_waits)
{
    world.get(2);
    world.post_head(3);
    world.send("out");
    world.post_body(3, "4in");
    EXPECT_THAT(world.seen(), ElementsAre("poll 2: 4out", "message in", "answer 3: ok"));
    EXPECT_TRUE(world.every_exchange_answered());
}

TEST_F(polling_session, posts_may_follow_each_other)
{
    for (std::uint64_t exchange = 2; exchange < 10; ++exchange) world.post(exchange, "4x");
    EXPECT_TRUE(world->is_open());
    EXPECT_TRUE(world.every_exchange_answered());
}

TEST_F(polling_session, a_post_that_was_too_big_leaves_the_session_alone)
{
    world.post_head(2);
    world->drop_post(engineio::exchange_id{2});
    world.post(3, "4x");
    EXPECT_THAT(world.seen(), ElementsAre("message x", "answer 3: ok"));
}

TEST_F(polling_session, an_octet_stream_ends_the_session)
{
    world.get(2);
    world.post_head(3, true);
    EXPECT_THAT(world.seen(), ElementsAre("answer 3: 400", "answer 2: 1", "closed: transport error (invalid content)"));
}

TEST_F(polling_session, an_octet_stream_without_a_head_before_ends_the_session)
{
    world.post_body(3, "4x", true);
    EXPECT_THAT(world.seen(), ElementsAre("answer 3: 400", "closed: transport error (invalid content)"));
}

TEST_F(polling_session, a_poll_that_is_lost_ends_the_session)
{
    world.get(2);
    world.lose(2);
    EXPECT_THAT(world.seen(), ElementsAre("closed: transport error (poll connection closed prematurely)"));
}

TEST_F(polling_session, a_post_that_is_lost_ends_the_session)
{
    world.get(2);
    world.post_head(3);
    world.lose(3);
    EXPECT_THAT(world.seen(),
                ElementsAre("answer 2: 1", "closed: transport error (data request connection closed prematurely)"));
}

TEST_F(polling_session, losing_a_poll_that_was_answered_means_nothing)
{
    world->poll_aborted(engineio::exchange_id{1}, world.now());
    world->poll_aborted(engineio::exchange_id::none, world.now());
    world->post_aborted(engineio::exchange_id{1}, world.now());
    world.settle();
    EXPECT_TRUE(world->is_open());
}

TEST_F(polling_session, an_invalid_packet_is_answered_ok_and_ends_the_session)
{
    world.get(2);
    world.post(3, "4fine|xyz|4not delivered");
    EXPECT_THAT(world.seen(), ElementsAre("message fine", "answer 3: ok", "answer 2: 1", "closed: parse error"));
}

TEST_F(polling_session, an_empty_body_is_a_parse_error)
{
    world.post(3, "");
    EXPECT_THAT(world.seen(), ElementsAre("answer 3: ok", "closed: parse error"));
}

TEST_F(polling_session, bad_base64_and_bad_utf8_are_parse_errors)
{
    world.post(3, "bA");
    EXPECT_THAT(world.seen(), ElementsAre("answer 3: ok", "closed: parse error"));
    session_world other(transport::polling);
    session_world::opened(other).post(3, "4\xff");
    EXPECT_THAT(other.seen(), ElementsAre("answer 3: ok", "closed: parse error"));
}

TEST(session_polling, the_number_of_packets_in_a_payload_is_limited)
{
    session_world world(transport::polling, {.max_payload_packets = 2});
    session_world::opened(world).post(3, "4a|4b|4c");
    EXPECT_THAT(world.seen(), ElementsAre("message a", "message b", "answer 3: ok", "closed: parse error"));
}

TEST_F(polling_session, the_client_says_goodbye_by_post)
{
    world.get(2);
    world.post(3, "4last|1|4ignored");
    EXPECT_THAT(world.seen(), ElementsAre("message last", "answer 3: ok", "answer 2: 6", "closed: transport close"));
}

TEST_F(polling_session, the_client_says_goodbye_without_a_poll)
{
    world.post(3, "1");
    EXPECT_THAT(world.seen(), ElementsAre("answer 3: ok", "closed: transport close"));
}

TEST_F(polling_session, nothing_is_left_after_a_close_in_the_middle_of_everything)
{
    world.get(2);
    world.post_head(3);
    EXPECT_TRUE(world.open_link(7));
    world.hold();
    world.send("lost");
    world.close(true);
    world.release();
    EXPECT_THAT(world.seen(), ElementsAre("abort 3", "answer 2: 1", "close link 7", "closed: forced close"));
    EXPECT_TRUE(world.every_exchange_answered());
    EXPECT_EQ(world->queued_messages(), 0u);
    EXPECT_EQ(world->queued_bytes(), 0u);
    EXPECT_EQ(world->next_deadline(), engineio::time_point::max());
}

} // namespace partyline::testing
