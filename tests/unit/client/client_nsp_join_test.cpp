// Joining namespaces and leaving them, and what comes in what order.
#include "unit/client/connection_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partyline::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

value object(value::object members) { return value(std::move(members)); }

template <std::size_t N>
std::string packed(char const (&bytes)[N])
{
    return std::string(bytes, N - 1); // with the zeros inside
}

TEST(client_nsp_join, is_asked_for_when_the_connection_opens_and_told_when_the_server_replies)
{
    connection_world world;
    auto& nsp = world.connect();
    EXPECT_TRUE(nsp.is_active());
    world.accept();
    EXPECT_THAT(world.seen(), ElementsAre("open link 1.0", "opened", "wire: 40"));
    EXPECT_FALSE(nsp.is_connected());
    world.ws(R"(40{"sid":"abc"})");
    EXPECT_THAT(world.seen(), ElementsAre("joined / as abc"));
    EXPECT_TRUE(nsp.is_connected());
    EXPECT_EQ(nsp.id(), "abc");
    EXPECT_FALSE(nsp.recovered());
}

TEST(client_nsp_join, works_for_several_namespaces_on_one_connection)
{
    connection_world world;
    world.connect();
    world.connect("/admin");
    world.connect("news");
    world.accept();
    EXPECT_THAT(world.seen(), ElementsAre("open link 1.0", "opened", "wire: 40", "wire: 40/admin,", "wire: 40/news,"));
    world.ws(R"(40/admin,{"sid":"a"})");
    world.ws(R"(40{"sid":"b"})");
    world.ws(R"(42/admin,["x",1])");
    world.ws(R"(42["x",2])");
    world.ws(R"(42/unknown,["x",3])");
    EXPECT_THAT(world.seen(), ElementsAre("joined /admin as a", "joined / as b", "event /admin: x 1", "event /: x 2"));
    world.connect("/late");
    EXPECT_THAT(world.seen(), ElementsAre("wire: 40/late,"));
}

TEST(client_nsp_join, asks_once_however_often_it_is_told_to)
{
    connection_world world;
    world.connect();
    world.accept();
    world.connect();
    world.connect();
    world.ws(R"(40{"sid":"abc"})");
    world.connect();
    world.ws(R"(40{"sid":"other"})"); // nobody asked
    EXPECT_THAT(world.seen(), ElementsAre("open link 1.0", "opened", "wire: 40", "joined / as abc"));
    EXPECT_EQ(world.nsp().id(), "abc");
}

TEST(client_nsp_join, carries_the_auth_of_the_user_each_time)
{
    connection_world world;
    auto& nsp = world.connect("/", {.auth = object({{"token", "one"}})});
    world.join();
    EXPECT_THAT(world.seen(), ElementsAre("open link 1.0", "opened", R"(wire: 40{"token":"one"})", "joined / as abc"));
    nsp.options().auth = object({{"token", "two"}});
    world.lose();
    world.after(1s);
    world.accept();
    EXPECT_EQ(world.seen().back(), R"(wire: 40{"token":"two"})");
}

TEST(client_nsp_join, waits_for_auth_that_is_asked_for)
{
    connection_world world;
    world.connect("/", {.asks_auth = true});
    world.accept();
    EXPECT_THAT(world.seen(), ElementsAre("open link 1.0", "opened", "auth? /"));
    EXPECT_EQ(world.nsp().authenticate("text", world.now()).error(), errc::type_mismatch);
    world.authenticate(object({{"n", 1}}));
    world.authenticate(object({{"n", 2}})); // one answer is enough
    EXPECT_THAT(world.seen(), ElementsAre(R"(wire: 40{"n":1})"));
    world.ws(R"(40{"sid":"abc"})");
    world.lose();
    (void)world.seen();
    world.authenticate(object({{"n", 3}})); // nobody asked
    world.after(1s);
    world.accept();
    EXPECT_THAT(world.seen(), ElementsAre("attempt 1", "open link 2.0", "opened", "auth? /", "reconnected 1"));
    world.lose();
    world.after(1s);
    world.accept();
    EXPECT_EQ(world.seen().back(), "reconnected 1");
    world.authenticate(nullptr);
    EXPECT_THAT(world.seen(), ElementsAre("wire: 40"));
}

