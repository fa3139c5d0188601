#include "net/listener.hpp"

#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <partyline/error.hpp>

#include "unit/net/net_world.hpp"

namespace partyline::net {
namespace {

using namespace std::chrono_literals;
using test::net_world;
using test::plain_client;

constexpr std::string_view request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

std::string temporary_path(char const* name)
{
    return "/tmp/partyline-" + std::to_string(::getpid()) + "-" + name + ".sock";
}

sockaddr_un unix_address(std::string const& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

errc reason_of(listen_address const& where)
{
    try {
        auto const ignored = listen_on(where);
    } catch (error const& failure) {
        return failure.code();
    }
    return errc{};
}

TEST(listening_socket, reports_the_port_that_the_system_chose)
{
    auto const sockets = listen_on({.host = "127.0.0.1"});
    ASSERT_EQ(sockets.size(), 1u);
    EXPECT_NE(sockets[0]->address().port, 0);
    EXPECT_EQ(sockets[0]->address().host, "127.0.0.1");
}

TEST(listening_socket, fails_at_once_where_the_port_is_taken)
{
    auto const first = listen_on({.host = "127.0.0.1"});
    EXPECT_EQ(reason_of({.host = "127.0.0.1", .port = first[0]->address().port}), errc::address_in_use);
}

TEST(listening_socket, can_be_bound_again_at_once_after_connections_were_open)
{
    std::uint16_t port = 0;
    {
        net_world world;
        port = world.port();
        auto& client = world.connect();
        client.send(request);
        ASSERT_TRUE(world.until_text(client, "ok"));
    }
    EXPECT_EQ(reason_of({.host = "127.0.0.1", .port = port}), errc{});
}

TEST(listening_socket, says_why_an_address_cannot_be_had)
{
    EXPECT_EQ(reason_of({.host = "192.0.2.1"}), errc::address_not_available);
    EXPECT_EQ(reason_of({.host = "no.such.host.invalid"}), errc::not_found);
    EXPECT_EQ(reason_of({.host = "", .port = 0, .path = std::string(200, 'x')}), errc::invalid_option);
    EXPECT_EQ(reason_of({.host = "", .port = 0, .path = "/no/such/folder/x.sock"}), errc::address_not_available);
}

TEST(listening_socket, shares_a_port_where_that_is_asked_for)
{
    auto const first = listen_on({.host = "127.0.0.1"}, {.reuse_port = true});
    auto const second = listen_on({.host = "127.0.0.1", .port = first[0]->address().port}, {.reuse_port = true});
    EXPECT_EQ(first[0]->address().port, second[0]->address().port);
}

/// What the system takes of a connection whose other end reads nothing.
std::size_t taken(int unsent_bytes)
{
    auto const ear = listen_on({.host = "127.0.0.1"}, {.unsent_bytes = unsent_bytes}).front();
    plain_client const reader(ear->address().port, 4096);
    pollfd waiting{ear->descriptor(), POLLIN, 0};
    EXPECT_EQ(::poll(&waiting, 1, 5'000), 1);
    int const line = ::accept4(ear->descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    std::string const piece(1'000, 'x');
    std::size_t sum = 0;
    for (ssize_t sent; (sent = ::send(line, piece.data(), piece.size(), MSG_NOSIGNAL)) > 0;)
        sum += static_cast<std::size_t>(sent);
    ::close(line);
    return sum;
}

TEST(listening_socket, lets_little_be_under_way_to_who_does_not_read_where_that_is_asked_for)
{
    auto const little = taken(8 * 1024);
    EXPECT_LT(little, 100'000U); // a segment on loopback is as large as 64 KiB
    EXPECT_GT(taken(0), 4 * little);
}

TEST(listening_socket, listens_on_both_loopbacks_for_localhost)
{
    auto const sockets = listen_on({.host = "localhost"});
    ASSERT_GE(sockets.size(), 1u);
    for (auto const& socket : sockets) EXPECT_EQ(socket->address().port, sockets[0]->address().port);
}

TEST(listening_socket, replaces_the_file_of_a_dead_process_and_no_other)
{
    std::string const path = temporary_path("stale");
    auto const address = unix_address(path);
    int const dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(::bind(dead, reinterpret_cast<sockaddr const*>(&address), sizeof address), 0);
    ::close(dead); // its file stays
    {
        auto const alive = listen_on({.host = "", .port = 0, .path = path});
        EXPECT_EQ(reason_of({.host = "", .port = 0, .path = path}), errc::address_in_use);
    }
    struct stat file;
    EXPECT_NE(::stat(path.c_str(), &file), 0) << "the file goes with the socket";

    int const ordinary = ::open(path.c_str(), O_CREAT | O_WRONLY, 0600);
    ::close(ordinary);
    EXPECT_EQ(reason_of({.host = "", .port = 0, .path = path}), errc::address_in_use);
    ::unlink(path.c_str());
}

TEST(listener, accepts_over_a_unix_domain_socket)
{
    std::string const path = temporary_path("serve");
    net_world world({}, nullptr, {}, false);
    world.socket = listen_on({.host = "", .port = 0, .path = path}, {.permissions = 0600}).front();
    world.ear = std::make_unique<listener>(world.shard, world.table, world.socket);
    auto const address = unix_address(path);
    auto client = std::make_unique<plain_client>(reinterpret_cast<sockaddr const*>(&address), sizeof address);
    client->send(request);
    world.clients.push_back(std::move(client));
    EXPECT_TRUE(world.until_text(*world.clients[0], "ok"));
}

TEST(listener, accepts_ipv4_and_ipv6_on_one_socket_and_writes_both_addresses_plainly)
{
    net_world world({}, nullptr, {}, false);
    world.socket = listen_on({}).front();
    world.ear = std::make_unique<listener>(world.shard, world.table, world.socket);
    std::vector<std::string> remotes;
    world.answer = [&](exchange_id id, http::request const&, std::string_view) {
        remotes.push_back(world.table.info(id)->remote.host);
        world.table.respond(id, http::response::text(200, "ok"));
    };
    world.connect().send(request);
    ASSERT_TRUE(world.until([&] { return remotes.size() == 1; }));
    EXPECT_EQ(remotes[0], "127.0.0.1");

    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(world.port());
    six.sin6_addr = in6addr_loopback;
    world.clients.push_back(std::make_unique<plain_client>(reinterpret_cast<sockaddr const*>(&six), sizeof six));
    auto& client = *world.clients.back();
    client.send(request);
    ASSERT_TRUE(world.until([&] { return remotes.size() == 2 || client.ended; }));
    if (client.ended) GTEST_SKIP() << "no IPv6 here";
    EXPECT_EQ(remotes[1], "::1");
}

TEST(listener, lets_two_loops_share_one_socket)
{
    net_world first;
    net_world second({}, nullptr, {}, false);
    second.ear = std::make_unique<listener>(second.shard, second.table, first.socket);
    first.beside.push_back(&second);
    for (int i = 0; i < 50; ++i) first.connect().send(request);
    EXPECT_TRUE(first.until([&] {
        for (auto& client : first.clients)
            if (client->text.find("ok") == std::string::npos) return false;
        return true;
    }));
    EXPECT_EQ(first.shard.counters().accepted + second.shard.counters().accepted, 50u);
}

TEST(listener, survives_running_out_of_descriptors_without_spinning)
{
    net_world world;
    auto& before = world.connect();
    before.send(request);
    ASSERT_TRUE(world.until_text(before, "ok"));
    auto& refused = world.connect();

    rlimit old;
    ::getrlimit(RLIMIT_NOFILE, &old);
    int const next = ::dup(0);
    ::close(next);
    rlimit const none{static_cast<rlim_t>(next), old.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
    EXPECT_TRUE(world.until([&] { return world.shard.counters().accept_failures > 0 && refused.ended; }));
    before.text.clear();
    before.send(request);
    EXPECT_TRUE(world.until_text(before, "ok")) << "those who are connected are served";
    ::setrlimit(RLIMIT_NOFILE, &old);

    auto const turns = world.shard.counters().turns;
    for (int i = 0; i < 20; ++i) world.step();
    EXPECT_LE(world.shard.counters().turns, turns + 2);
    auto& after = world.connect();
    after.send(request);
    EXPECT_TRUE(world.until_text(after, "ok"));
}

TEST(listener, stops_accepting_when_it_is_retired)
{
    net_world world;
    world.shard.retire(std::move(world.ear));
    world.step();
    world.socket.reset();
    EXPECT_EQ(world.table.size(), 0u);
}

} // namespace
} // namespace partyline::net
