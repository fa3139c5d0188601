#include "net/http_connection.hpp"

#include "unit/net/net_world.hpp"

namespace partyline::net {
namespace {

using namespace std::chrono_literals;
using test::net_world;

constexpr std::string_view get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr std::string_view post = "POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";

std::size_t count_of(std::string_view text, std::string_view what)
{
    std::size_t count = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++count;
    return count;
}

TEST(http_connection, answers_a_request_and_stays_for_the_next)
{
    net_world world;
    auto& client = world.connect();
    for (int i = 0; i < 3; ++i) {
        client.text.clear();
        client.send(get);
        ASSERT_TRUE(world.until_text(client, "\r\n\r\nok"));
        EXPECT_TRUE(client.text.starts_with("HTTP/1.1 200 OK\r\n"));
        EXPECT_NE(client.text.find("Keep-Alive: timeout=5\r\n"), std::string::npos);
        EXPECT_NE(client.text.find("Date: "), std::string::npos);
    }
    EXPECT_EQ(world.requests, (std::vector<std::string>{"GET /a", "GET /a", "GET /a"}));
    EXPECT_EQ(world.table.size(), 1u);
    EXPECT_EQ(world.shard.counters().write_calls, 3u);
}

TEST(http_connection, reads_a_request_that_comes_byte_by_byte)
{
    net_world world;
    auto& client = world.connect();
    for (char const byte : post) {
        client.send({&byte, 1});
        world.step();
        world.step();
    }
    ASSERT_TRUE(world.until_text(client, "ok"));
    EXPECT_EQ(world.requests, std::vector<std::string>{"POST /p hello"});
    EXPECT_EQ(world.shard.counters().state_allocations, 0u);
}

TEST(http_connection, gives_bodies_with_readable_bytes_behind_them_however_they_came)
{
    net_world world;
    int seen = 0;
    world.answer = [&](exchange_id id, http::request const&, std::string_view body) {
        test::touch_behind(body);
        seen += body == "hello";
        world.table.respond(id, {});
    };
    auto& whole = world.connect();
    whole.send(post);
    auto& pipelined = world.connect();
    pipelined.send(std::string(post) + std::string(post));
    auto& split = world.connect();
    split.send(post.substr(0, post.size() - 2));
    for (int i = 0; i < 20; ++i) world.step();
    split.send(post.substr(post.size() - 2));
    EXPECT_TRUE(world.until([&] { return seen == 4; }));
}

TEST(http_connection, answers_pipelined_requests_in_order_with_one_write)
{
    net_world world;
    world.answer = [&](exchange_id id, http::request const& request, std::string_view) {
        world.table.respond(id, http::response::text(200, "<" + request.target + ">"));
    };
    auto& client = world.connect();
    std::string all;
    for (int i = 0; i < 20; ++i) all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
    client.send(all);
    ASSERT_TRUE(world.until_text(client, "</19>"));
    std::size_t at = 0;
    for (int i = 0; i < 20; ++i) {
        at = client.text.find("</" + std::to_string(i) + ">", at);
        ASSERT_NE(at, std::string::npos);
    }
    EXPECT_EQ(world.shard.counters().write_calls, 1u);
}

TEST(http_connection, takes_more_pipelined_requests_than_a_turn_allows_over_several_turns)
{
    net_world world;
    auto& client = world.connect();
    std::string all;
    for (int i = 0; i < 200; ++i) all += get;
    client.send(all);
    ASSERT_TRUE(world.until([&] { return count_of(client.text, "\r\n\r\nok") == 200; }));
}

TEST(http_connection, reads_the_next_request_only_after_the_answer)
{
    net_world world;
    std::vector<exchange_id> waiting;
    world.answer = [&](exchange_id id, http::request const&, std::string_view) { waiting.push_back(id); };
    auto& client = world.connect();
    client.send(std::string(get) + std::string(get));
    ASSERT_TRUE(world.until([&] { return waiting.size() == 1; }));
    for (int i = 0; i < 10; ++i) world.step();
    EXPECT_EQ(waiting.size(), 1u);
    EXPECT_TRUE(world.table.respond(waiting[0], http::response::text(200, "one")));
    ASSERT_TRUE(world.until([&] { return waiting.size() == 2; }));
    EXPECT_NE(waiting[0], waiting[1]);
    EXPECT_FALSE(world.table.respond(waiting[0], {})) << "an id is good once";
    EXPECT_TRUE(world.table.respond(waiting[1], http::response::text(200, "two")));
    EXPECT_TRUE(world.until_text(client, "two"));
}

TEST(http_connection, takes_bounded_bytes_from_a_client_that_sends_on_while_it_waits)
{
    net_world world({.max_pipelined = 1000});
    world.answer = [](exchange_id, http::request const&, std::string_view) {};
    auto& client = world.connect();
    client.send(std::string(get) + std::string(8'000'000, 'x'));
    for (int i = 0; i < 300; ++i) world.step();
    EXPECT_FALSE(client.all_sent());
    EXPECT_LT(world.shard.counters().read_bytes, 100'000u);
    client.reset();
    EXPECT_TRUE(world.until([&] { return world.aborted.size() == 1; })) << "its end is heard all the same";
    EXPECT_EQ(world.table.size(), 0u);
}

TEST(http_connection, sends_continue_once_the_host_has_seen_the_head)
{
    net_world world;
    int heads = 0;
    world.head = [&](exchange_id, http::request const&) { return ++heads, 100; };
    auto& client = world.connect();
    client.send("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    ASSERT_TRUE(world.until_text(client, "HTTP/1.1 100 Continue\r\n\r\n"));
    client.send("hello");
    ASSERT_TRUE(world.until_text(client, "HTTP/1.1 200"));
    EXPECT_EQ(heads, 1);
    EXPECT_EQ(world.requests, std::vector<std::string>{"POST /p hello"});
}

TEST(http_connection, lets_the_host_answer_the_head_and_reads_no_body)
{
    net_world world;
    world.head = [&](exchange_id id, http::request const&) {
        world.table.respond(id, http::response::text(403, "no"));
        return 0;
    };
    auto& client = world.connect();
    client.send("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\nhel");
    ASSERT_TRUE(world.until([&] { return client.ended; }));
    EXPECT_TRUE(client.text.starts_with("HTTP/1.1 403"));
    EXPECT_NE(client.text.find("Connection: close"), std::string::npos);
    EXPECT_TRUE(world.requests.empty());
    EXPECT_TRUE(world.aborted.empty());
}

TEST(http_connection, refuses_a_body_beyond_the_limit_before_reading_it)
{
    net_world world;
    world.head = [&](exchange_id, http::request const&) { return 10; };
    auto& client = world.connect();
    client.send("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n");
    ASSERT_TRUE(world.until_text(client, "HTTP/1.1 413"));
    EXPECT_EQ(world.aborted.size(), 1u) << "the host had heard of the exchange";
    auto& chunked = world.connect();
    chunked.send("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n8\r\n12345678\r\n");
    ASSERT_TRUE(world.until_text(chunked, "HTTP/1.1 413"));
    EXPECT_EQ(world.refused, (std::vector<std::string>{"413 /p", "413 /p"})) << "the answer may depend on the head";
    EXPECT_TRUE(world.until([&] { return client.ended && chunked.ended; }));
}

TEST(http_connection, answers_what_is_not_http_and_closes)
{
    net_world world;
    auto& client = world.connect();
    client.send("\x16\x03\x01 nonsense\r\n\r\n" + std::string(100'000, 'z'));
    ASSERT_TRUE(world.until([&] { return client.ended; }));
    EXPECT_TRUE(client.text.starts_with("HTTP/1.1 400")) << client.text;
    EXPECT_EQ(world.refused, std::vector<std::string>{"400 "});
    EXPECT_FALSE(client.was_reset) << "the answer is not taken back by a reset";
    client.close();
    EXPECT_TRUE(world.until([&] { return world.table.size() == 0; }));
}

TEST(http_connection, drains_a_refused_client_within_bounds)
{
    net_world world({.linger = 5s, .linger_bytes = 200'000});
    auto& client = world.connect();
    client.send("bad\r\n\r\n" + std::string(50'000'000, 'z'));
    ASSERT_TRUE(world.until([&] { return world.table.size() == 0 && world.shard.counters().accepted == 1; }));
    EXPECT_LT(world.shard.counters().read_bytes, 600'000u);
}

TEST(http_connection, answers_head_without_a_body_and_http_1_0_with_a_close)
{
    net_world world;
    auto& head = world.connect();
    head.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(world.until_text(head, "\r\n\r\n"));
    EXPECT_NE(head.text.find("Content-Length: 2"), std::string::npos);
    EXPECT_TRUE(head.text.ends_with("\r\n\r\n"));
    auto& old = world.connect();
    old.send("GET /a HTTP/1.0\r\n\r\n");
    ASSERT_TRUE(world.until([&] { return old.ended; }));
    EXPECT_TRUE(old.text.ends_with("ok"));
}

TEST(http_connection, writes_large_bodies_to_slow_readers_without_copying_shared_bytes)
{
    net_world world;
    binary const large = binary::from_text(std::string(12'000'000, 'b'));
    world.answer = [&](exchange_id id, http::request const&, std::string_view) {
        http::response message;
        message.shared_body = large;
        world.table.respond(id, std::move(message));
    };
    auto& client = world.connect(4096);
    client.stopped = true;
    client.send(std::string(get) + std::string(get));
    ASSERT_TRUE(world.until([&] { return world.shard.counters().again > 0; }));
    EXPECT_EQ(world.requests.size(), 1u) << "the second is read when the first answer is mostly written";
    client.stopped = false;
    ASSERT_TRUE(world.until([&] { return client.text.size() > 24'000'000; }, 20s));
    EXPECT_EQ(count_of(client.text, "b"), 24'000'000u);
    EXPECT_EQ(world.table.size(), 1u);
}

TEST(http_connection, replaces_a_response_that_would_split_by_a_bare_500)
{
    net_world world;
    world.answer = [&](exchange_id id, http::request const&, std::string_view) {
        auto message = http::response::text(200, "ok");
        message.headers.set("X-A", "1\r\nX-B: 2");
        world.table.respond(id, std::move(message));
    };
    auto& client = world.connect();
    client.send(get);
    ASSERT_TRUE(world.until_text(client, "\r\n\r\n"));
    EXPECT_TRUE(client.text.starts_with("HTTP/1.1 500"));
    EXPECT_EQ(client.text.find("X-B"), std::string::npos);
}

TEST(http_connection, tells_of_an_abort_at_every_stage_of_an_exchange)
{
    for (bool const reset : {false, true}) {
        for (std::size_t sent = 0; sent <= post.size(); ++sent) {
            net_world world;
            int announced = 0;
            world.head = [&](exchange_id, http::request const&) { return ++announced, 100; };
            world.answer = [](exchange_id, http::request const&, std::string_view) {};
            auto& client = world.connect();
            client.send(post.substr(0, sent));
            ASSERT_TRUE(
                world.until([&] { return world.shard.counters().read_bytes == sent && world.table.size() == 1; }));
            if (reset)
                client.reset();
            else
                client.close();
            ASSERT_TRUE(world.until([&] { return world.table.size() == 0; })) << sent;
            EXPECT_EQ(world.aborted.size(), static_cast<std::size_t>(announced)) << sent;
        }
    }
}

TEST(http_connection, counts_what_was_half_received_or_not_written_when_it_ended)
{
    net_world world;
    auto const dropped = [&] { return world.shard.counters().dropped_bytes; };
    auto& polite = world.connect();
    polite.send(post);
    ASSERT_TRUE(world.until_text(polite, "ok"));
    polite.close();
    ASSERT_TRUE(world.until([&] { return world.table.size() == 0; }));
    EXPECT_EQ(dropped(), 0u);

    auto const before = world.shard.counters().read_bytes;
    auto& half = world.connect();
    half.send(post.substr(0, post.size() - 2));
    ASSERT_TRUE(world.until([&] { return world.shard.counters().read_bytes == before + post.size() - 2; }));
    half.close();
    ASSERT_TRUE(world.until([&] { return world.table.size() == 0; }));
    EXPECT_EQ(dropped(), 3u);

    world.answer = [&](exchange_id id, http::request const&, std::string_view) {
        world.table.respond(id, http::response::text(200, std::string(12'000'000, 'b')));
    };
    auto& asleep = world.connect(4096);
    asleep.stopped = true;
    asleep.send(get);
    ASSERT_TRUE(world.until([&] { return world.shard.counters().again > 0; }));
    asleep.close();
    ASSERT_TRUE(world.until([&] { return world.table.size() == 0; }));
    EXPECT_GT(dropped(), 4'000'000u);
    EXPECT_LT(dropped(), 12'000'000u);
}

TEST(http_connection, answers_a_client_that_has_closed_its_half_after_asking)
{
    net_world world;
    auto& client = world.connect();
    client.send(std::string(get) + std::string(get));
    client.pump();
    ASSERT_TRUE(world.until([&] {
        client.pump();
        return client.all_sent();
    }));
    client.finish();
    ASSERT_TRUE(world.until([&] { return client.ended; }));
    EXPECT_EQ(count_of(client.text, "\r\n\r\nok"), 2u);
    EXPECT_EQ(world.table.size(), 0u);
}

TEST(http_connection, aborts_at_the_hosts_wish_without_telling_it)
{
    net_world world;
    world.answer = [&](exchange_id id, http::request const&, std::string_view) {
        EXPECT_TRUE(world.table.abort(id));
        EXPECT_FALSE(world.table.abort(id));
        EXPECT_FALSE(world.table.respond(id, {}));
    };
    auto& client = world.connect();
    client.send(get);
    ASSERT_TRUE(world.until([&] { return client.ended; }));
    EXPECT_TRUE(client.text.empty());
    EXPECT_TRUE(world.aborted.empty());
    EXPECT_EQ(world.table.size(), 0u);
}

TEST(http_connection, closes_idle_connections_when_draining_and_others_after_their_answer)
{
    net_world world;
    exchange_id waiting = 0;
    auto& idle = world.connect();
    idle.send(get);
    ASSERT_TRUE(world.until_text(idle, "ok"));
    world.answer = [&](exchange_id id, http::request const&, std::string_view) { waiting = id; };
    auto& busy = world.connect();
    busy.send(get);
    ASSERT_TRUE(world.until([&] { return waiting != 0; }));
    world.table.drain();
    ASSERT_TRUE(world.until([&] { return idle.ended; }));
    world.table.respond(waiting, http::response::text(200, "last"));
    ASSERT_TRUE(world.until([&] { return busy.ended; }));
    EXPECT_TRUE(busy.text.ends_with("last"));
    EXPECT_NE(busy.text.find("Connection: close"), std::string::npos);
    EXPECT_EQ(world.table.size(), 0u);
}

TEST(http_connection, closes_everything_quietly_when_the_table_goes)
{
    auto world = std::make_unique<net_world>();
    world->answer = [](exchange_id, http::request const&, std::string_view) {};
    int other = -1;
    {
        auto& client = world->connect();
        client.send(get);
        ASSERT_TRUE(world->until([&] { return world->requests.size() == 1; }));
        other = ::dup(client.descriptor());
    }
    world.reset();
    char byte;
    EXPECT_EQ(::recv(other, &byte, 1, 0), 0);
    ::close(other);
}

} // namespace
} // namespace partyline::net
