// From listen to stop, in every order; and that nothing is left of those who were there.
#include <cstdlib>
#include <optional>
#include <random>

#include "running_server.hpp"

namespace partyline::test {

TEST(server_life, a_port_in_use_is_refused)
{
    server one;
    auto const port = one.listen("127.0.0.1", 0);
    EXPECT_NE(port, 0);
    server two;
    try {
        two.listen("127.0.0.1", port);
        FAIL() << "two servers on one port";
    } catch (error const& why) {
        EXPECT_EQ(why.code(), errc::address_in_use);
    }
}

TEST(server_life, is_destroyed_without_having_run)
{
    server io;
    io.on("say", [](std::string) {});
    io.stop();
    io.wait();
    EXPECT_FALSE(io.of("/other").name().empty());
}

TEST(server_life, stops_and_starts_again_and_waits_for_nobody_longer_than_it_should)
{
    server io{{.drain_timeout = 100ms}};
    io.on("number", [](int n) { return n; });
    for (int i = 0; i < 3; ++i) {
        auto const port = io.listen("127.0.0.1", 0);
        io.start();
        EXPECT_THROW(io.start(), error);
        wire_client client(port);
        EXPECT_EQ(client.ask(R"("number",)" + std::to_string(i)), std::to_string(i));
        io.stop();
        io.stop();
        io.wait();
        io.wait();
        client.expect_close();
    }
}

TEST(server_life, options_that_make_no_sense_are_refused_by_name)
{
    auto const refusal_of = [](server_options options) -> std::string {
        try {
            server const io(std::move(options));
        } catch (error const& why) {
            return why.code() == errc::invalid_option ? why.what() : "another error";
        }
        return {};
    };
    auto const names = [&](server_options options, std::string_view name) {
        return refusal_of(std::move(options)).find(name) != std::string::npos;
    };
    EXPECT_EQ(refusal_of({}), "");
    EXPECT_EQ(refusal_of({.ping_interval = 2147483646ms, .ping_timeout = 1ms}), "");
    EXPECT_TRUE(names({.ping_interval = 2147483646ms, .ping_timeout = 2ms}, "together"));
    EXPECT_TRUE(names({.path = "socket.io"}, "path"));
    EXPECT_TRUE(names({.path = ""}, "path"));
    EXPECT_TRUE(names({.path = "/a b"}, "path"));
    EXPECT_TRUE(names({.path = "/a?b"}, "path"));
    EXPECT_TRUE(names({.ping_interval = 0ms}, "ping_interval"));
    EXPECT_TRUE(names({.ping_timeout = 0ms}, "ping_timeout"));
    EXPECT_TRUE(names({.ping_interval = std::chrono::milliseconds::max()}, "together"));
    EXPECT_TRUE(names({.ping_timeout = std::chrono::milliseconds::max()}, "together"));
    EXPECT_TRUE(names({.upgrade_timeout = -1ms}, "upgrade_timeout"));
    EXPECT_TRUE(names({.destroy_upgrade_timeout = -1ms}, "destroy_upgrade_timeout"));
    EXPECT_TRUE(names({.connect_timeout = -1ms}, "connect_timeout"));
    EXPECT_TRUE(names({.connection_state_recovery = recovery_options{.max_disconnection_duration = -1ms}},
                      "max_disconnection_duration"));
    EXPECT_TRUE(names({.ack_timeout = -1ms}, "ack_timeout"));
    EXPECT_TRUE(names({.limits = {.max_namespaces = 0}}, "max_namespaces"));
    EXPECT_TRUE(names({.http = {.headers_timeout = -1ms}}, "headers_timeout"));
    EXPECT_TRUE(names({.http = {.request_timeout = -1ms}}, "request_timeout"));
    EXPECT_TRUE(names({.http = {.keep_alive_timeout = -1ms}}, "keep_alive_timeout"));
    EXPECT_TRUE(names({.http = {.tls_handshake_timeout = -1ms}}, "tls_handshake_timeout"));
    EXPECT_TRUE(names({.http = {.max_header_bytes = 0}}, "max_header_bytes"));
    EXPECT_TRUE(names({.http = {.max_headers = 0}}, "max_headers"));
    EXPECT_TRUE(names({.flush_delay = -1ms}, "flush_delay"));
    EXPECT_TRUE(names({.slow_turn = -1ms}, "slow_turn"));
    EXPECT_TRUE(names({.drain_timeout = -1ms}, "drain_timeout"));

    server io;
    EXPECT_THROW((void)io.of("/a,b"), error);
    EXPECT_THROW((void)io.of("a\x1e"), error);
    EXPECT_THROW((void)io.attach({}), error);
    (void)io.attach({.path = "/other"});
    EXPECT_THROW((void)io.attach({.path = "/other"}), error);
    EXPECT_THROW((void)io.attach({.path = "/other/below"}), error) << "the one above would get its requests";
    (void)io.attach({.path = "/others"});
    EXPECT_THROW((void)io.of(std::string(300, 'a')), error) << "no client may name it";
}

TEST(server_life, a_second_life_needs_a_port_of_its_own_and_says_so)
{
    server io{{.signals = false}};
    auto const refuses = [&](auto call) {
        try {
            call();
        } catch (error const& why) {
            return why.code() == errc::invalid_option &&
                   std::string_view(why.what()).find("listen") != std::string_view::npos;
        }
        return false;
    };
    EXPECT_TRUE(refuses([&] { io.run(); }));
    EXPECT_TRUE(refuses([&] { io.start(); }));
    io.listen("127.0.0.1", 0);
    io.start();
    io.stop();
    io.wait();
    EXPECT_TRUE(refuses([&] { io.run(); }));
    EXPECT_TRUE(refuses([&] { io.start(); }));
}

TEST(server_life, each_life_serves_with_all_that_was_declared)
{
    for (std::size_t const threads : {1U, 3U}) {
        std::atomic<int> adapters{0};
        std::atomic<int> later{0};
        std::atomic<int> joined{0};
        server_options options{.connection_state_recovery = recovery_options{},
                               .threads = threads,
                               .drain_timeout = 100ms,
                               .signals = false};
        options.adapter = [&](std::string_view, local_node&) -> std::unique_ptr<adapter> {
            ++adapters;
            return nullptr;
        };
        server io{std::move(options)};
        io.on("number", [](int n) { return n; });
        io.on("tell", [&io](int n) { io.emit("told", n); });
        io.on_connection([&](socket s) {
            ++joined;
            s.join("everybody");
        });
        io.of("/other").on("name", [](socket s) { return std::string(s.nsp().name()); });
        auto& second = io.attach({.path = "/second"});
        second.on("number", [](int n) { return n; });
        for (int life = 0; life < 4; ++life) {
            auto const port = io.listen("127.0.0.1", 0);
            io.after(0ms, [&] { ++later; }); // waits for the life that begins
            std::thread runner;
            if (life % 2 == 0)
                io.start();
            else
                runner = std::thread([&] { io.run(); });
            {
                wire_client client(port);
                wire_client other(port);
                EXPECT_EQ(client.ask(R"("number",)" + std::to_string(life)), std::to_string(life));
                client.emit(R"("tell",7)");
                EXPECT_TRUE(client.receive().starts_with(R"(42["told",7)"));
                EXPECT_TRUE(other.receive().starts_with(R"(42["told",7)"));
                client.send("40/other,");
                EXPECT_TRUE(client.receive().starts_with("40/other,"));
                client.send(R"(42/other,1["name"])");
                EXPECT_EQ(client.receive(), R"(43/other,1["/other"])");
            }
            // what is due when the server stops is not done any more
            for (auto const limit = std::chrono::steady_clock::now() + 10s;
                 later <= life && std::chrono::steady_clock::now() < limit;)
                std::this_thread::sleep_for(1ms);
            io.stop();
            if (runner.joinable()) runner.join();
            io.wait();
            EXPECT_EQ(joined, 2 * (life + 1));
            EXPECT_EQ(later, life + 1);
            EXPECT_EQ(adapters, 2 * (life + 1)); // of "/" and "/other"
        }
    }
}

TEST(server_life, run_returns_after_stop)
{
    server io{{.signals = false}};
    auto const port = io.listen("127.0.0.1", 0);
    io.on("stop", [&io] { io.stop(); });
    std::thread runner([&] { io.run(); });
    wire_client client(port);
    client.emit(R"("stop")");
    client.expect_close();
    runner.join();
}

TEST(server_life, a_stop_in_a_handler_sends_what_was_emitted_before)
{
    running_server line([](server& io) {
        io.on("stop", [&io](socket s) {
            s.emit("last words", std::string(200'000, 'x'));
            io.stop();
            s.emit("too late, or not");
        });
    });
    wire_client client(line.port);
    client.emit(R"("stop")");
    EXPECT_EQ(client.receive().size(), 200'000 + std::string_view(R"(42["last words",""])").size());
    client.expect_close();
    line.io.wait();
}

TEST(server_life, waiting_for_itself_is_refused)
{
    running_server line([](server& io) {
        io.on("wait", [&io] {
            try {
                io.wait();
            } catch (error const& why) {
                return why.code() == errc::wrong_thread;
            }
            return false;
        });
    });
    wire_client client(line.port);
    EXPECT_EQ(client.ask(R"("wait")"), "true");
}

TEST(server_life, a_server_may_be_destroyed_in_a_handler)
{
    for (std::size_t const threads : {1U, 3U}) {
        auto io = std::make_unique<server>(server_options{.threads = threads});
        std::promise<void> done;
        io->on("die", [&](socket s) {
            io.reset();
            s.emit("from beyond");
            done.set_value();
        });
        auto const port = io->listen("127.0.0.1", 0);
        io->start();
        wire_client client(port);
        wire_client other(port);
        client.emit(R"("die")");
        client.expect_close();
        other.expect_close();
        done.get_future().get();
        EXPECT_EQ(io, nullptr);
    }
}

TEST(server_life, handles_outlive_the_server)
{
    std::promise<socket> arrived;
    socket handle;
    std::unique_ptr<wire_client> client;
    {
        running_server line([&](server& io) { io.on_connection([&](socket s) { arrived.set_value(s); }); });
        client = std::make_unique<wire_client>(line.port);
        handle = arrived.get_future().get();
    }
    client->expect_close();
    EXPECT_FALSE(handle.emit("hello"));
    handle.join("garden");
    handle.disconnect();
    EXPECT_FALSE(handle.nsp().emit("hello"));
}

// What a thread has for encoding is destroyed before the program's static objects are: the address sanitizer sees who uses it.
TEST(server_life, handles_may_be_used_while_static_objects_are_destroyed)
{
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    auto const end_the_program = [] {
        struct program
        {
            std::optional<server> io;
            socket left;
            ~program()
            {
                if (!io->emit("hello", 1)) std::_Exit(2);
                if (!left.handshake().auth().is_object()) std::_Exit(3);
                auto const everybody = io->of("/");
                io.reset();
                if (everybody.emit("hello", 1) || left.emit("hello", 1)) std::_Exit(4);
            }
        };
        static program all;
        auto& io = all.io.emplace();
        std::promise<void> arrived;
        io.on_connection([&](socket s) {
            all.left = s;
            arrived.set_value();
        });
        auto const port = io.listen("127.0.0.1", 0);
        io.start();
        wire_client client(port);
        arrived.get_future().get();
        io.emit("hello", 1); // this thread has an encoder
        std::exit(0);
    };
    EXPECT_EXIT(end_the_program(), testing::ExitedWithCode(0), "");
}

TEST(server_life, nothing_is_left_after_any_coming_and_going)
{
    running_server line([](server& io) {
        io.use([&io, n = std::make_shared<std::atomic<int>>()](socket s) -> task<> {
            s.join("everybody");
            if (++*n % 3 == 0) co_await io.sleep(std::chrono::milliseconds(*n % 5));
            if (*n % 7 == 0) throw refusal("not today");
        });
        io.on_connection([](socket s) { s.join({"a", "b"}); });
        io.on("leave", [](socket s) { s.disconnect(); });
        io.on("close", [](socket s) { s.disconnect(true); });
        io.on("ask", [](socket s) { s.emit("question", [](result<int>) {}); });
    });
    std::mt19937 random(7);
    for (int i = 0; i < 300; ++i) {
        wire_client client(line.port, "", false);
        switch (random() % 10) {
        case 0:
            break;
        case 1:
            client.send("40");
            break;
        case 2:
            client.send("40{\"a\":");
            break;
        case 3:
            client.send("40/nowhere,");
            break;
        case 4:
            client.send("40");
            client.emit(R"("ask")");
            break;
        case 5:
            client.send("40");
            client.emit(R"("leave")");
            break;
        case 6:
            client.send("40");
            client.emit(R"("close")");
            break;
        case 7:
            client.send("40");
            client.send("41");
            break;
        case 8:
            client.send("40");
            client.send(R"(452-["x",{"_placeholder":true,"num":0}])");
            client.send_binary("half of it");
            break;
        default:
            client.send("40");
            (void)client.receive();
            client.send("1");
        }
        if (random() % 2 == 0) client.abort();
    }
    auto const left = line.when_empty();
    EXPECT_EQ(left.tcp_connections, 0U);
    EXPECT_EQ(left.connections, 0U);
    EXPECT_EQ(left.sockets, 0U);
    EXPECT_EQ(left.rooms, 0U);
    EXPECT_EQ(left.handler_errors, 0U);
    wire_client client(line.port, "", false);
    EXPECT_NO_THROW(client.send("40"));
}

// As processes do, each with a server of its own.
TEST(server_life, shares_its_port_with_other_servers_where_all_of_them_ask_for_that)
{
    server first;
    auto const port = first.listen("127.0.0.1", 0, {.reuse_port = true});
    server second;
    EXPECT_THROW(second.listen("127.0.0.1", port), error);
    EXPECT_EQ(second.listen("127.0.0.1", port, {.reuse_port = true}), port);
    std::atomic<int> at_first = 0;
    std::atomic<int> at_second = 0;
    first.on_connection([&](socket) { ++at_first; });
    second.on_connection([&](socket) { ++at_second; });
    first.start();
    second.start();
    // the kernel throws a coin for each: two hundred times the same side is no accident
    std::vector<std::unique_ptr<wire_client>> clients;
    while (clients.size() < 200 && (at_first == 0 || at_second == 0))
        clients.push_back(std::make_unique<wire_client>(port));
    EXPECT_GT(at_first, 0);
    EXPECT_GT(at_second, 0);
}

} // namespace partyline::test
