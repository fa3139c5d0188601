#include <adapter/cluster_message.hpp>

#include <gtest/gtest.h>

namespace partyline::adapters {
namespace {

TEST(cluster_message, each_kind_has_the_number_that_javascript_gives_it)
{
    EXPECT_EQ(wire_number(initial_heartbeat{}), 1);
    EXPECT_EQ(wire_number(heartbeat{}), 2);
    EXPECT_EQ(wire_number(broadcast_event{}), 3);
    EXPECT_EQ(wire_number(sockets_join{}), 4);
    EXPECT_EQ(wire_number(sockets_leave{}), 5);
    EXPECT_EQ(wire_number(disconnect_sockets{}), 6);
    EXPECT_EQ(wire_number(fetch_sockets{}), 7);
    EXPECT_EQ(wire_number(fetch_sockets_response{}), 8);
    EXPECT_EQ(wire_number(server_side_emit{}), 9);
    EXPECT_EQ(wire_number(server_side_emit_response{}), 10);
    EXPECT_EQ(wire_number(broadcast_client_count{}), 11);
    EXPECT_EQ(wire_number(broadcast_ack{}), 12);
    EXPECT_EQ(wire_number(adapter_close{}), 13);
}

TEST(cluster_message, is_a_value)
{
    cluster_message const first{"0123456789abcdef", "/chat",
                                broadcast_event{{{"room"}, {"sid"}, {}}, args::of("say", "hi"), "r1"}};
    auto const second = first;
    auto const& body = std::get<broadcast_event>(second.body);
    EXPECT_EQ(body.options.rooms, (std::vector<std::string>{"room"}));
    EXPECT_EQ(body.event.at(0), value("say"));
    EXPECT_EQ(body.request_id, "r1");
}

} // namespace
} // namespace partyline::adapters
