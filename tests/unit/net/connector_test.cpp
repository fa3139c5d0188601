// Connecting: the race between addresses, what is said when nobody answers, the tunnel through a proxy.
#include "net/connector.hpp"

#include "unit/net/connecting.hpp"

namespace partyline::net {
namespace {

using namespace std::chrono_literals;
using test::ip;

class connector_test : public testing::Test
{
protected:
    connector& connect(std::string host, std::uint16_t port = 0)
    {
        line = std::make_unique<connector>(
            world.shard, names, options, connect_target{std::move(host), port != 0 ? port : world.port(), false}, seen);
        line->start();
        EXPECT_EQ(seen.calls, 0) << "nobody is called out of start";
        return *line;
    }
    bool connected(std::string host, std::uint16_t port = 0)
    {
        connect(std::move(host), port);
        return world.until([&] { return seen.calls == 1; }) && seen.stream;
    }
    /// A port on which nobody listens.
    static std::uint16_t closed_port() { return listen_on({.host = "127.0.0.1"}).front()->address().port; }

    test::net_world world;
    test::test_names names{world.shard};
    connect_options options;
    test::connect_observer seen;
    std::unique_ptr<connector> line;
};

TEST_F(connector_test, connects_to_an_address_without_asking_for_names)
{
    ASSERT_TRUE(connected("127.0.0.1"));
    EXPECT_TRUE(names.asked.empty());
    EXPECT_EQ(seen.stream.info.remote.host, "127.0.0.1");
    EXPECT_EQ(seen.stream.info.remote.port, world.port());
    EXPECT_FALSE(seen.stream.info.secure);
    EXPECT_EQ(seen.stream.tls, nullptr);
    EXPECT_TRUE(world.shard.deadlines().size() <= 1u) << "its deadline is gone; the server's may stand";
}

TEST_F(connector_test, connects_to_a_name)
{
    names.known["chat.example"] = {ip("127.0.0.1")};
    ASSERT_TRUE(connected("chat.example"));
    EXPECT_EQ(names.asked, std::vector<std::string>{"chat.example"});
}

TEST_F(connector_test, goes_on_to_the_next_address_at_once_when_one_is_refused)
{
    options.attempt_delay = 1h;
    names.known["chat.example"] = {ip("127.0.0.4"), ip("127.0.0.5"), ip("127.0.0.1")};
    ASSERT_TRUE(connected("chat.example"));
    EXPECT_EQ(seen.stream.info.remote.host, "127.0.0.1");
}

TEST_F(connector_test, tries_the_next_address_beside_one_that_is_silent)
{
    test::silent_address const silent("127.0.0.2", world.port());
    ASSERT_TRUE(silent.ready);
    options.attempt_delay = 20ms;
    names.known["chat.example"] = {ip("127.0.0.2"), ip("127.0.0.1")};
    auto const began = std::chrono::steady_clock::now();
    ASSERT_TRUE(connected("chat.example"));
    EXPECT_EQ(seen.stream.info.remote.host, "127.0.0.1");
    EXPECT_GE(std::chrono::steady_clock::now() - began, 19ms) << "the first has its head start";
}

TEST_F(connector_test, alternates_between_the_families)
{
    auto const four = listen_on({.host = "127.0.0.3", .port = world.port()});
    std::vector<std::shared_ptr<listening_socket const>> six;
    try {
        six = listen_on({.host = "::1", .port = world.port()});
    } catch (error const&) {
        GTEST_SKIP() << "this machine has no IPv6";
    }
    names.known["chat.example"] = {ip("127.0.0.4"), ip("127.0.0.3"), ip("::1")};
    ASSERT_TRUE(connected("chat.example"));
    EXPECT_EQ(seen.stream.info.remote.host, "::1")
        << "the first address is refused, then it is the other family's turn";
}

TEST_F(connector_test, connects_to_localhost_whichever_family_listens)
{
    ASSERT_TRUE(connected("localhost"));
    EXPECT_EQ(seen.stream.info.remote.host, "127.0.0.1");
    EXPECT_TRUE(names.asked.empty());
}

TEST_F(connector_test, closes_the_losers_of_the_race)
{
    test::silent_address const silent("127.0.0.2", world.port());
    ASSERT_TRUE(silent.ready);
    options.attempt_delay = 1ms;
    names.known["chat.example"] = {ip("127.0.0.2"), ip("127.0.0.1")};
    ASSERT_TRUE(connected("chat.example"));
    line.reset();
    world.step();
    int open = 0; // the descriptors that are sockets connecting to 127.0.0.2 from here on: none of ours
    for (int fd = 3; fd < 256; ++fd) {
        int state = 0;
        tcp_info facts{};
        socklen_t size = sizeof facts;
        if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &facts, &size) == 0) state = facts.tcpi_state;
        open += state == TCP_SYN_SENT;
    }
    EXPECT_LE(open, 3) << "only those which fill the queue may still be trying";
}

