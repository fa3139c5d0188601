// Upgrades: accepting, refusing, and moving a connection to another loop in the middle of one.
#include "net/connections.hpp"

#include "unit/net/net_world.hpp"

namespace partyline::net {
namespace {

using namespace std::chrono_literals;
using test::net_world;
using test::test_owner;

TEST(connections, accept_a_websocket_and_write_its_101_with_the_first_messages)
{
    net_world world;
    test_owner owner;
    link_options const how;
    owner.queue = {test::make_delivery("0{}"), test::make_delivery("1")};
    auto& client = world.open_link(owner, how);
    ASSERT_TRUE(world.until_text(client, test::server_frame("40{}") + test::server_frame("41")));
    EXPECT_EQ(world.shard.counters().write_calls, 1u);
    EXPECT_EQ(world.shard.counters().links, 1u);
    EXPECT_EQ(world.shard.counters().http_connections, 0u);
    EXPECT_EQ(world.table.find_link(owner.current->id()), owner.current);
    EXPECT_EQ(world.table.find_link(world.last), nullptr);
    EXPECT_FALSE(world.table.respond(world.last, {}));
}

TEST(connections, read_frames_that_came_with_the_request_in_the_next_turn)
{
    net_world world;
    test_owner owner;
    link_options const how;
    world.open_link(owner, how, test::text_frame("early") + test::text_frame("bird"));
    ASSERT_TRUE(world.until([&] { return owner.messages.size() == 2; }));
    EXPECT_EQ(owner.messages, (std::vector<std::string>{"early", "bird"}));
}

TEST(connections, close_after_an_upgrade_was_refused)
{
    net_world world;
    world.upgrade = [&](exchange_id id, http::request const&) {
        world.table.respond(id, http::response::text(400, "nope"));
    };
    auto& client = world.connect();
    client.send(std::string(net_world::upgrade_request) + test::text_frame("ignored"));
    ASSERT_TRUE(world.until([&] { return client.ended; }));
    EXPECT_TRUE(client.text.starts_with("HTTP/1.1 400"));
    EXPECT_TRUE(client.text.ends_with("nope"));
    EXPECT_FALSE(client.was_reset);
}

TEST(connections, tell_of_an_abort_while_an_upgrade_waits)
{
    net_world world;
    auto& client = world.connect();
    client.send(net_world::upgrade_request);
    ASSERT_TRUE(world.until([&] { return world.upgrades == 1; }));
    client.reset();
    ASSERT_TRUE(world.until([&] { return world.aborted.size() == 1; }));
    EXPECT_EQ(world.aborted[0], world.last);
    EXPECT_EQ(world.table.size(), 0u);
    EXPECT_FALSE(world.table.detach(world.last));
}

TEST(connections, accept_nothing_but_an_upgrade_as_a_link)
{
    net_world world;
    test_owner owner;
    link_options const how;
    world.answer = [&](exchange_id id, http::request const&, std::string_view) {
        EXPECT_EQ(world.table.accept_websocket(id, "x", {}, how, owner), nullptr);
        EXPECT_FALSE(world.table.detach(id));
        world.table.respond(id, http::response::text(200, "ok"));
    };
    auto& client = world.connect();
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(world.until_text(client, "ok"));
}

TEST(connections, move_to_another_loop_with_what_was_not_read)
{
    net_world first;
    net_world second({}, nullptr, {}, false);
    first.beside.push_back(&second);
    test_owner owner;
    link_options const how;
    detached_connection travelling;
    first.upgrade = [&](exchange_id id, http::request const&) {
        EXPECT_EQ(first.table.info(id)->remote.host, "127.0.0.1");
        travelling = first.table.detach(id);
    };
    auto& client = first.connect();
    client.send(std::string(net_world::upgrade_request) + test::text_frame("early"));
    ASSERT_TRUE(first.until([&] { return static_cast<bool>(travelling); }));
    EXPECT_EQ(first.table.size(), 0u);
    client.send(test::text_frame("on the way"));
    first.step();

    second.accept_as = &owner;
    second.accept_with = &how;
    auto const id = second.table.adopt(std::move(travelling));
    ASSERT_NE(id, 0u);
    EXPECT_EQ(second.table.info(id)->remote.host, "127.0.0.1");
    ASSERT_NE(second.accept(id), nullptr);
    client.send(test::text_frame("late"));
    ASSERT_TRUE(first.until([&] { return owner.messages.size() == 3; }));
    EXPECT_EQ(owner.messages, (std::vector<std::string>{"early", "on the way", "late"}));
    owner.queue.push_back(test::make_delivery("hi"));
    second.shard.wake();
    EXPECT_TRUE(first.until_text(client, test::server_frame("4hi")));
    EXPECT_EQ(first.table.size(), 0u);
    EXPECT_EQ(second.table.size(), 1u);
}

TEST(connections, hear_in_the_new_loop_of_a_client_that_left_on_the_way)
{
    net_world first;
    net_world second({}, nullptr, {}, false);
    first.beside.push_back(&second);
    detached_connection travelling;
    first.upgrade = [&](exchange_id id, http::request const&) { travelling = first.table.detach(id); };
    auto& client = first.connect();
    client.send(net_world::upgrade_request);
    ASSERT_TRUE(first.until([&] { return static_cast<bool>(travelling); }));
    client.close();
    auto const id = second.table.adopt(std::move(travelling));
    ASSERT_TRUE(first.until([&] { return second.aborted.size() == 1; }));
    EXPECT_EQ(second.aborted[0], id);
    EXPECT_EQ(second.table.size(), 0u);
}

TEST(connections, close_what_was_detached_and_never_adopted)
{
    net_world world;
    world.upgrade = [&](exchange_id id, http::request const&) { auto const dropped = world.table.detach(id); };
    auto& client = world.connect();
    client.send(net_world::upgrade_request);
    EXPECT_TRUE(world.until([&] { return client.ended; }));
}

TEST(connections, know_no_id_that_never_was)
{
    net_world world;
    for (std::uint64_t const id : {std::uint64_t{0}, std::uint64_t{1}, UINT64_MAX, std::uint64_t{1} << 63 | 1}) {
        EXPECT_FALSE(world.table.respond(id, {}));
        EXPECT_FALSE(world.table.abort(id));
        EXPECT_FALSE(world.table.detach(id));
        EXPECT_EQ(world.table.info(id), nullptr);
        EXPECT_EQ(world.table.find_link(id), nullptr);
    }
    EXPECT_EQ(world.table.adopt({}), 0u);
}

TEST(connections, are_all_gone_after_many_came_and_went)
{
    net_world world;
    link_options const how;
    for (int round = 0; round < 200; ++round) {
        test_owner owner;
        auto& client = world.open_link(owner, how);
        if (round % 3 == 0)
            client.reset();
        else if (round % 3 == 1)
            client.close();
        else
            owner.current->abort();
        ASSERT_TRUE(world.until([&] { return world.table.size() == 0; }));
        EXPECT_EQ(owner.ends, round % 3 == 2 ? 0 : 1);
        world.owners.clear();
        world.clients.clear();
    }
    EXPECT_EQ(world.shard.counters().links, 0u);
    EXPECT_EQ(world.shard.counters().http_connections, 0u);
    EXPECT_EQ(world.shard.deadlines().size(), 0u);
}

} // namespace
} // namespace partyline::net