TEST(client_nsp_join, that_cannot_be_written_is_an_error_and_not_tried_again)
{
    value deep = 1;
    for (int level = 0; level < 200; ++level) deep = value::array{std::move(deep)};
    connection_world world;
    world.connect("/", {.auth = object({{"deep", std::move(deep)}})});
    world.accept();
    auto const why = std::string(describe(errc::too_deep));
    EXPECT_THAT(world.seen(), ElementsAre("open link 1.0", "opened", "closed: forced close",
                                          "no connection /: " + why + " [" + why + "]", "close link 1.0"));
    EXPECT_FALSE(world.nsp().is_active());
}

TEST(client_nsp_join, refused_by_the_server_is_told_with_its_data_and_not_tried_again)
{
    connection_world world;
    world.connect();
    world.connect("/admin");
    world.accept();
    world.ws(R"(40{"sid":"abc"})");
    (void)world.seen();
    world.ws(R"(44/admin,{"message":"not allowed","data":{"code":7}})");
    EXPECT_THAT(world.seen(), ElementsAre(R"(refused /admin: not allowed {"code":7})"));
    EXPECT_FALSE(world.nsp("/admin").is_active());
    world.lose();
    world.after(1s);
    world.accept();
    EXPECT_THAT(world.seen(),
                ElementsAre("closed: transport close (websocket connection closed)", "left /: transport close",
                            "attempt 1", "open link 2.0", "opened", "reconnected 1", "wire: 40"));
}

TEST(client_nsp_join, of_the_only_namespace_refused_ends_the_connection)
{
    connection_world world;
    world.connect();
    world.accept();
    (void)world.seen();
    world.ws(R"(44{"message":"Invalid namespace"})");
    EXPECT_THAT(world.seen(), ElementsAre("closed: forced close", "refused /: Invalid namespace", "close link 1.0"));
    EXPECT_FALSE(world->is_reconnecting());
    // and may be asked for again
    world.connect();
    EXPECT_THAT(world.seen(), ElementsAre("open link 2.0"));
}

TEST(client_nsp_join, refused_by_odd_words_is_refused)
{
    for (auto const& [packet, told] : std::vector<std::pair<std::string, std::string>>{
             {R"(44"words")", "refused /: words"}, {"44", "refused /: "}, {R"(44{"message":7})", "refused /: "}})
    {
        connection_world world;
        world.connect();
        world.accept();
        world.ws(packet);
        EXPECT_THAT(world.seen(), ::testing::Contains(told)) << packet;
    }
}

TEST(client_nsp_join, answered_by_a_server_of_version_2_says_so)
{
    for (auto const& reply : std::vector<std::string>{"40", "40{}", R"(40{"sid":""})", R"(40{"sid":7})",
                                                      R"(40{"sid":")" + std::string(257, 'x') + R"("})"})
    {
        connection_world world;
        world.connect();
        world.accept();
        (void)world.seen();
        world.ws(reply);
        auto const seen = world.seen();
        ASSERT_EQ(seen.size(), 1U) << reply;
        EXPECT_EQ(
            seen[0],
            "refused /: It seems you are trying to reach a Socket.IO server in v2.x with a v3.x client, but they are "
            "not compatible (more information here: https://socket.io/docs/v3/migrating-from-2-x-to-3-0/)");
        EXPECT_FALSE(world.nsp().is_connected());
    }
}

TEST(client_nsp_join, is_told_after_early_events_and_after_what_waited_has_left)
{
    connection_world world;
    world.on("event /: first", [&] { world.emit("from the handler"); });
    world.on("joined / as abc", [&] { world.emit("from joined"); });
    world.connect("/", {.retries = 0, .ack_timeout = 10s});
    world.nsp().options().retries.reset();
    world.emit("waited");
    world.nsp().options().retries = 3;
    world.emit("retried");
    world.nsp().options().retries.reset();
    world.accept();
    world.ws(R"(42["first"])");
    world.ws(R"(42["second","offset"])");
    EXPECT_THAT(world.seen(), ElementsAre("open link 1.0", "opened", "wire: 40"));
    world.ws(R"(40{"sid":"abc","pid":"p"})");
    EXPECT_THAT(world.seen(), ElementsAre("event /: first", R"(event /: second "offset")", "joined / as abc",
                                          R"(wire: 42["from the handler"])", R"(wire: 42["waited"])",
                                          R"(wire: 420["retried"])", R"(wire: 42["from joined"])"));
}

