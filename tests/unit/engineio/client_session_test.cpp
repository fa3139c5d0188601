// How a client's session opens, carries messages, and ends.
#include "unit/engineio/client_session_fixture.hpp"

namespace partyline::testing {
namespace {

// --- opening ---------------------------------------------------------------------------------------------------------

TEST(client_session, begins_with_a_get_and_asks_again_when_it_is_open)
{
    checked_world world;
    EXPECT_THAT(world.seen(), ElementsAre("get 1"));
    EXPECT_FALSE(world->is_open());
    world.answer(1, open_text);
    EXPECT_THAT(world.seen(), ElementsAre("opened abc", "get 2"));
    EXPECT_TRUE(world->is_open());
    EXPECT_EQ(world->sid(), "abc");
}

TEST(client_session, begins_with_a_websocket_where_that_stands_first)
{
    checked_world world({.transports = {transport::websocket, transport::polling}});
    EXPECT_THAT(world.seen(), ElementsAre("open link 1"));
    EXPECT_EQ(world.last_query(), "EIO=4&transport=websocket");
    world.link_open(1);
    EXPECT_THAT(world.seen(), IsEmpty());
    world.ws(upgradable_text);
    EXPECT_THAT(world.seen(), ElementsAre("opened abc"));
    EXPECT_EQ(world->link(), engineio::link_id{1});
    EXPECT_TRUE(world->websocket_worked());
}

TEST(client_session, names_itself_in_every_query_once_it_is_open)
{
    checked_world world({.timestamp_requests = false});
    EXPECT_EQ(world.last_query(), "EIO=4&transport=polling");
    world.answer(1, R"(0{"sid":"a+b/=&c","upgrades":["websocket"],"pingInterval":1,"pingTimeout":1})");
    EXPECT_EQ(world.last_query(), "EIO=4&transport=polling&sid=a%2Bb%2F%3D%26c");
    std::string query;
    world->append_query(query, transport::websocket);
    EXPECT_EQ(query, "EIO=4&transport=websocket&sid=a%2Bb%2F%3D%26c");
}

TEST(client_session, stamps_each_poll_anew_and_websockets_only_when_asked_to)
{
    checked_world world({}, {.stamp = 35});
    EXPECT_EQ(world.last_query(), "EIO=4&transport=polling&t=z");
    world.answer(1, open_text);
    EXPECT_EQ(world.last_query(), "EIO=4&transport=polling&t=10&sid=abc");

    checked_world named({.transports = {transport::websocket}, .timestamp_requests = true, .timestamp_param = "a b"},
                        {.stamp = 1});
    EXPECT_EQ(named.last_query(), "EIO=4&transport=websocket&a%20b=1");
}

TEST(client_session, says_that_it_wants_base64_in_the_handshake_and_on_every_websocket)
{
    checked_world world({.force_base64 = true, .timestamp_requests = false});
    EXPECT_EQ(world.last_query(), "EIO=4&transport=polling&b64=1");
    world.answer(1, open_text);
    EXPECT_EQ(world.last_query(), "EIO=4&transport=polling&sid=abc");
    std::string query;
    world->append_query(query, transport::websocket);
    EXPECT_EQ(query, "EIO=4&transport=websocket&sid=abc&b64=1");
}

TEST(client_session, numbers_its_requests_from_where_it_was_told)
{
    checked_world world({}, {.first_id = 70});
    EXPECT_THAT(world.seen(), ElementsAre("get 70"));
}

TEST(client_session, fails_with_the_status_or_the_cause)
{
    checked_world refused;
    refused.answer(1, R"({"code":4,"message":"Forbidden"})", 403);
    EXPECT_THAT(refused.seen(), ElementsAre("get 1", "closed: transport error (xhr poll error) 403"));

    checked_world unreachable;
    unreachable.fail(1, errc::not_found);
    EXPECT_THAT(unreachable.seen(), ElementsAre("get 1", "closed: transport error (xhr poll error): " +
                                                             std::string(describe(errc::not_found))));

    checked_world websocket({.transports = {transport::websocket}});
    websocket.lose_link(1, {{}, 400});
    EXPECT_THAT(websocket.seen(), ElementsAre("open link 1", "closed: transport error (websocket error) 400"));
}

TEST(client_session, that_is_lost_before_the_open_packet_has_failed_even_if_cleanly)
{
    checked_world world({.transports = {transport::websocket}});
    world.link_open(1);
    world.lose_link(1);
    EXPECT_THAT(world.seen(), ElementsAre("open link 1", "closed: transport error (websocket error)"));
}

TEST(client_session, takes_nothing_but_an_open_packet_first)
{
    for (std::string_view const first : {"4hello", "6", "2", "3probe", "0", "0{}", "0null", "<html>", "", "bAQID"}) {
        checked_world polling;
        polling.answer(1, first);
        EXPECT_TRUE(polling->is_closed()) << first;
        EXPECT_EQ(polling.seen().size(), 2U) << first;

        checked_world websocket({.transports = {transport::websocket}});
        websocket.link_open(1);
        websocket.ws(first);
        EXPECT_TRUE(websocket->is_closed()) << first;
        EXPECT_THAT(websocket.seen(), ::testing::Contains("close link 1")) << first;
    }
    checked_world closing;
    closing.answer(1, "1");
    EXPECT_THAT(closing.seen(), ElementsAre("get 1", "closed: transport error (transport closed by the server)"));
}

TEST(client_session, without_any_transport_is_closed_at_once)
{
    checked_world world({.transports = {}});
    EXPECT_THAT(world.seen(), ElementsAre("closed: transport error (no transports available): " +
                                          std::string(describe(errc::invalid_option))));
}

TEST(client_session, tries_all_transports_only_if_told_to)
{
    checked_world world({.try_all_transports = true});
    world.answer(1, "", 503);
    EXPECT_THAT(world.seen(), ElementsAre("get 1", "open link 2"));
    world.link_open(2);
    world.ws(open_text);
    EXPECT_THAT(world.seen(), ElementsAre("opened abc"));

    checked_world other({.transports = {transport::websocket, transport::polling}, .try_all_transports = true});
    other.link_open(1);
    other.ws("nonsense");
    EXPECT_THAT(other.seen(), ElementsAre("open link 1", "close link 1", "get 2"));
    other.fail(2);
    EXPECT_THAT(other.seen(),
                ElementsAre("closed: transport error (xhr poll error): " + std::string(describe(errc::refused))));
}

TEST(client_session, that_has_been_open_tries_no_other_transport)
{
    checked_world world({.try_all_transports = true});
    client_session_world::opened(world);
    world.fail(2);
    EXPECT_TRUE(world->is_closed());
}

TEST(client_session, begins_with_the_websocket_that_worked_if_it_is_to_remember)
{
    checked_world world({.remember_upgrade = true}, {.websocket_worked = true});
    EXPECT_THAT(world.seen(), ElementsAre("open link 1"));
    EXPECT_TRUE(world->websocket_worked());
    world.lose_link(1, {errc::refused});
    EXPECT_FALSE(world->websocket_worked());

    checked_world forgetful({}, {.websocket_worked = true});
    EXPECT_THAT(forgetful.seen(), ElementsAre("get 1"));
    checked_world never({.transports = {transport::polling}, .remember_upgrade = true}, {.websocket_worked = true});
    EXPECT_THAT(never.seen(), ElementsAre("get 1"));
}

TEST(client_session, holds_what_is_sent_before_it_is_open)
{
    checked_world world;
    EXPECT_EQ(world.send("early"), send_result::sent);
    EXPECT_EQ(world.send("lost", true), send_result::dropped);
    EXPECT_THAT(world.seen(), ElementsAre("get 1"));
    world.answer(1, open_text);
    EXPECT_THAT(world.seen(), ElementsAre("opened abc", "get 2", "post 3: 4early"));
}

TEST(client_session, writes_nothing_on_a_websocket_before_the_open_packet)
{
    checked_world world({.transports = {transport::websocket}});
    world.send("early");
    world.link_open(1);
    EXPECT_THAT(world.seen(), ElementsAre("open link 1"));
    world.ws(open_text);
    EXPECT_THAT(world.seen(), ElementsAre("opened abc", "wire: 4early"));
}

// --- messages --------------------------------------------------------------------------------------------------------

TEST_F(client_websocket, carries_text_and_binary_both_ways)
{
    world.ws("4hello");
    world.ws_binary("\x01\x02");
    world.ws("bAQID");
    EXPECT_THAT(world.seen(), ElementsAre("message hello", "binary \x01\x02", "binary \x01\x02\x03"));
    world.send("back");
    world.send(binary_delivery("51-[]", {"xyz"}));
    EXPECT_THAT(world.seen(), ElementsAre("wire: 4back", "wire: 451-[]", "wire binary: xyz"));
}

TEST(client_session, writes_binary_as_text_where_base64_is_forced)
{
    checked_world world({.transports = {transport::websocket}, .force_base64 = true});
    client_session_world::opened(world);
    world.send(binary_delivery("51-[]", {"xyz"}));
    EXPECT_THAT(world.seen(), ElementsAre("wire: 451-[]", "wire: beHl6"));
}

TEST_F(client_websocket, drops_volatile_messages_while_the_line_is_blocked)
{
    EXPECT_EQ(world.send("a", true), send_result::sent);
    world.stop_reading();
    world.send("b");
    EXPECT_FALSE(world->writable());
    EXPECT_EQ(world.send("c", true), send_result::dropped);
    world.read_again();
    EXPECT_EQ(world.send("d", true), send_result::sent);
    EXPECT_THAT(world.seen(), ElementsAre("wire: 4a", "wire: 4b", "wire: 4d"));
}

TEST_F(client_websocket, passes_over_packets_without_meaning)
{
    for (auto const packet : {"3", "3probe", "5", "6"}) world.ws(packet);
    EXPECT_THAT(world.seen(), IsEmpty());
    EXPECT_TRUE(world->is_open());
}

TEST_F(client_websocket, ends_with_a_packet_that_cannot_be_read)
{
    world.ws("x");
    EXPECT_THAT(world.seen(), ElementsAre("close link 1", "closed: transport error (invalid packet): " +
                                                              std::string(describe(errc::invalid_packet))));
}

TEST_F(client_websocket, ends_with_a_second_open_packet)
{
    world.ws(open_text);
    EXPECT_TRUE(world->is_closed());
}

TEST(client_session, takes_no_message_beyond_its_limit)
{
    checked_world world({.transports = {transport::websocket}, .max_message_bytes = 200});
    client_session_world::opened(world);
    world.ws("4" + std::string(199, 'x'));
    EXPECT_TRUE(world->is_open());
    (void)world.seen();
    world.ws("4" + std::string(200, 'x'));
    EXPECT_THAT(world.seen(), ElementsAre("close link 1", "closed: transport error (message too big): " +
                                                              std::string(describe(errc::message_too_big))));
}

TEST_F(client_websocket, reads_nothing_more_once_a_handler_has_closed_it)
{
    world.on_message("stop", [&] { world.close(true); });
    world.ws("4stop");
    world.ws("4more");
    EXPECT_THAT(world.seen(), ElementsAre("message stop", "close link 1", "closed: forced close"));
    EXPECT_EQ(world.send("late"), send_result::closed);
}

// --- the end ---------------------------------------------------------------------------------------------------------

TEST_F(client_websocket, tells_a_closed_line_from_a_broken_one)
{
    world.lose_link(1);
    EXPECT_THAT(world.seen(), ElementsAre("closed: transport close (websocket connection closed)"));

    checked_world broken({.transports = {transport::websocket}});
    client_session_world::opened(broken);
    broken.lose_link(1, {errc::invalid_frame});
    EXPECT_THAT(broken.seen(), ElementsAre("closed: transport error (websocket error): " +
                                           std::string(describe(errc::invalid_frame))));
}

TEST_F(client_websocket, ends_when_the_server_says_so)
{
    world.ws("1");
    EXPECT_THAT(world.seen(), ElementsAre("close link 1", "closed: transport close (transport closed by the server)"));
}

TEST_F(client_websocket, closes_when_what_was_queued_has_left)
{
    world.stop_reading();
    world.send("a");
    world.send("b");
    world.close();
    EXPECT_EQ(world.send("c"), send_result::closed);
    EXPECT_THAT(world.seen(), IsEmpty());
    world.ws("4unheard");
    world.read_again();
    EXPECT_THAT(world.seen(), ElementsAre("wire: 4a", "wire: 4b", "close link 1", "closed: forced close"));
}

TEST_F(client_websocket, waits_for_a_slow_line_no_longer_than_close_timeout)
{
    world.stop_reading();
    world.send("a");
    world.close();
    world.after(29'999ms);
    EXPECT_THAT(world.seen(), IsEmpty());
    world.after(1ms);
    EXPECT_THAT(world.seen(), ElementsAre("close link 1", "closed: forced close"));
}

TEST(client_session, closed_while_it_opens_drops_what_is_under_way)
{
    checked_world polling;
    polling.send("never");
    polling.close();
    EXPECT_THAT(polling.seen(), ElementsAre("get 1", "abort 1", "closed: forced close"));
    polling.answer(1, open_text); // it was on its way
    polling.close();
    EXPECT_THAT(polling.seen(), IsEmpty());
}

} // namespace
} // namespace partyline::testing