TEST_F(connector_test, says_who_refused)
{
    auto const port = closed_port();
    EXPECT_FALSE(connected("127.0.0.1", port));
    EXPECT_EQ(seen.why.code, errc::refused);
    EXPECT_EQ(seen.why.detail, "127.0.0.1 port " + std::to_string(port) + ": Connection refused");
}

TEST_F(connector_test, says_that_a_name_is_not_known)
{
    EXPECT_FALSE(connected("nowhere.example"));
    EXPECT_EQ(seen.why.code, errc::not_found);
    EXPECT_EQ(seen.why.detail, "nowhere.example: no such name");
}

TEST_F(connector_test, gives_up_when_its_time_is_up_and_says_in_which_step)
{
    options.timeout = 30ms;
    names.silent = true;
    EXPECT_FALSE(connected("slow.example"));
    EXPECT_EQ(seen.why.code, errc::timed_out);
    EXPECT_EQ(seen.why.detail, "looking up slow.example");

    test::silent_address const silent("127.0.0.2", world.port());
    ASSERT_TRUE(silent.ready);
    seen = {};
    EXPECT_FALSE(connected("127.0.0.2"));
    EXPECT_EQ(seen.why.code, errc::timed_out);
    EXPECT_EQ(seen.why.detail, "connecting to 127.0.0.2 port " + std::to_string(world.port()));
}

TEST_F(connector_test, connects_from_the_address_that_it_is_given)
{
    options.local_address = "127.0.0.9";
    names.known["chat.example"] = {ip("::1"), ip("127.0.0.1")};
    ASSERT_TRUE(connected("chat.example"));
    EXPECT_EQ(seen.stream.info.local.host, "127.0.0.9");
}

TEST_F(connector_test, tries_addresses_of_one_family_alone_where_that_is_said)
{
    names.known["chat.example"] = {ip("::1"), ip("127.0.0.1")};
    options.only = family::v4;
    ASSERT_TRUE(connected("chat.example"));
    EXPECT_EQ(seen.stream.info.remote.host, "127.0.0.1");
    seen = {};
    options.only = family::v6;
    EXPECT_FALSE(connected("127.0.0.1"));
    EXPECT_EQ(seen.why.code, errc::address_not_available);
    EXPECT_EQ(seen.why.detail, "127.0.0.1 has no address of the family that is wanted");
    seen = {};
    EXPECT_FALSE(connected("chat.example")) << "nobody listens there, and the other family is left alone";
    EXPECT_TRUE(seen.why.code == errc::refused || seen.why.code == errc::address_not_available ||
                seen.why.code == errc::unreachable);
}

TEST_F(connector_test, refuses_local_addresses_that_cannot_be)
{
    options.local_address = "192.0.2.1"; // for documentation: nobody's
    EXPECT_FALSE(connected("127.0.0.1"));
    EXPECT_EQ(seen.why.code, errc::address_not_available);
    seen = {};
    options.local_address = "::1";
    EXPECT_FALSE(connected("127.0.0.1"));
    EXPECT_EQ(seen.why.code, errc::address_not_available);
    seen = {};
    options.local_address = "eth0";
    EXPECT_FALSE(connected("127.0.0.1"));
    EXPECT_EQ(seen.why.code, errc::invalid_option);
}

TEST_F(connector_test, refuses_a_secure_target_without_tls)
{
    connector secure(world.shard, names, options, {"127.0.0.1", world.port(), true}, seen);
    secure.start();
    ASSERT_TRUE(world.until([&] { return seen.calls == 1; }));
    EXPECT_EQ(seen.why.code, errc::invalid_option);
}

TEST_F(connector_test, calls_nobody_once_it_is_destroyed_in_any_step)
{
    test::silent_address const silent("127.0.0.2", world.port());
    names.known["chat.example"] = {ip("127.0.0.1")};
    for (auto const* host : {"chat.example", "127.0.0.1", "127.0.0.2"})
        for (int steps = 0; steps < 3; ++steps) {
            connect(host);
            for (int i = 0; i < steps && seen.calls == 0; ++i) world.step(0ms);
            int const before = seen.calls;
            line.reset();
            for (int i = 0; i < 5; ++i) world.step();
            EXPECT_EQ(seen.calls, before) << host << steps;
            seen = {};
        }
}