TEST(client_nsp_join, is_not_told_when_a_handler_of_an_early_event_leaves)
{
    connection_world world;
    world.on("event /: first", [&] { world.nsp().disconnect(world.now()); });
    world.connect();
    world.emit("waited");
    world.accept();
    world.ws(R"(42["first"])");
    world.ws(R"(42["second"])");
    (void)world.seen();
    world.ws(R"(40{"sid":"abc"})");
    EXPECT_THAT(world.seen(), ElementsAre("event /: first", "closed: forced close", "left /: io client disconnect",
                                          "wire: 41", "close link 1.0"));
    EXPECT_EQ(world.nsp().buffered_packets(), 1U);
}

// --- leaving ---------------------------------------------------------------------------------------------------------

TEST(client_nsp_leave, says_goodbye_and_closes_the_connection_that_nobody_needs)
{
    connection_world world;
    world.connect();
    world.join();
    (void)world.seen();
    world.emit("last");
    world.disconnect();
    EXPECT_THAT(world.seen(), ElementsAre(R"(wire: 42["last"])", "closed: forced close", "left /: io client disconnect",
                                          "wire: 41", "close link 1.0"));
    world.disconnect();
    EXPECT_THAT(world.seen(), IsEmpty());
}

TEST(client_nsp_leave, leaves_the_others_where_they_are)
{
    connection_world world;
    world.connect();
    world.connect("/other");
    world.join();
    world.ws(R"(40/other,{"sid":"o"})");
    (void)world.seen();
    world.disconnect("/other");
    EXPECT_THAT(world.seen(), ElementsAre("left /other: io client disconnect", "wire: 41/other,"));
    world.ws(R"(42/other,["late"])");
    EXPECT_THAT(world.seen(), IsEmpty());
    world.connect("/other");
    world.ws(R"(40/other,{"sid":"o2"})");
    EXPECT_THAT(world.seen(), ElementsAre("wire: 40/other,", "joined /other as o2"));
}

TEST(client_nsp_leave, by_the_server_leaves_the_others_where_they_are)
{
    connection_world world;
    world.connect();
    world.connect("/other");
    world.join();
    world.ws(R"(40/other,{"sid":"o"})");
    (void)world.seen();
    world.ws("41/other,");
    EXPECT_THAT(world.seen(), ElementsAre("left /other: io server disconnect"));
    EXPECT_FALSE(world.nsp("/other").is_active());
    EXPECT_TRUE(world.nsp().is_connected());
    world.ws("41");
    EXPECT_THAT(world.seen(), ElementsAre("closed: forced close", "left /: io server disconnect", "close link 1.0"));
}

TEST(client_nsp_leave, before_the_reply_says_goodbye_when_that_has_come)
{
    connection_world world;
    world.connect();
    world.connect("/other");
    world.join();
    (void)world.seen();
    world.disconnect("/other");
    EXPECT_THAT(world.seen(), IsEmpty());
    world.ws(R"(42/other,["early"])");
    world.ws(R"(40/other,{"sid":"o"})");
    EXPECT_THAT(world.seen(), ElementsAre("wire: 41/other,"));
    world.connect("/other");
    EXPECT_THAT(world.seen(), ElementsAre("wire: 40/other,"));
}

TEST(client_nsp_leave, and_return_before_the_reply_takes_that_reply)
{
    connection_world world;
    world.connect();
    world.connect("/other");
    world.join();
    world.disconnect("/other");
    world.connect("/other");
    (void)world.seen();
    world.ws(R"(40/other,{"sid":"o"})");
    EXPECT_THAT(world.seen(), ElementsAre("joined /other as o"));
}

TEST(client_nsp_leave, while_the_connection_opens_drops_it)
{
    connection_world world;
    world.connect();
    world.disconnect();
    EXPECT_THAT(world.seen(), ElementsAre("open link 1.0", "closed: forced close", "close link 1.0"));
    EXPECT_EQ(world.under_way(), 0U);
}

// --- recovery --------------------------------------------------------------------------------------------------------

TEST(client_nsp_recovery, names_what_it_has_and_learns_whether_it_was_taken_up)
{
    connection_world world;
    world.connect("/", {.auth = object({{"token", "t"}})});
    world.join(R"(40{"sid":"abc","pid":"secret"})");
    world.ws(R"(42["a",1,"offset1"])");
    world.ws(R"(42["b",1])");                // no text
    world.ws(R"(427["c","not an offset"])"); // acknowledged ones are not stored
    world.ws(R"(42["d"])");                  // its name is none
    world.lose();
    world.after(1s);
    world.accept();
    EXPECT_EQ(world.seen().back(), R"(wire: 40{"pid":"secret","offset":"offset1","token":"t"})");
    world.ws(R"(42["missed","offset2"])");
    world.ws(R"(40{"sid":"abc","pid":"secret"})");
    EXPECT_THAT(world.seen(), ElementsAre(R"(event /: missed "offset2")", "joined / as abc, recovered"));
    EXPECT_TRUE(world.nsp().recovered());
    world.lose();
    world.after(1s);
    world.accept();
    EXPECT_EQ(world.seen().back(), R"(wire: 40{"pid":"secret","offset":"offset2","token":"t"})");
    world.ws(R"(40{"sid":"new","pid":"other"})");
    EXPECT_EQ(world.seen().back(), "joined / as new");
    EXPECT_FALSE(world.nsp().recovered());
}

