// One connection in so many namespaces that its sockets are found by an index: it has to be right through any coming and going.
// How much it costs: tests/guard/growth.cpp.
#include <algorithm>
#include <random>

#include "running_server.hpp"

namespace partyline::test {

namespace {

std::string name(std::size_t number) { return "/of-" + std::to_string(number); }

void expect_echo(wire_client& client, std::size_t number)
{
    client.send("42" + name(number) + R"(,["echo",1])");
    EXPECT_EQ(client.receive(), "42" + name(number) + R"(,["echo",1])");
}

} // namespace

TEST(many_namespaces, of_one_connection_are_told_apart_through_any_coming_and_going)
{
    running_server const line(
        [](server& io) { io.of(pattern{"^/of-"}).on("echo", [](socket s, args all) { s.emit("echo", all); }); },
        {.cleanup_empty_child_namespaces = true, .limits = {.max_namespaces = 40}});
    wire_client client(line.port, "", false);
    std::vector<std::size_t> in;
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < 40; ++i) out.push_back(i);
    std::minstd_rand random(7); // the same walk each time
    auto const move_one = [&](std::vector<std::size_t>& from, std::vector<std::size_t>& to) {
        auto const chosen = from.begin() + static_cast<std::ptrdiff_t>(random() % from.size());
        to.push_back(*chosen);
        from.erase(chosen);
        return to.back();
    };
    auto const join_one = [&] {
        auto const chosen = name(move_one(out, in));
        client.send("40" + chosen + ",");
        EXPECT_TRUE(client.receive().starts_with("40" + chosen + ",")) << chosen;
    };
    auto const leave_one = [&] { client.send("41" + name(move_one(in, out)) + ","); };
    for (auto const all : {40, 3, 40, 1, 20}) {
        while (in.size() < static_cast<std::size_t>(all)) {
            join_one();
            if (in.size() > 5 && random() % 3 == 0) leave_one();
            for (int i = 0; i < 3; ++i) expect_echo(client, in[random() % in.size()]);
        }
        while (in.size() > static_cast<std::size_t>(all)) leave_one();
        for (auto const each : in) expect_echo(client, each);
        EXPECT_EQ(line.statistics().namespaces.size(), in.size() + 1); // empty ones are forgotten
    }
    client.close();
    (void)line.when_empty();
    EXPECT_EQ(line.statistics().namespaces.size(), 1U);
}

TEST(many_namespaces, beyond_the_limit_are_refused)
{
    running_server const line([](server& io) { (void)io.of(pattern{"^/of-"}); }, {.limits = {.max_namespaces = 20}});
    wire_client client(line.port, "", false);
    for (std::size_t i = 0; i < 21; ++i) {
        client.send("40" + name(i) + ",");
        EXPECT_TRUE(client.receive().starts_with(i < 20 ? "40" : "44")) << i;
    }
}

// Declared while clients are there: by one of them, so that it holds when the answer comes.
TEST(many_namespaces, hear_what_is_declared_for_one_of_them_and_what_is_declared_for_their_parent)
{
    running_server const line([](server& io) {
        auto const parent = io.of(pattern{"^/of-"});
        parent.on("declare", [&io, parent](std::string where) {
            (where == "parent" ? parent : io.of(where)).on("whose", [where] { return where; });
            return true;
        });
    });
    wire_client client(line.port, "", false);
    for (std::size_t i = 0; i < 3; ++i) {
        client.send("40" + name(i) + ",");
        (void)client.receive();
    }
    auto const ask = [&](std::size_t number, std::string const& event) {
        client.send("42" + name(number) + ",1[" + event + "]");
        return client.receive();
    };
    EXPECT_EQ(ask(0, R"("declare","/of-1")"), "43/of-0,1[true]");
    EXPECT_EQ(ask(1, R"("whose")"), R"(43/of-1,1["/of-1"])");
    EXPECT_EQ(ask(0, R"("declare","parent")"), "43/of-0,1[true]");
    EXPECT_EQ(ask(0, R"("whose")"), R"(43/of-0,1["parent"])");
    EXPECT_EQ(ask(2, R"("whose")"), R"(43/of-2,1["parent"])");
    EXPECT_EQ(ask(1, R"("whose")"), R"(43/of-1,1["/of-1"])");
}

} // namespace partyline::test
