// A client comes back before anybody has noticed that its connection is dead: its socket goes on, from thread to thread.
#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>

#include "running_server.hpp"

namespace partyline::test {

namespace {

/// Stands for a thread.
std::size_t here() { return std::hash<std::thread::id>{}(std::this_thread::get_id()); }

struct private_state
{
    int value = 0;
};

} // namespace

struct take_over : ::testing::TestWithParam<std::size_t>
{
    std::atomic<int> connections{0};
    std::atomic<int> middlewares{0};
    std::atomic<int> disconnections{0};
    std::mutex mutex;
    std::map<std::string, socket> handles;

    running_server line{[this](server& io) {
                            for (auto const& nsp : {partyline::nsp(io), io.of("/other")}) declare(nsp);
                        },
                        {.connection_state_recovery = recovery_options{}, .threads = GetParam()}};

    void declare(nsp const& io)
    {
        io.use([this](socket) { ++middlewares; });
        io.on_connection([this](socket s) {
            ++connections;
            s.join("lounge");
            s.data() = value::object{{"name", "Ada"}};
            s.on("own", [s, n = 0]() mutable {
                s.data<private_state>().value += 10;
                return std::tuple(++n, s.data<private_state>().value, s.rooms().size(), s.connected(), s.recovered());
            });
            std::lock_guard const lock(mutex);
            handles[std::string(s.id()) + std::string(s.nsp().name())] = s;
        });
        io.on_disconnecting([this](socket, disconnect_reason) { ++disconnections; });
        io.on_disconnect([this](socket, disconnect_reason) { ++disconnections; });
        io.on("thread", [] { return here(); });
        io.on("start", [](socket s) { s.emit("started"); });
        io.on("ask me", [](socket s) { s.emit("question", [s](result<int> answer) { s.emit("answer", !answer); }); });
        io.on("data", [](socket s) { return s.data(); });
    }
    socket handle_of(std::string const& id)
    {
        std::lock_guard const lock(mutex);
        return handles.at(id + "/");
    }
    /// The text between the quotation marks behind `key`.
    static std::string field(std::string const& text, std::string const& key)
    {
        auto const at = text.find("\"" + key + "\":\"") + key.size() + 4;
        return text.substr(at, text.find('"', at) - at);
    }
    /// The offset that stands last in an event.
    static std::string offset_of(std::string const& event)
    {
        auto const end = event.rfind('"');
        auto const begin = event.rfind('"', end - 1) + 1;
        return event.substr(begin, end - begin);
    }
};

TEST_P(take_over, is_noticed_by_no_handler_and_by_no_old_handle_whichever_thread_the_client_comes_to)
{
    auto const pairs_wanted = GetParam() * GetParam();
    std::set<std::pair<std::size_t, std::size_t>> seen;
    auto client = std::make_unique<wire_client>(line.port);
    auto const sid = client->id();
    auto const pid = field(client->joined(), "pid");
    client->emit(R"("start")");
    auto offset = offset_of(client->receive());
    auto const handle = handle_of(sid);
    auto thread = std::stoull(client->ask(R"("thread")"));
    auto const limit = std::chrono::steady_clock::now() + 20s;
    int rounds = 0;
    while ((seen.size() < pairs_wanted || rounds < 20) && std::chrono::steady_clock::now() < limit) {
        ++rounds;
        auto next = std::make_unique<wire_client>(line.port, R"({"pid":")" + pid + R"(","offset":")" + offset + "\"}");
        ASSERT_EQ(next->joined(), R"(40{"sid":")" + sid + R"(","pid":")" + pid + "\"}");
        client->expect_close();
        client = std::move(next);
        auto const now = std::stoull(client->ask(R"("thread")"));
        seen.emplace(std::exchange(thread, now), now);

        // what it had declared and kept for itself is there, and knows its thread
        EXPECT_EQ(client->ask(R"("own")"),
                  "[" + std::to_string(rounds) + "," + std::to_string(rounds * 10) + ",2,true,true]");
        EXPECT_EQ(client->ask(R"("data")"), R"({"name":"Ada"})");
        // handles reach it from any thread, and so do rooms
        EXPECT_TRUE(handle.emit("direct", rounds));
        auto const direct = client->receive();
        EXPECT_TRUE(direct.starts_with(R"(42["direct",)" + std::to_string(rounds) + ",\"")) << direct;
        handle.join("garden");
        handle.emit("behind the join");
        (void)client->receive();
        line.io.to("garden").emit("rose");
        auto const rose = client->receive();
        EXPECT_TRUE(rose.starts_with(R"(42["rose",")")) << rose;
        offset = offset_of(rose);
        handle.leave("garden");
        std::promise<int> answer;
        handle.emit("question", [&](result<int> given) { answer.set_value(given ? *given : -1); });
        client->answer(client->receive_question(), "7");
        EXPECT_EQ(answer.get_future().get(), 7);
    }
    EXPECT_EQ(seen.size(), pairs_wanted); // each direction, and on the same thread
    EXPECT_EQ(connections, 1);
    EXPECT_EQ(middlewares, 1);
    EXPECT_EQ(disconnections, 0);
    EXPECT_EQ(line.statistics().sockets, 1U);
    handle.disconnect();
    EXPECT_EQ(client->receive(), "41");
    client->close();
    EXPECT_EQ(line.when_empty().rooms, 0U);
    EXPECT_EQ(disconnections, 2);
    EXPECT_EQ(line.statistics().handler_errors, 0U);
}