TEST_F(connector_test, may_be_destroyed_in_its_own_call)
{
    seen.then = [&] { line.reset(); };
    EXPECT_TRUE(connected("127.0.0.1"));
    seen.calls = 0;
    EXPECT_FALSE(connected("nowhere.example") && seen.calls == 2);
    EXPECT_EQ(line, nullptr);
}

// -- through a proxy

class connector_proxy_test : public connector_test
{
protected:
    connector_proxy_test()
    {
        options.proxy = http::parse_url("http://me:s%40fe@127.0.0.1:" + std::to_string(proxy->address().port)).value();
        ::fcntl(proxy->descriptor(), F_SETFL, O_NONBLOCK);
    }
    ~connector_proxy_test() override
    {
        if (accepted >= 0) ::close(accepted);
    }
    /// What the connector asked the proxy for.
    std::string asked(std::string const& host, std::uint16_t port)
    {
        connect(host, port);
        EXPECT_TRUE(world.until([&] {
            if (accepted < 0) accepted = ::accept4(proxy->descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            char buffer[4096];
            auto const got = accepted < 0 ? 0 : ::recv(accepted, buffer, sizeof buffer, 0);
            if (got > 0) request.append(buffer, static_cast<std::size_t>(got));
            return request.ends_with("\r\n\r\n");
        }));
        return request;
    }
    void answer(std::string_view text)
    {
        EXPECT_EQ(::send(accepted, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
    }
    bool over()
    {
        return world.until([&] { return seen.calls == 1; });
    }

    std::shared_ptr<listening_socket const> proxy = listen_on({.host = "127.0.0.1"}).front();
    int accepted = -1;
    std::string request;
};

TEST_F(connector_proxy_test, asks_for_a_tunnel_with_its_credentials_and_leaves_the_name_to_the_proxy)
{
    EXPECT_EQ(asked("chat.example", 443), "CONNECT chat.example:443 HTTP/1.1\r\nHost: "
                                          "chat.example:443\r\nProxy-Authorization: Basic bWU6c0BmZQ==\r\n\r\n");
    EXPECT_TRUE(names.asked.empty());
    answer("HTTP/1.1 200 Connection ");
    for (int i = 0; i < 5; ++i) world.step();
    EXPECT_EQ(seen.calls, 0);
    answer("established\r\nX: y\r\n\r\n");
    ASSERT_TRUE(over());
    ASSERT_TRUE(seen.stream);
    EXPECT_EQ(::send(seen.stream.descriptor, "hi", 2, 0), 2);
    char buffer[2] = {};
    ASSERT_TRUE(world.until([&] { return ::recv(accepted, buffer, 2, 0) == 2; }));
    EXPECT_EQ(std::string_view(buffer, 2), "hi");
}

TEST_F(connector_proxy_test, says_what_the_proxy_answered)
{
    asked("::1", 80);
    EXPECT_TRUE(request.starts_with("CONNECT [::1]:80 HTTP/1.1\r\n"));
    answer("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno");
    ASSERT_TRUE(over());
    EXPECT_EQ(seen.why.code, errc::refused);
    EXPECT_EQ(seen.why.detail, "the proxy answered 407 Proxy Authentication Required");
}

TEST_F(connector_proxy_test, refuses_bytes_before_the_tunnel_was_used)
{
    asked("chat.example", 443);
    answer("HTTP/1.1 200 OK\r\n\r\nsurprise");
    ASSERT_TRUE(over());
    EXPECT_EQ(seen.why.code, errc::invalid_http);
}

TEST_F(connector_proxy_test, refuses_what_is_no_answer)
{
    asked("chat.example", 443);
    answer("SSH-2.0-OpenSSH\r\n\r\n");
    ASSERT_TRUE(over());
    EXPECT_EQ(seen.why.code, errc::invalid_http);
}

TEST_F(connector_proxy_test, tells_a_proxy_that_closes_or_says_nothing)
{
    asked("chat.example", 443);
    ::close(std::exchange(accepted, -1));
    ASSERT_TRUE(over());
    EXPECT_EQ(seen.why.code, errc::disconnected);
    seen = {};
    request.clear();
    options.timeout = 50ms;
    asked("chat.example", 443);
    ASSERT_TRUE(over());
    EXPECT_EQ(seen.why.code, errc::timed_out);
    EXPECT_EQ(seen.why.detail, "waiting for the proxy 127.0.0.1");
}

} // namespace
} // namespace partyline::net
