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

TEST(dynamic_namespace, gathers_the_acknowledgements_of_all_children_for_its_parent)
{
    for (std::size_t const threads : {1U, 3U}) {
        running_server line(
            [](server& io) {
                auto const room = io.of(pattern{"^/room-\\d+$"});
                room.on("ask", [room](socket) -> task<std::tuple<int, std::size_t, bool>> {
                    auto const all = co_await room.timeout(10s).emit_with_ack<int>("question");
                    int sum = 0;
                    for (auto const each : all.answers) sum += each;
                    co_return std::tuple(sum, all.expected, all.timed_out);
                });
                room.on("ask in vain", [room](socket) -> task<std::tuple<std::size_t, std::size_t, bool>> {
                    auto const all = co_await room.timeout(20ms).emit_with_ack<int>("question");
                    co_return std::tuple(all.answers.size(), all.expected, all.timed_out);
                });
            },
            {.threads = threads});
        std::vector<std::unique_ptr<wire_client>> clients;
        for (int i = 1; i <= 4; ++i) {
            clients.push_back(std::make_unique<wire_client>(line.port, "", false));
            join(*clients.back(), "/room-" + std::to_string(i));
        }
        clients[0]->send(R"(42/room-1,7["ask"])");
        for (int i = 1; i <= 4; ++i) {
            auto const question = clients[i - 1]->receive();
            auto const id = question.substr(question.find(',') + 1, question.find('[') - question.find(',') - 1);
            EXPECT_TRUE(question.ends_with(R"(["question"])")) << question;
            clients[i - 1]->send("43/room-" + std::to_string(i) + "," + id + "[" + std::to_string(1 << i) + "]");
        }
        EXPECT_EQ(clients[0]->receive(), "43/room-1,7[[30,4,false]]");
        clients[0]->send(R"(42/room-1,8["ask in vain"])");
        (void)clients[0]->receive();
        EXPECT_EQ(clients[0]->receive(), "43/room-1,8[[0,4,true]]");
    }
}

TEST(dynamic_namespace, that_nobody_has_opened_answers_its_parent_with_nothing)
{
    running_server line([](server& io) { (void)io.of(pattern{"^/room-\\d+$"}); });
    std::promise<std::size_t> asked;
    line.io.of(pattern{"^/never$"}).emit_with_ack("question").then([&](result<responses<value>> all) {
        asked.set_value(all ? all->expected : 99);
    });
    EXPECT_EQ(asked.get_future().get(), 0U);
}

TEST(new_namespace, is_told_to_every_listener_at_any_time)
{
    std::mutex mutex;
    std::vector<std::string> heard;
    auto const hear = [&](std::string who, nsp made) {
        std::lock_guard const lock(mutex);
        heard.push_back(who + std::string(made.name()));
    };
    running_server line([&](server& io) {
        (void)io.of(pattern{"^/room-\\d+$"});
        io.on_new_namespace([&](nsp) { throw std::runtime_error("of no consequence"); });
        io.on_new_namespace([&](nsp made) { hear("a", made); });
        io.on_new_namespace([&](nsp made) { hear("b", made); });
    });
    wire_client client(line.port, "", false);
    join(client, "/room-1");
    line.io.on_new_namespace([&](nsp made) { hear("c", made); });
    join(client, "/room-2");
    (void)line.io.of("/made");
    std::lock_guard const lock(mutex);
    EXPECT_EQ(heard, (std::vector<std::string>{"a/room-1", "b/room-1", "a/room-2", "b/room-2", "c/room-2", "a/made",
                                               "b/made", "c/made"}));
}

} // namespace partyline::test