TEST_P(take_over, loses_and_doubles_nothing_that_is_sent_meanwhile)
{
    constexpr int count = 3000;
    auto client = std::make_unique<wire_client>(line.port);
    auto const sid = client->id();
    auto const pid = field(client->joined(), "pid");
    client->emit(R"("start")");
    auto offset = offset_of(client->receive());
    auto const handle = handle_of(sid);
    std::thread direct([&] {
        for (int i = 0; i < count; ++i)
            while (!handle.emit("direct", i)) std::this_thread::yield();
    });
    std::thread to_all([&] {
        for (int i = 0; i < count; ++i) line.io.to("lounge").emit("all", i);
    });
    int heard_direct = 0;
    std::set<int> heard_of_direct;
    int heard_all = 0;
    for (int got = 0; got < 2 * count;) {
        // some are read, then it comes back by another connection, while more are on their way
        for (int i = 0; i < 100 && got < 2 * count; ++i) {
            auto const event = client->receive();
            offset = offset_of(event);
            ++got;
            auto const number = std::stoi(event.substr(event.find(',') + 1));
            if (event.starts_with(R"(42["all",)")) {
                ASSERT_EQ(number, heard_all++) << event;
            } else {
                ASSERT_TRUE(event.starts_with(R"(42["direct",)")) << event;
                ++heard_direct;
                ASSERT_TRUE(heard_of_direct.insert(number).second) << event;
            }
        }
        auto next = std::make_unique<wire_client>(line.port, "", false);
        next->send(R"(40{"pid":")" + pid + R"(","offset":")" + offset + "\"}");
        for (;;) {
            auto const event = next->receive();
            if (event.starts_with("40")) {
                ASSERT_EQ(event, R"(40{"sid":")" + sid + R"(","pid":")" + pid + "\"}");
                break;
            }
            offset = offset_of(event);
            ++got;
            auto const number = std::stoi(event.substr(event.find(',') + 1));
            if (event.starts_with(R"(42["all",)")) {
                ASSERT_EQ(number, heard_all++) << event;
            } else {
                ++heard_direct;
                ASSERT_TRUE(heard_of_direct.insert(number).second) << event;
            }
        }
        client = std::move(next);
    }
    direct.join();
    to_all.join();
    EXPECT_EQ(heard_direct, count);
    EXPECT_EQ(heard_all, count);
    EXPECT_EQ(connections, 1);
    EXPECT_EQ(disconnections, 0);
}

TEST_P(take_over, of_several_namespaces_goes_one_by_one)
{
    wire_client old(line.port);
    old.send("40/other,");
    auto const other = old.receive();
    auto const pid = field(old.joined(), "pid");
    auto const other_pid = field(other, "pid");
    wire_client client(line.port, R"({"pid":")" + pid + "\"}");
    EXPECT_EQ(client.id(), old.id());
    old.send(R"(42/other,1["own"])"); // what is left of it lives on
    EXPECT_EQ(old.receive(), "43/other,1[[1,10,2,true,false]]");
    client.send(R"(40/other,{"pid":")" + other_pid + "\"}");
    EXPECT_EQ(client.receive(), R"(40/other,{"sid":")" + field(other, "sid") + R"(","pid":")" + other_pid + "\"}");
    old.expect_close();
    client.send(R"(42/other,2["own"])");
    EXPECT_EQ(client.receive(), "43/other,2[[2,20,2,true,true]]");
    EXPECT_EQ(connections, 2);
    EXPECT_EQ(disconnections, 0);
}

TEST_P(take_over, ends_what_was_asked_of_the_old_connection)
{
    wire_client old(line.port);
    old.emit(R"("ask me")");
    (void)old.receive_question();
    wire_client client(line.port, R"({"pid":")" + field(old.joined(), "pid") + "\"}", false);
    client.send(R"(40{"pid":")" + field(old.joined(), "pid") + "\"}");
    // the handler hears that nobody will answer, and what it says then is not lost
    std::set<std::string> heard;
    for (int i = 0; i < 2; ++i) heard.insert(client.receive().substr(0, 30));
    EXPECT_TRUE(std::any_of(heard.begin(), heard.end(),
                            [](auto const& each) { return each.starts_with(R"(42["answer",true,)"); }));
    EXPECT_TRUE(heard.contains(R"(40{"sid":")" + old.id()));
}

TEST_P(take_over, that_is_refused_ends_the_socket_as_a_loss_does)
{
    for (int i = 0; i < 10; ++i) {
        auto const before = disconnections.load();
        wire_client old(line.port);
        old.emit(R"("start")");
        (void)old.receive();
        wire_client client(line.port, R"({"pid":")" + field(old.joined(), "pid") + R"(","offset":"nonsense"})");
        EXPECT_NE(client.id(), old.id());
        EXPECT_EQ(client.ask(R"("own")"), "[1,10,2,true,false]");
        old.expect_close();
        auto const limit = std::chrono::steady_clock::now() + 10s;
        while (disconnections < before + 2 && std::chrono::steady_clock::now() < limit)
            std::this_thread::sleep_for(1ms);
        EXPECT_GE(disconnections, before + 2);
    }
}

TEST_P(take_over, by_somebody_who_goes_at_once_leaves_nothing)
{
    for (int i = 0; i < 50; ++i) {
        wire_client old(line.port);
        old.emit(R"("start")");
        auto const offset = offset_of(old.receive());
        wire_client hasty(line.port, "", false);
        hasty.send(R"(40{"pid":")" + field(old.joined(), "pid") + R"(","offset":")" + offset + "\"}");
        hasty.abort();
        if (i % 2 == 0) old.abort();
    }
    auto const left = line.when_empty();
    EXPECT_EQ(left.sockets, 0U);
    EXPECT_EQ(left.rooms, 0U);
    EXPECT_EQ(left.handler_errors, 0U);
    EXPECT_EQ(disconnections, 2 * connections);
}

INSTANTIATE_TEST_SUITE_P(threads, take_over, ::testing::Values(1, 2, 3));

} // namespace partyline::test