TEST(client_nsp_recovery, ends_where_the_connection_is_closed_for_good)
{
    for (bool const away : {false, true}) {
        connection_world world;
        world.connect();
        world.join(R"(40{"sid":"abc","pid":"secret"})");
        world.ws(R"(42["a","offset1"])");
        if (away) world.lose();
        (void)world.seen();
        world.close();
        (void)world.seen();
        world.connect();
        world.accept();
        EXPECT_EQ(world.seen().back(), "wire: 40") << "nothing of the one who was here before";
    }
}

TEST(client_nsp_recovery, without_an_event_there_is_no_offset)
{
    connection_world world;
    world.connect();
    world.join(R"(40{"sid":"abc","pid":"secret"})");
    world.lose();
    world.after(1s);
    world.accept();
    EXPECT_EQ(world.seen().back(), R"(wire: 40{"pid":"secret"})");
}

TEST(client_nsp_recovery, an_event_without_arguments_leaves_the_offset_where_it_was)
{
    connection_world world;
    world.connect();
    world.join(R"(40{"sid":"abc","pid":"secret"})");
    world.ws(R"(42["x",1,"offset"])");
    world.ws(R"(42["bare"])");
    world.ws(R"(42["number",7])");
    world.ws(R"(421["asked","no offset"])");
    world.lose();
    world.after(1s);
    world.accept();
    EXPECT_EQ(world.seen().back(), R"(wire: 40{"pid":"secret","offset":"offset"})");
}

TEST(client_nsp_recovery, keeps_no_offset_where_the_server_does_not_recover)
{
    connection_world world;
    world.connect();
    world.join();
    world.ws(R"(42["a","text"])");
    world.lose();
    world.after(1s);
    world.accept();
    EXPECT_EQ(world.seen().back(), "wire: 40");
}

TEST(client_nsp_recovery, the_auth_of_the_user_counts_more)
{
    connection_world world;
    world.connect("/", {.auth = object({{"offset", "mine"}, {"pid", "my own"}})});
    world.join(R"(40{"sid":"abc","pid":"secret"})");
    world.ws(R"(42["a","offset1"])");
    world.lose();
    world.after(1s);
    world.accept();
    EXPECT_EQ(world.seen().back(), R"(wire: 40{"pid":"my own","offset":"mine"})");
}

TEST(client_nsp_recovery, reads_the_offset_of_binary_events_and_after_it_nothing_too_long)
{
    connection_world world;
    world.connect();
    world.join(R"(40{"sid":"abc","pid":"secret"})");
    world.ws(R"(451-["a",{"_placeholder":true,"num":0},"offset1"])");
    world.ws_binary("bytes");
    world.ws(R"(42["b",")" + std::string(1025, 'x') + R"("])");
    world.lose();
    world.after(1s);
    world.accept();
    EXPECT_EQ(world.seen().back(), R"(wire: 40{"pid":"secret","offset":"offset1"})");
}

TEST(client_nsp_recovery, forgets_early_events_of_a_join_that_was_never_answered)
{
    connection_world world;
    world.connect();
    world.join(R"(40{"sid":"abc","pid":"secret"})");
    world.ws(R"(42["a","offset1"])");
    world.lose();
    world.after(1s);
    world.accept();
    world.ws(R"(42["missed","offset2"])"); // will be sent again, because the offset stays
    world.lose();
    world.after(1s);
    world.accept();
    EXPECT_EQ(world.seen().back(), R"(wire: 40{"pid":"secret","offset":"offset1"})");
    world.ws(R"(42["missed","offset2"])");
    world.ws(R"(40{"sid":"abc","pid":"secret"})");
    EXPECT_THAT(world.seen(), ElementsAre(R"(event /: missed "offset2")", "joined / as abc, recovered"));
}

