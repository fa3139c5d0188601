// Exchanges with our own server and with a bare socket that answers what the test wants: reuse, bounds, ends at every moment.
#include "net/http_client.hpp"

#include "unit/net/authority.hpp"
#include "unit/net/client_world.hpp"

namespace partyline::net {
namespace {

using namespace std::chrono_literals;

class http_client_test : public testing::Test
{
protected:
    http_client_test()
    {
        server.answer = [&](exchange_id id, http::request const& request, std::string_view body) {
            heads.emplace_back(request.header("cookie"));
            encodings.emplace_back(request.header("accept-encoding"));
            from.push_back(server.table.info(id)->remote.port);
            if (request.path() == "/waits") return waiting.push_back(id);
            auto response = http::response::text(200, std::string(request.method_text()) + " " + request.target + " " +
                                                          std::string(body));
            response.headers = extra;
            server.table.respond(id, std::move(response));
        };
    }
    bool done(std::size_t calls)
    {
        return world.until([&] { return seen.calls() == calls; });
    }

    test::net_world server;
    test::client_world world{server};
    http_client_options options;
    test::call_observer seen;
    http_client client{world.home, world.names, world.origin, options, seen};
    http::header_list extra;
    std::vector<std::string> heads;
    std::vector<std::string> encodings;
    std::vector<std::uint16_t> from;
    std::vector<exchange_id> waiting;
};

TEST_F(http_client_test, sends_requests_one_after_the_other_on_one_connection)
{
    auto const first = client.start({.target = "/a?b=c"});
    ASSERT_TRUE(done(1));
    EXPECT_EQ(seen.responses[0].first, first);
    EXPECT_EQ(seen.responses[0].second.status, 200);
    EXPECT_EQ(seen.responses[0].second.body, "GET /a?b=c ");
    auto const second = client.start({.method = "POST", .target = "/p", .body = "hello"});
    EXPECT_NE(second, first);
    ASSERT_TRUE(done(2));
    EXPECT_EQ(seen.responses[1].second.body, "POST /p hello");
    EXPECT_EQ(from[0], from[1]);
    EXPECT_EQ(client.size(), 1u);
    EXPECT_EQ(client.idle(), 1u);
    EXPECT_EQ(encodings[0], "gzip, deflate");
}

TEST_F(http_client_test, runs_a_post_beside_a_get_that_waits)
{
    auto const get = client.start({.target = "/waits"});
    ASSERT_TRUE(world.until([&] { return waiting.size() == 1; }));
    auto const post = client.start({.method = "POST", .target = "/p", .body = "x"});
    ASSERT_TRUE(done(1));
    EXPECT_EQ(seen.responses[0].first, post);
    server.table.respond(waiting[0], http::response::text(200, "late"));
    ASSERT_TRUE(done(2));
    EXPECT_EQ(seen.responses[1].first, get);
    EXPECT_EQ(seen.responses[1].second.body, "late");
    EXPECT_EQ(client.idle(), 2u);
}

TEST_F(http_client_test, keeps_no_more_idle_connections_than_it_may)
{
    for (int i = 0; i < 5; ++i) client.start({.target = "/x"});
    ASSERT_TRUE(done(5));
    EXPECT_EQ(client.size(), 2u);
    client.close_idle();
    EXPECT_EQ(client.size(), 0u);
    EXPECT_TRUE(world.until([&] { return server.table.size() == 0; }));
}

TEST_F(http_client_test, carries_bodies_larger_than_a_socket_takes_at_once)
{
    server.head = [](exchange_id, http::request const&) { return 10'000'000; };
    options.limits.body_bytes = 10'000'000;
    std::string const body(5'000'000, 'b');
    client.start({.method = "POST", .target = "/p", .body = body});
    ASSERT_TRUE(done(1));
    EXPECT_TRUE(seen.responses.at(0).second.body == "POST /p " + body);
}

TEST_F(http_client_test, keeps_cookies_from_one_request_to_the_next)
{
    http::cookie_jar jar;
    world.origin.cookies = &jar;
    extra.add("Set-Cookie", "lb=node1; Path=/");
    extra.add("Set-Cookie", "other=x; Path=/elsewhere");
    client.start({.target = "/a?x"});
    ASSERT_TRUE(done(1));
    client.start({.target = "/a"});
    ASSERT_TRUE(done(2));
    EXPECT_EQ(heads, (std::vector<std::string>{"", "lb=node1"}));
}

TEST_F(http_client_test, lets_the_headers_of_a_call_go_before_those_of_the_origin)
{
    std::vector<std::string> got;
    server.answer = [&](exchange_id id, http::request const& request, std::string_view) {
        for (auto const* name : {"x-a", "x-b", "host", "accept-encoding"}) got.push_back(request.headers.joined(name));
        server.table.respond(id, http::response::text(200, ""));
    };
    world.origin.headers = {{"X-A", "origin"}, {"X-B", "origin"}, {"Accept-Encoding", "identity"}};
    http::header_list const own{{"x-b", "call"}};
    client.start({.headers = &own});
    ASSERT_TRUE(done(1));
    EXPECT_EQ(got, (std::vector<std::string>{"origin", "call", world.origin.authority, "identity"}));
}

TEST_F(http_client_test, forgets_an_exchange_that_is_aborted_and_closes_its_connection)
{
    auto const id = client.start({.target = "/waits"});
    ASSERT_TRUE(world.until([&] { return waiting.size() == 1; }));
    EXPECT_TRUE(client.abort(id));
    EXPECT_FALSE(client.abort(id));
    EXPECT_FALSE(client.abort(0));
    EXPECT_EQ(client.size(), 0u);
    ASSERT_TRUE(world.until([&] { return server.aborted.size() == 1; }));
    EXPECT_EQ(seen.calls(), 0u);
    auto const early = client.start({.target = "/x"}); // not connected yet
    EXPECT_TRUE(client.abort(early));
    for (int i = 0; i < 5; ++i) world.step();
    EXPECT_EQ(seen.calls(), 0u);
}

TEST_F(http_client_test, gives_up_an_exchange_whose_time_is_up)
{
    options.timeout = 40ms;
    client.start({.target = "/waits"});
    ASSERT_TRUE(done(1));
    EXPECT_EQ(seen.failures.at(0).second.code, errc::timed_out);
    EXPECT_EQ(client.size(), 0u);
    client.start({.target = "/x"});
    ASSERT_TRUE(done(2));
    EXPECT_EQ(seen.responses.size(), 1u);
}

TEST_F(http_client_test, refuses_requests_that_cannot_be_sent)
{
    client.start({.target = "/a b"});
    http::header_list const bad{{"X", "a\r\nY: b"}};
    client.start({.headers = &bad});
    client.start({.method = "CONNECT", .target = "x:1"});
    EXPECT_EQ(seen.calls(), 0u) << "nobody is called out of start";
    ASSERT_TRUE(done(3));
    for (auto const& [id, why] : seen.failures) EXPECT_EQ(why.code, errc::invalid_option);
    EXPECT_TRUE(server.requests.empty());
}

TEST_F(http_client_test, says_that_nobody_listens)
{
    world.origin.where.port = listen_on({.host = "127.0.0.1"}).front()->address().port;
    client.start({});
    ASSERT_TRUE(done(1));
    EXPECT_EQ(seen.failures.at(0).second.code, errc::refused);
}

TEST_F(http_client_test, closes_an_idle_connection_before_the_server_does)
{
    options.keep_alive = 20ms;
    client.start({.target = "/x"});
    ASSERT_TRUE(done(1));
    EXPECT_TRUE(world.until([&] { return client.size() == 0; }));
}

TEST_F(http_client_test, notices_a_connection_that_the_server_closed_while_it_was_idle)
{
    client.start({.target = "/x"});
    ASSERT_TRUE(done(1));
    server.table.drain();
    EXPECT_TRUE(world.until([&] { return client.size() == 0; }));
}

TEST_F(http_client_test, may_be_destroyed_in_its_own_call)
{
    auto mine = std::make_unique<http_client>(world.home, world.names, world.origin, options, seen);
    seen.then = [&] { mine.reset(); };
    mine->start({.target = "/x"});
    mine->start({.target = "/waits"});
    ASSERT_TRUE(world.until([&] { return mine == nullptr; }));
    EXPECT_EQ(seen.calls(), 1u);
    seen.then = {};
    EXPECT_TRUE(world.until([&] { return server.table.size() == 0; }));
}

TEST_F(http_client_test, may_start_and_abort_in_its_own_call)
{
    auto const waits = client.start({.target = "/waits"});
    seen.then = [&] {
        if (seen.calls() != 1) return;
        client.abort(waits);
        client.start({.target = "/y"});
    };
    client.start({.target = "/x"});
    ASSERT_TRUE(done(2));
    EXPECT_EQ(seen.responses[1].second.body, "GET /y ");
}

TEST_F(http_client_test, speaks_through_tls)
{
    test::authority authority;
    tls_context const secure(authority.issue());
    test::net_world other({}, &secure);
    test::client_world outside(other);
    outside.origin.where.secure = true;
    outside.origin.connect.tls = std::make_shared<tls_client_context>(
        tls_client_options{.ca_pem = authority.pem(),
                           .clock = [] { return std::chrono::system_clock::from_time_t(test::certificate_time); }});
    other.head = [](exchange_id, http::request const&) { return 10'000'000; };
    other.answer = [&](exchange_id id, http::request const&, std::string_view body) {
        other.table.respond(id, http::response::text(200, std::string(body)));
    };
    options.limits.body_bytes = 10'000'000;
    http_client mine(outside.home, outside.names, outside.origin, options, seen);
    for (std::size_t const size : {5u, 300'000u, 3'000'000u}) {
        seen.responses.clear();
        std::string const body(size, 's');
        mine.start({.method = "POST", .body = body});
        ASSERT_TRUE(outside.until([&] { return seen.calls() == 1; }));
        EXPECT_TRUE(seen.responses.at(0).second.body == body);
        EXPECT_EQ(mine.idle(), 1u);
    }
}

// -- against a bare socket

class http_client_wire_test : public testing::Test
{
protected:
    http_client_wire_test()
    {
        ::fcntl(ear->descriptor(), F_SETFL, O_NONBLOCK);
        world.origin.where.port = ear->address().port;
    }
    ~http_client_wire_test() override { hang_up(); }
    /// The next request on the present connection, or on a new one.
    bool asked()
    {
        std::string text;
        return world.until([&] {
            if (peer < 0) peer = ::accept4(ear->descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            char buffer[4096];
            auto const got = peer < 0 ? 0 : ::recv(peer, buffer, sizeof buffer, 0);
            if (got > 0) text.append(buffer, static_cast<std::size_t>(got));
            return text.find("\r\n\r\n") != text.npos;
        });
    }
    void answer(std::string_view text)
    {
        EXPECT_EQ(::send(peer, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
    }
    void hang_up()
    {
        if (peer >= 0) ::close(std::exchange(peer, -1));
    }
    bool done(std::size_t calls)
    {
        return world.until([&] { return seen.calls() == calls; });
    }

    std::shared_ptr<listening_socket const> ear = listen_on({.host = "127.0.0.1"}).front();
    int peer = -1;
    test::net_world server;
    test::client_world world{server};
    http_client_options options{.limits = {.body_bytes = 1000}};
    test::call_observer seen;
    http_client client{world.home, world.names, world.origin, options, seen};
};

TEST_F(http_client_wire_test, reads_an_answer_byte_by_byte)
{
    client.start({});
    ASSERT_TRUE(asked());
    std::string_view const text =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    for (char const c : text) {
        answer({&c, 1});
        world.step();
    }
    ASSERT_TRUE(done(1));
    EXPECT_EQ(seen.responses.at(0).second.body, "abc");
}

TEST_F(http_client_wire_test, takes_a_body_that_ends_with_the_connection_and_tells_one_that_was_cut)
{
    client.start({});
    ASSERT_TRUE(asked());
    answer("HTTP/1.1 200 OK\r\n\r\nto the end");
    hang_up();
    ASSERT_TRUE(done(1));
    EXPECT_EQ(seen.responses.at(0).second.body, "to the end");
    EXPECT_EQ(client.size(), 0u);
    client.start({});
    ASSERT_TRUE(asked());
    answer("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\ncut");
    hang_up();
    ASSERT_TRUE(done(2));
    EXPECT_EQ(seen.failures.at(0).second.code, errc::disconnected);
}

TEST_F(http_client_wire_test, ends_an_answer_beyond_its_limits)
{
    for (auto const* text : {"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n",
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n"})
    {
        client.start({});
        ASSERT_TRUE(asked());
        answer(text);
        for (int i = 0; i < 3 && seen.failures.empty(); ++i) {
            answer(std::string(500, 'x'));
            for (int j = 0; j < 3; ++j) world.step();
        }
        ASSERT_TRUE(done(1));
        EXPECT_EQ(seen.failures.at(0).second.code, errc::message_too_big);
        EXPECT_EQ(client.size(), 0u);
        seen.failures.clear();
        hang_up();
    }
}

TEST_F(http_client_wire_test, does_not_take_what_follows_an_answer_for_the_next_one)
{
    client.start({});
    ASSERT_TRUE(asked());
    answer("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    ASSERT_TRUE(done(1));
    EXPECT_EQ(client.size(), 0u);
    hang_up();
    client.start({});
    ASSERT_TRUE(asked());
    answer("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb");
    ASSERT_TRUE(done(2));
    EXPECT_EQ(seen.responses.at(1).second.body, "b");
    answer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    EXPECT_TRUE(world.until([&] { return client.size() == 0; })) << "an idle connection that speaks is closed";
}

TEST_F(http_client_wire_test, repeats_a_get_that_met_the_end_of_a_kept_connection_and_never_a_post)
{
    for (bool const is_post : {false, true}) {
        client.start({});
        ASSERT_TRUE(asked());
        answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        auto const before = seen.calls() + 1;
        ASSERT_TRUE(done(before));
        if (is_post)
            client.start({.method = "POST", .body = "x"});
        else
            client.start({});
        ASSERT_TRUE(asked()); // it has arrived, and the server goes without a word
        hang_up();
        if (is_post) {
            ASSERT_TRUE(done(before + 1));
            EXPECT_EQ(seen.failures.at(0).second.code, errc::disconnected);
        } else {
            ASSERT_TRUE(asked()) << "on a new connection";
            hang_up();
            ASSERT_TRUE(done(before + 1)) << "once";
            EXPECT_EQ(seen.failures.at(0).second.code, errc::disconnected);
            seen.failures.clear();
            seen.responses.clear();
        }
    }
}

TEST_F(http_client_wire_test, uses_a_kept_connection_no_longer_than_the_server_says)
{
    options.keep_alive = 1h;
    client.start({});
    ASSERT_TRUE(asked());
    answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nKeep-Alive: timeout=0, max=5\r\n\r\n");
    ASSERT_TRUE(done(1));
    EXPECT_EQ(client.size(), 0u);
    hang_up();
    client.start({});
    ASSERT_TRUE(asked());
    answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nKeep-Alive: max=5, timeout=60\r\n\r\n");
    ASSERT_TRUE(done(2));
    EXPECT_EQ(client.idle(), 1u);
}

TEST_F(http_client_wire_test, hears_an_early_answer_to_a_body_that_the_server_does_not_read)
{
    std::string const body(20'000'000, 'b');
    client.start({.method = "POST", .body = body});
    ASSERT_TRUE(asked());
    answer("HTTP/1.1 413 Payload Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno!");
    ASSERT_TRUE(done(1));
    ASSERT_EQ(seen.responses.size(), 1u);
    EXPECT_EQ(seen.responses[0].second.status, 413);
    EXPECT_EQ(client.size(), 0u);
}

TEST_F(http_client_wire_test, refuses_what_is_no_answer)
{
    for (auto const* text : {"SSH-2.0-x\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n"}) {
        client.start({});
        ASSERT_TRUE(asked());
        answer(text);
        ASSERT_TRUE(done(1));
        EXPECT_EQ(seen.failures.at(0).second.code, errc::invalid_http) << text;
        seen.failures.clear();
        hang_up();
    }
}

} // namespace
} // namespace partyline::net
