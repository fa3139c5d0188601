// An adapter of one's own: when it is made and closed, and that all that concerns many sockets goes through it.
#include <algorithm>

#include "memory_cluster.hpp"
#include "running_server.hpp"

namespace partyline::test {

namespace {

template <class Condition>
bool until(Condition const& holds)
{
    auto const limit = std::chrono::steady_clock::now() + 10s;
    while (!holds() && std::chrono::steady_clock::now() < limit) std::this_thread::sleep_for(1ms);
    return holds();
}

template <class T>
T answer_of(pending<T> asked)
{
    std::promise<T> came;
    std::move(asked).then([&](result<T> answer) { came.set_value(std::move(answer).value()); });
    return came.get_future().get();
}

} // namespace

struct life_of_adapters : ::testing::Test
{
    std::shared_ptr<memory_cluster> cluster = std::make_shared<memory_cluster>();

    std::ptrdiff_t times(std::string const& what) const
    {
        auto const story = cluster->story();
        return std::count(story.begin(), story.end(), what);
    }
};

TEST_F(life_of_adapters, is_that_of_their_namespaces_one_for_each)
{
    {
        running_server line(
            [](server& io) {
                (void)io.of("/early");
                (void)io.of(pattern{R"(^/dyn-\d+$)"});
            },
            {.cleanup_empty_child_namespaces = true, .adapter = cluster->factory()});
        EXPECT_TRUE(until([&] { return times("init /") + times("init /early") == 2; }));
        EXPECT_EQ(cluster->story().size(), 4U); // and made
        (void)line.io.of("/late");
        EXPECT_TRUE(until([&] { return times("init /late") == 1; }));
        {
            wire_client client(line.port, "", false);
            for (auto const* join : {"40/dyn-1,", "40/early,"}) {
                client.send(join);
                EXPECT_TRUE(client.receive().starts_with(join));
            }
            EXPECT_EQ(times("init /dyn-1"), 1);
        }
        EXPECT_TRUE(until([&] { return times("destroyed /dyn-1") == 1; }));
        EXPECT_EQ(times("close /early"), 0); // it is no dynamic one
    }
    for (std::string const name : {"/", "/early", "/late", "/dyn-1"})
        for (std::string const step : {"made ", "init ", "close ", "destroyed "})
            EXPECT_EQ(times(step + name), 1) << step << name;
    auto const story = cluster->story();
    auto const at = [&](std::string const& what) {
        return std::find(story.begin(), story.end(), what) - story.begin();
    };
    EXPECT_LT(at("made /"), at("init /"));
    EXPECT_LT(at("init /"), at("close /"));
    EXPECT_LT(at("close /"), at("destroyed /"));
}

TEST_F(life_of_adapters, a_factory_that_throws_or_makes_none_leaves_the_server_alone)
{
    for (bool const throws : {false, true}) {
        running_server line([](server& io) { io.on("tell all", [&io] { io.emit("told"); }); },
                            {.adapter = [throws](std::string_view, local_node&) -> std::unique_ptr<adapter> {
                                if (throws) throw std::runtime_error("no network today");
                                return nullptr;
                            }});
        wire_client client(line.port);
        client.emit(R"("tell all")");
        EXPECT_EQ(client.receive(), R"(42["told"])");
    }
}

struct two_servers : ::testing::Test
{
    std::shared_ptr<memory_cluster> cluster = std::make_shared<memory_cluster>();

    std::function<void(server&)> declare(std::string const& name)
    {
        return [name](server& io) {
            io.on("join", [](socket s, std::string room) {
                s.join(room);
                return s.rooms().size();
            });
            io.on_server_event("question", [name](args const& values, std::function<void(value)> const& reply) {
                reply(value::array{name, values.at(0)});
            });
            io.on_server_event("note", [&io, name](args const& values, std::function<void(value)> const&) {
                io.local().emit("noted by " + name, values);
            });
        };
    }
    running_server one{declare("one"), {.adapter = cluster->factory()}};
    running_server two{declare("two"), {.adapter = cluster->factory(), .threads = 2}};
    wire_client a{one.port};
    wire_client b{two.port};
    void SetUp() override
    {
        ASSERT_TRUE(until([&] { return cluster->size("/") == 2; }));
        (void)a.ask(R"("join","a")");
        (void)b.ask(R"("join","b")");
    }
};

TEST_F(two_servers, hear_each_others_broadcasts)
{
    one.io.emit("to all", binary::from_text("bytes"));
    for (auto* each : {&a, &b}) {
        EXPECT_EQ(each->receive(), R"(451-["to all",{"_placeholder":true,"num":0}])");
        EXPECT_EQ(each->receive(), "bytes");
    }
    one.io.local().emit("here alone");
    one.io.to("b").emit("to b");
    one.io.except("b").emit("not to b");
    two.io.to({"a", "b"}).emit("to both");
    for (auto const* text : {R"(42["here alone"])", R"(42["not to b"])", R"(42["to both"])"})
        EXPECT_EQ(a.receive(), text);
    std::vector<std::string> heard{b.receive(), b.receive()}; // from two servers: in any order
    std::sort(heard.begin(), heard.end());
    EXPECT_EQ(heard, (std::vector<std::string>{R"(42["to b"])", R"(42["to both"])"}));
}

TEST_F(two_servers, move_and_end_each_others_sockets)
{
    one.io.in("b").sockets_join("x");
    one.io.to("x").emit("in x");
    one.io.in("b").sockets_leave("x");
    one.io.to("x").emit("no longer");
    one.io.in("b").disconnect_sockets(true);
    EXPECT_EQ(b.receive(), R"(42["in x"])");
    EXPECT_EQ(b.receive(), "41");
    EXPECT_THROW(b.receive(), line_closed);
    EXPECT_EQ(a.ask(R"("join","a")"), "2");
}

TEST_F(two_servers, describe_all_sockets)
{
    auto const ids = [](std::vector<remote_socket> const& found) {
        std::vector<std::string> all;
        for (auto const& each : found) all.push_back(each.id);
        std::sort(all.begin(), all.end());
        return all;
    };
    std::vector<std::string> both{a.id(), b.id()};
    std::sort(both.begin(), both.end());
    EXPECT_EQ(ids(answer_of(one.io.fetch_sockets())), both);
    EXPECT_EQ(ids(answer_of(two.io.local().fetch_sockets())), std::vector<std::string>{b.id()});
}

TEST_F(two_servers, gather_the_acknowledgements_of_both)
{
    auto asked = one.io.emit_with_ack<int>("question");
    for (auto* each : {&a, &b}) each->answer(each->receive_question(), each == &a ? "1" : "2");
    auto all = answer_of(std::move(asked));
    std::sort(all.answers.begin(), all.answers.end());
    EXPECT_EQ(all.answers, (std::vector<int>{1, 2}));
    EXPECT_EQ(all.expected, 2U);
    EXPECT_FALSE(all.timed_out);
}

TEST_F(two_servers, send_events_to_each_other_that_no_client_hears)
{
    auto const all = answer_of(one.io.server_side_emit_with_ack("question", args::of(7)));
    ASSERT_EQ(all.answers.size(), 1U); // from the other, never from itself
    EXPECT_EQ(all.answers.front().to_json(), R"(["two",7])");
    EXPECT_FALSE(all.timed_out);
    one.io.server_side_emit("note", 1, "x");
    EXPECT_EQ(b.receive(), R"(42["noted by two",1,"x"])");
}

} // namespace partyline::test