// --- a server that means harm ----------------------------------------------------------------------------------------

TEST(client_nsp_limits, ends_with_more_early_events_than_its_limit)
{
    connection_world by_number;
    by_number.connect("/", {.receive_buffer = {.packets = 3}});
    by_number.accept();
    for (int i = 0; i < 3; ++i) by_number.ws(R"(42["x"])");
    EXPECT_TRUE(by_number->is_open());
    by_number.ws(R"(42["x"])");
    EXPECT_THAT(by_number.seen(),
                ::testing::Contains("closed: parse error (too many events before the CONNECT reply)"));

    connection_world by_bytes;
    by_bytes.connect("/", {.receive_buffer = {.bytes = 100}});
    by_bytes.accept();
    by_bytes.ws(R"(451-["x",{"_placeholder":true,"num":0}])");
    by_bytes.ws_binary(std::string(70, 'x'));
    EXPECT_FALSE(by_bytes->is_open());
}

TEST(client_nsp_limits, ends_with_attachments_beyond_the_limit_of_the_codec)
{
    connection_world world(plain_options(), json_codec(), {.max_attachments = 2, .max_bytes = 1000});
    world.connect();
    world.join();
    (void)world.seen();
    world.ws(R"(4599999999-["x"])");
    EXPECT_EQ(world.seen().front(), "closed: parse error (" + std::string(describe(errc::too_many_attachments)) + ")");
    world.after(1s);
    world.join();
    (void)world.seen();
    world.ws(R"(452-["x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
    world.ws_binary(std::string(600, 'x'));
    world.ws_binary(std::string(600, 'x'));
    EXPECT_EQ(world.seen().front(), "closed: parse error (" + std::string(describe(errc::message_too_big)) + ")");
}

TEST(client_nsp_limits, ends_with_a_packet_that_cannot_be_read_and_begins_the_next_one_afresh)
{
    for (std::string const packet :
         {"4", "42{}", "42[]", "47", R"(42["connect"])", "41{}", R"(450-["x"])", "43", "40[]"}) {
        connection_world world;
        world.connect();
        world.join();
        (void)world.seen();
        world.ws(R"(451-["x",{"_placeholder":true,"num":0}])"); // its attachment never comes
        world.ws(packet);
        EXPECT_THAT(world.seen(), ::testing::Contains("left /: parse error")) << packet;
        world.after(1s);
        world.join();
        world.ws(R"(42["x"])");
        EXPECT_EQ(world.seen().back(), "event /: x") << packet;
    }
}

TEST(client_nsp_limits, a_binary_frame_that_nobody_announced_is_an_error)
{
    connection_world world;
    world.connect();
    world.join();
    world.ws_binary("bytes");
    EXPECT_THAT(world.seen(), ::testing::Contains("left /: parse error"));
}

TEST(client_nsp_limits, packets_for_namespaces_that_are_not_joined_are_passed_over)
{
    connection_world world;
    world.connect();
    world.join();
    world.nsp("/idle");
    (void)world.seen();
    for (std::string const packet : {R"(42/idle,["x"])", "43/idle,0[]", "41/idle,", R"(40/idle,{"sid":"x"})",
                                     R"(44/idle,{"message":"no"})", R"(42/unknown,["x"])", R"(44/unknown,{})"})
        world.ws(packet);
    EXPECT_THAT(world.seen(), IsEmpty());
    EXPECT_TRUE(world.nsp().is_connected());
}

TEST(client_nsp_join, speaks_msgpack_as_well)
{
    connection_world world(plain_options(), msgpack_codec());
    world.connect();
    world.accept();
    EXPECT_EQ(world.seen().back(), "wire binary: " + packed("\x82\xa4type\x00\xa3nsp\xa1/"));
    world.ws_binary(packed("\x83\xa4type\x00\xa3nsp\xa1/\xa4"
                           "data\x81\xa3sid\xa3"
                           "abc"));
    EXPECT_THAT(world.seen(), ElementsAre("joined / as abc"));
    world.ws_binary(packed("\x83\xa4type\x02\xa3nsp\xa1/\xa4"
                           "data\x92\xa1x\xc4\x02yz"));
    EXPECT_THAT(world.seen(), ElementsAre("event /: x <yz>"));
    world.ws_binary(packed("\x83\xa4type\x04\xa3nsp\xa1/\xa4"
                           "data\xa1x"));
    EXPECT_THAT(world.seen(), IsEmpty()) << "it has joined";
}

} // namespace
} // namespace partyline::testing
