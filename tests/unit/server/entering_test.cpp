// How namespaces come to be, once each, and how a client enters one: middleware, and what it may do and throw.
#include <algorithm>
#include <atomic>
#include <mutex>

#include "running_server.hpp"

namespace partyline::test {

namespace {

/// Joins another namespace than the main one; the answer, without its beginning "40/name,".
std::string join(wire_client& client, std::string const& name)
{
    client.send("40" + name + ",");
    auto const answer = client.receive();
    auto const head = "40" + name + ",";
    return answer.starts_with(head) ? answer.substr(head.size()) : answer;
}

bool has_name(server_statistics const& now, std::string const& name)
{
    return std::find(now.namespaces.begin(), now.namespaces.end(), name) != now.namespaces.end();
}

} // namespace

// --- dynamic namespaces ---------------------------------------------------------------------------------------------

struct named_child : ::testing::Test
{
    running_server line{[](server& io) {
                            io.of(pattern{R"(^/dyn-\d+$)"}).on("whose", [](socket s) {
                                return "the parent's, in " + std::string(s.nsp().name());
                            });
                            (void)io.of("/dyn-1");
                            (void)io.of("/other");
                        },
                        {.cleanup_empty_child_namespaces = true, .limits = {.max_dynamic_namespaces = 2}}};
};

TEST_F(named_child, uses_what_is_declared_for_the_pattern_that_covers_it)
{
    wire_client client(line.port, "", false);
    EXPECT_TRUE(join(client, "/dyn-1").starts_with(R"({"sid")"));
    client.send(R"(42/dyn-1,1["whose"])");
    EXPECT_EQ(client.receive(), R"(43/dyn-1,1["the parent's, in /dyn-1"])");
    EXPECT_TRUE(join(client, "/other").starts_with(R"({"sid")"));
    client.send(R"(42/other,2["whose"])");
    client.send(R"(42/dyn-1,3["whose"])");
    EXPECT_EQ(client.receive(), R"(43/dyn-1,3["the parent's, in /dyn-1"])"); // nothing from the other one
}

TEST_F(named_child, is_forgotten_when_its_last_socket_has_left)
{
    EXPECT_TRUE(has_name(line.statistics(), "/dyn-1")); // nobody has come yet
    {
        wire_client client(line.port, "", false);
        (void)join(client, "/dyn-1");
        (void)join(client, "/other");
    }
    (void)line.when_empty();
    auto const left = line.statistics();
    EXPECT_FALSE(has_name(left, "/dyn-1"));
    EXPECT_TRUE(has_name(left, "/other"));
}

TEST_F(named_child, counts_among_the_dynamic_namespaces)
{
    wire_client client(line.port, "", false);
    EXPECT_TRUE(join(client, "/dyn-2").starts_with(R"({"sid")"));
    EXPECT_EQ(join(client, "/dyn-3"), R"(44/dyn-3,{"message":"Too many namespaces"})");
    EXPECT_TRUE(join(client, "/dyn-1").starts_with(R"({"sid")"));
}

TEST(dynamic_parent, describes_no_sockets)
{
    running_server line([](server&) {});
    std::promise<result<std::vector<remote_socket>>> came;
    auto const parent = line.io.of(pattern{R"(^/dyn-\d+$)"});
    parent.in("room").fetch_sockets().then([&](auto found) { came.set_value(std::move(found)); });
    auto const answer = came.get_future().get();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error(), errc::unsupported);
}

struct simultaneous_connects : ::testing::TestWithParam<std::size_t>
{
    static constexpr std::size_t clients = 8;
    std::mutex mutex;
    std::vector<std::function<void(bool)>> asked;
    std::atomic<int> made{0};

    /// All have been asked about, and none is there yet, when all are allowed.
    void allow_when_all_have_asked(std::function<void(bool)> allow)
    {
        std::lock_guard const lock(mutex);
        asked.push_back(std::move(allow));
        if (asked.size() < clients) return;
        for (auto const& each : asked) each(true);
        asked.clear();
    }
    running_server line{[this](server& io) {
                            io.on_new_namespace([this](nsp const&) { ++made; });
                            auto const rooms =
                                io.of([this](std::string_view, value const&, std::function<void(bool)> allow) {
                                    allow_when_all_have_asked(std::move(allow));
                                });
                            rooms.on("tell all", [](socket s) { s.nsp().emit("told"); });
                        },
                        {.threads = GetParam()}};
};

TEST_P(simultaneous_connects, make_one_child)
{
    std::vector<std::unique_ptr<wire_client>> all;
    while (all.size() < clients) all.push_back(std::make_unique<wire_client>(line.port, "", false));
    for (int round = 1; round <= 5; ++round) {
        auto const name = "/room-" + std::to_string(round);
        for (auto const& each : all) each->send("40" + name + ",");
        for (auto const& each : all) EXPECT_TRUE(each->receive().starts_with("40" + name + R"(,{"sid")"));
        EXPECT_EQ(made, round);
        all.front()->send("42" + name + R"(,["tell all"])");
        for (auto const& each : all) EXPECT_EQ(each->receive(), "42" + name + R"(,["told"])");
    }
}

INSTANTIATE_TEST_SUITE_P(threads, simultaneous_connects, ::testing::Values(1, 4));

// --- middleware -----------------------------------------------------------------------------------------------------

struct middleware_of_a_namespace : ::testing::Test
{
    std::mutex mutex;
    std::string logged;

    running_server line{[](server& io) {
                            io.use([&io](socket s) -> task<> {
                                auto const wish = s.handshake().auth()["wish"];
                                if (wish == value("throw")) throw std::runtime_error("a secret of the server");
                                co_await io.sleep(1ms);
                                if (wish == value("throw later")) throw std::logic_error("another secret");
                            });
                            io.use([](socket s, next const& go_on) {
                                auto const wish = s.handshake().auth()["wish"];
                                if (wish == value("throw plainly")) throw std::out_of_range("a third secret");
                                if (wish == value("throw a number")) throw 5;
                                s.join({"early", s.connected() ? "connected" : "not connected"});
                                s.emit("rooms", s.rooms().size());
                                go_on();
                            });
                            io.on("rooms", [](socket s) {
                                auto rooms = s.rooms();
                                std::erase(rooms, s.id());
                                std::sort(rooms.begin(), rooms.end());
                                return rooms;
                            });
                            io.on("tell", [&io](std::string room) { io.to(room).emit("told"); });
                        },
                        {.log = [this](log_level, std::string_view message) {
                            std::lock_guard const lock(mutex);
                            logged.append(message).append("\n");
                        }}};
    std::string log()
    {
        std::lock_guard const lock(mutex);
        return std::exchange(logged, {});
    }
};

TEST_F(middleware_of_a_namespace, runs_before_the_socket_is_connected_and_may_join_rooms)
{
    wire_client client(line.port, "", false);
    client.send("40");
    EXPECT_EQ(client.receive(), R"(42["rooms",3])"); // its own, too
    EXPECT_TRUE(client.receive().starts_with("40{"));
    EXPECT_EQ(client.ask(R"("rooms")"), R"(["early","not connected"])");
    client.emit(R"("tell","early")");
    EXPECT_EQ(client.receive(), R"(42["told"])");
}

TEST_F(middleware_of_a_namespace, that_throws_refuses_without_telling_the_client_why_and_logs_it)
{
    struct expectation
    {
        std::string_view wish;
        std::string_view answer;
        std::string_view secret;
    };
    for (auto const& [wish, answer, secret] : {expectation{"throw", "middleware failed", "a secret of the server"},
                                               {"throw later", "middleware failed", "another secret"},
                                               {"throw plainly", "Internal server error", "a third secret"},
                                               {"throw a number", "Internal server error", "no std::exception"}})
    {
        wire_client client(line.port, "", false);
        client.send(R"(40{"wish":")" + std::string(wish) + "\"}");
        EXPECT_EQ(client.receive(), R"(44{"message":")" + std::string(answer) + "\"}");
        EXPECT_NE(log().find(secret), std::string::npos) << secret;
        client.send("40"); // the connection stays
        EXPECT_EQ(client.receive(), R"(42["rooms",3])");
        EXPECT_TRUE(client.receive().starts_with("40{"));
    }
    EXPECT_EQ(line.statistics().handler_errors, 4U);
}

} // namespace partyline::test
