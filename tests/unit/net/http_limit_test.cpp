// The time limits of HTTP connections, with small values: what ends, with which answer, and what a waiting exchange is spared.
#include "unit/net/net_world.hpp"

namespace partyline::net {
namespace {

using namespace std::chrono_literals;
using test::net_world;

constexpr std::string_view get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(http_limits, end_a_connection_that_says_nothing)
{
    net_world world({.headers = 30ms});
    auto& client = world.connect();
    ASSERT_TRUE(world.until([&] { return client.ended; }));
    EXPECT_TRUE(client.text.starts_with("HTTP/1.1 408"));
    EXPECT_EQ(world.shard.counters().timeouts, 1u);
}

TEST(http_limits, end_a_head_that_comes_too_slowly_however_steadily)
{
    net_world world({.headers = 60ms});
    auto& client = world.connect();
    client.send("GET / HTTP/1.1\r\n");
    int sent = 0;
    ASSERT_TRUE(world.until([&] {
        if (sent < 1000) client.send("X-" + std::to_string(sent++) + ": slow\r\n");
        return client.ended || !client.text.empty();
    }));
    EXPECT_TRUE(client.text.starts_with("HTTP/1.1 408") || client.text.starts_with("HTTP/1.1 431")) << client.text;
}

TEST(http_limits, end_a_request_whose_body_does_not_come)
{
    net_world world({.request = 40ms});
    auto& client = world.connect();
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
    ASSERT_TRUE(world.until([&] { return client.ended; }));
    EXPECT_TRUE(client.text.starts_with("HTTP/1.1 408"));
    EXPECT_EQ(world.aborted.size(), 1u);
}

TEST(http_limits, end_an_idle_connection_silently_between_requests)
{
    net_world world({.keep_alive = 40ms});
    auto& client = world.connect();
    client.send(get);
    ASSERT_TRUE(world.until_text(client, "ok"));
    auto const answered = std::chrono::steady_clock::now();
    client.text.clear();
    ASSERT_TRUE(world.until([&] { return client.ended; }));
    EXPECT_GE(std::chrono::steady_clock::now() - answered, 30ms);
    EXPECT_TRUE(client.text.empty());
}

TEST(http_limits, do_not_count_while_an_exchange_waits)
{
    net_world world({.headers = 20ms, .request = 20ms, .keep_alive = 20ms, .stalled = 20ms});
    exchange_id waiting = 0;
    world.answer = [&](exchange_id id, http::request const&, std::string_view) { waiting = id; };
    auto& client = world.connect();
    client.send(get);
    ASSERT_TRUE(world.until([&] { return waiting != 0; }));
    auto const end = std::chrono::steady_clock::now() + 80ms;
    ASSERT_TRUE(world.until([&] { return std::chrono::steady_clock::now() > end; }));
    EXPECT_FALSE(client.ended);
    world.table.respond(waiting, http::response::text(200, "late"));
    EXPECT_TRUE(world.until_text(client, "late"));
}

TEST(http_limits, end_a_client_that_does_not_read_its_answer)
{
    net_world world({.stalled = 50ms});
    world.answer = [&](exchange_id id, http::request const&, std::string_view) {
        world.table.respond(id, http::response::text(200, std::string(20'000'000, 'x')));
    };
    auto& client = world.connect(4096);
    client.stopped = true;
    client.send(get);
    ASSERT_TRUE(world.until([&] { return world.shard.counters().again != 0; }));
    EXPECT_TRUE(world.until([&] { return world.table.size() == 0; }));
}

TEST(http_limits, end_a_refused_client_that_never_stops)
{
    net_world world({.linger = 40ms});
    auto& client = world.connect();
    client.send("bad\r\n\r\n");
    ASSERT_TRUE(world.until_text(client, "400"));
    EXPECT_TRUE(world.until([&] { return world.table.size() == 0; })) << "though the client keeps its side open";
}

TEST(http_limits, of_zero_are_none)
{
    net_world world({.headers = 0ms, .request = 0ms, .keep_alive = 0ms, .stalled = 0ms});
    auto& client = world.connect();
    client.send(get);
    ASSERT_TRUE(world.until_text(client, "ok"));
    EXPECT_EQ(world.shard.deadlines().size(), 0u);
    client.close();
    EXPECT_TRUE(world.until([&] { return world.table.size() == 0; }));
}

} // namespace
} // namespace partyline::net
