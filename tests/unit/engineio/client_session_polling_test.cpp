// Long-polling from the client's side.
#include "unit/engineio/client_session_fixture.hpp"

namespace partyline::testing {
namespace {

TEST_F(client_polling, reads_all_packets_of_an_answer_and_asks_again)
{
    world.answer(2, "4a|bAQID|6|4b");
    EXPECT_THAT(world.seen(), ElementsAre("message a", "binary \x01\x02\x03", "message b", "get 3"));
}

TEST_F(client_polling, has_one_get_and_one_post_under_way_at_most)
{
    world.send("a");
    world.send("b");
    world.send("c");
    EXPECT_THAT(world.seen(), ElementsAre("post 3: 4a"));
    world.answer(2, "6");
    EXPECT_THAT(world.seen(), ElementsAre("get 4"));
    world.answer(3, "ok");
    EXPECT_THAT(world.seen(), ElementsAre("post 5: 4b|4c"));
    world.answer(5, "whatever the server says");
    EXPECT_THAT(world.seen(), IsEmpty());
    EXPECT_TRUE(world->is_open());
}

TEST_F(client_polling, joins_what_is_sent_in_one_turn)
{
    world.hold();
    world.send("a");
    world.send(binary_delivery("51-[]", {"\x01\x02\x03"}));
    world.release();
    EXPECT_THAT(world.seen(), ElementsAre("post 3: 4a|451-[]|bAQID"));
}

TEST(client_session, fills_a_post_up_to_the_limit_of_the_server_and_not_beyond)
{
    // 1 + the sum of (size + 2), without the separator that would follow: "4aaaa|4bbb" is 10 bytes
    auto const bodies = [&](std::size_t max_payload) {
        checked_world world;
        client_session_world::opened(
            world, R"(0{"sid":"abc","upgrades":[],"pingInterval":1000,"pingTimeout":1000,"maxPayload":)" +
                       std::to_string(max_payload) + "}");
        world.hold();
        world.send("aaaa");
        world.send("bbb");
        world.release();
        auto first = world.last_body();
        world.answer(world.post(), "ok");
        return std::pair(first, world.last_body());
    };
    EXPECT_EQ(bodies(10).first, "4aaaa\x1e"
                                "4bbb");
    EXPECT_EQ(bodies(9), std::pair(std::string("4aaaa"), std::string("4bbb")));
    EXPECT_EQ(bodies(0).first.size(), 10U) << "0 is no limit";
}

TEST(client_session, sends_a_packet_alone_that_is_larger_than_the_limit)
{
    checked_world world;
    client_session_world::opened(
        world, R"(0{"sid":"abc","upgrades":[],"pingInterval":1000,"pingTimeout":1000,"maxPayload":8})");
    world.hold();
    world.send("a");
    world.send("0123456789");
    world.send("b");
    world.release();
    EXPECT_THAT(world.seen(), ElementsAre("post 3: 4a"));
    world.answer(3, "ok");
    EXPECT_THAT(world.seen(), ElementsAre("post 4: 40123456789"));
    world.answer(4, "ok");
    EXPECT_THAT(world.seen(), ElementsAre("post 5: 4b"));
}

TEST(client_session, counts_binary_by_its_base64_and_parts_it_from_its_text)
{
    checked_world world;
    client_session_world::opened(
        world, R"(0{"sid":"abc","upgrades":[],"pingInterval":1000,"pingTimeout":1000,"maxPayload":12})");
    world.hold();
    world.send(binary_delivery("52-[]", {"xyz", "w"})); // 6, and twice 1 + 4 characters of base64
    world.send("end");
    world.release();
    EXPECT_THAT(world.seen(), ElementsAre("post 3: 452-[]|beHl6"));
    world.answer(3, "ok");
    EXPECT_THAT(world.seen(), ElementsAre("post 4: bdw==|4end"));
    EXPECT_EQ(world->queued_bytes(), 0U);
}

TEST_F(client_polling, drops_volatile_messages_while_a_post_is_under_way)
{
    EXPECT_EQ(world.send("a", true), send_result::sent);
    EXPECT_FALSE(world->writable());
    EXPECT_EQ(world.send("b", true), send_result::dropped);
    world.answer(3, "ok");
    EXPECT_TRUE(world->writable());
    EXPECT_EQ(world.send("c", true), send_result::sent);
    EXPECT_THAT(world.seen(), ElementsAre("post 3: 4a", "post 4: 4c"));
}

TEST_F(client_polling, ends_when_a_poll_is_refused)
{
    world.send("a");
    (void)world.seen();
    world.answer(2, R"({"code":1,"message":"Session ID unknown"})", 400);
    EXPECT_THAT(world.seen(), ElementsAre("abort 3", "closed: transport error (xhr poll error) 400"));
}

TEST_F(client_polling, ends_when_a_post_is_refused)
{
    world.send("a");
    world.answer(3, "", 413);
    EXPECT_THAT(world.seen(),
                ElementsAre("post 3: 4a", "abort 2", "farewell 4", "closed: transport error (xhr post error) 413"));
}

TEST_F(client_polling, ends_when_a_request_fails)
{
    world.fail(2, errc::timed_out);
    EXPECT_THAT(world.seen(), ElementsAre("farewell 3", "closed: transport error (xhr poll error): " +
                                                            std::string(describe(errc::timed_out))));
}

TEST_F(client_polling, that_breaks_off_tells_the_server_and_waits_for_no_answer)
{
    world.answer(2, "4a|", 200);
    EXPECT_THAT(world.seen(), ElementsAre("message a", "farewell 3",
                                          "closed: transport error (invalid packet): " +
                                              std::string(describe(errc::invalid_packet))));
    EXPECT_THAT(world.last_query(), ::testing::EndsWith("&sid=abc"));
    world.answer(3, "ok");
    world.fail(3);
    EXPECT_THAT(world.seen(), IsEmpty());
}

TEST_F(client_polling, ends_with_an_answer_that_cannot_be_read)
{
    for (std::string_view const body : {"4a|", "", "4a|x", "4a|b*", "4\xff"}) {
        checked_world other;
        client_session_world::opened(other);
        other.answer(2, body);
        EXPECT_TRUE(other->is_closed()) << body;
    }
}

TEST(client_session, reads_no_more_packets_of_one_answer_than_its_limit)
{
    checked_world world({.max_payload_packets = 3});
    client_session_world::opened(world);
    world.answer(2, "4a|4b|4c");
    EXPECT_THAT(world.seen(), ElementsAre("message a", "message b", "message c", "get 3"));
    world.answer(3, "6|6|6|6");
    EXPECT_TRUE(world->is_closed());
}

TEST_F(client_polling, ends_when_the_server_closes_and_hears_nothing_behind_that)
{
    world.answer(2, "4a|1|4b");
    EXPECT_THAT(world.seen(), ElementsAre("message a", "closed: transport close (transport closed by the server)"));
}

TEST_F(client_polling, reads_nothing_more_of_an_answer_once_a_handler_has_closed_it)
{
    world.on_message("stop", [&] { world.close(true); });
    world.answer(2, "4a|4stop|4b");
    EXPECT_THAT(world.seen(), ElementsAre("message a", "message stop", "closed: forced close"));
}

TEST_F(client_polling, says_goodbye_and_drops_the_waiting_get_only_when_that_is_heard)
{
    world.close();
    EXPECT_THAT(world.seen(), ElementsAre("post 3: 1"));
    world.answer(3, "ok");
    EXPECT_THAT(world.seen(), ElementsAre("abort 2", "closed: forced close"));
}

TEST_F(client_polling, sends_what_is_queued_before_it_says_goodbye)
{
    world.send("a");
    world.send("b");
    world.close();
    world.answer(2, "4unheard");
    world.answer(3, "ok");
    EXPECT_THAT(world.seen(), ElementsAre("post 3: 4a", "post 4: 4b"));
    world.answer(4, "ok");
    EXPECT_THAT(world.seen(), ElementsAre("post 5: 1"));
    world.fail(5);
    EXPECT_EQ(world.seen().back().substr(0, 20), "closed: forced close");
}

TEST_F(client_polling, waits_for_the_farewell_no_longer_than_close_timeout)
{
    world.close();
    world.after(30s);
    EXPECT_THAT(world.seen(), ElementsAre("post 3: 1", "abort 2", "abort 3", "closed: forced close"));
}

TEST_F(client_polling, takes_no_answer_for_numbers_it_does_not_know)
{
    world.answer(17, "4a");
    world.fail(18);
    world.ws("4a", 19);
    world.lose_link(20);
    world.link_open(21);
    EXPECT_THAT(world.seen(), IsEmpty());
    EXPECT_TRUE(world->is_open());
}

} // namespace
} // namespace partyline::testing
