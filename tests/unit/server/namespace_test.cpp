// Namespaces: parents of dynamic ones, what their children have of them, and who hears of a new one.
#include <atomic>
#include <mutex>

#include "running_server.hpp"

namespace partyline::test {

namespace {

/// Joins one more namespace on the connection of `client`.
void join(wire_client& client, std::string_view nsp)
{
    client.send("40" + std::string(nsp) + ",");
    auto const answer = client.receive();
    ASSERT_TRUE(answer.starts_with("40" + std::string(nsp) + ",")) << answer;
}

/// What an event is answered with in that namespace.
std::string ask(wire_client& client, std::string_view nsp, std::string_view event)
{
    client.send("42" + std::string(nsp) + ",7[" + std::string(event) + "]");
    return client.receive();
}

} // namespace

TEST(dynamic_namespace, hears_a_once_of_its_parent_once_each)
{
    for (std::size_t const threads : {1U, 3U}) {
        std::atomic<int> calls{0};
        running_server line(
            [&](server& io) {
                auto const room = io.of(pattern{"^/room-\\d+$"});
                room.once("first", [&] { ++calls; });
                room.on("sync", [] { return 0; });
            },
            {.threads = threads});
        std::vector<std::unique_ptr<wire_client>> clients;
        for (int i = 0; i < 6; ++i) {
            clients.push_back(std::make_unique<wire_client>(line.port, "", false));
            join(*clients.back(), "/room-1");
            join(*clients.back(), "/room-2");
        }
        for (auto const& each : clients) each->send(R"(42/room-1,["first"])");
        for (auto const& each : clients) EXPECT_EQ(ask(*each, "/room-1", R"("sync")"), "43/room-1,7[0]");
        EXPECT_EQ(calls, 1);
        for (auto const& each : clients) each->send(R"(42/room-2,["first"])");
        for (auto const& each : clients) EXPECT_EQ(ask(*each, "/room-2", R"("sync")"), "43/room-2,7[0]");
        EXPECT_EQ(calls, 2);
    }
}

TEST(dynamic_namespace, has_a_once_spent_in_a_table_of_its_own)
{
    std::atomic<int> calls{0};
    running_server line([&](server& io) {
        auto const room = io.of(pattern{"^/room-\\d+$"});
        room.once("first", [&] { ++calls; });
        room.on("declare", [](socket s) {
            s.nsp().on("own", [] { return 1; });
            return 0;
        });
    });
    wire_client client(line.port, "", false);
    join(client, "/room-1");
    join(client, "/room-2");
    client.send(R"(42/room-1,["first"])");
    // something is declared for the children themselves: the one has it spent, the other has it still, once
    for (std::string const nsp : {"/room-1", "/room-2"}) {
        EXPECT_EQ(ask(client, nsp, R"("declare")"), "43" + nsp + ",7[0]");
        EXPECT_EQ(ask(client, nsp, R"("own")"), "43" + nsp + ",7[1]");
    }
    EXPECT_EQ(calls, 1);
    for (int i = 0; i < 2; ++i) {
        client.send(R"(42/room-1,["first"])");
        client.send(R"(42/room-2,["first"])");
    }
    EXPECT_EQ(ask(client, "/room-2", R"("own")"), "43/room-2,7[1]");
    EXPECT_EQ(calls, 2);
}

TEST(dynamic_namespace, hears_what_its_parent_declares_after_a_once_was_spent)
{
    std::atomic<int> calls{0};
    running_server line([&](server& io) {
        auto const room = io.of(pattern{"^/room-\\d+$"});
        room.once("first", [&] { ++calls; });
        room.on("declare", [room] {
            room.on("later", [] { return 3; });
            return 0;
        });
    });
    wire_client client(line.port, "", false);
    join(client, "/room-1");
    client.send(R"(42/room-1,["first"])");
    EXPECT_EQ(ask(client, "/room-1", R"("declare")"), "43/room-1,7[0]");
    EXPECT_EQ(ask(client, "/room-1", R"("later")"), "43/room-1,7[3]");
    EXPECT_EQ(calls, 1);
}

TEST(dynamic_namespace, a_once_of_a_plain_one_is_heard_once_in_all)
{
    std::atomic<int> calls{0};
    running_server line(
        [&](server& io) {
            io.once("first", [&] { ++calls; });
            io.on("sync", [] { return 0; });
        },
        {.threads = 3});
    std::vector<std::unique_ptr<wire_client>> clients;
    for (int i = 0; i < 6; ++i) clients.push_back(std::make_unique<wire_client>(line.port));
    for (auto const& each : clients) each->emit(R"("first")");
    for (auto const& each : clients) EXPECT_EQ(each->ask(R"("sync")"), "0");
    EXPECT_EQ(calls, 1);
}

} // namespace partyline::test
