// With connection state recovery and several threads: what is sent to one socket by whatever way arrives in the order
// of sending, and what was sent to it alone is stored, too.
#include "running_server.hpp"

namespace partyline::test {

struct recovery_order : ::testing::Test
{
    running_server line{[](server& io) {
                            io.on("mix", [&io](socket s, int rounds) {
                                for (int i = 0; i < rounds; i += 4) {
                                    s.emit("e", i);
                                    io.to(std::string(s.id())).emit("e", i + 1);
                                    s.emit("e", i + 2, [](result<int>) {});
                                    s.volatile_().emit("e", i + 3);
                                }
                                return "behind them all";
                            });
                            io.on("mix and leave", [&io](socket s) {
                                s.emit("first");
                                io.to(std::string(s.id())).emit("second");
                                s.disconnect();
                            });
                            io.on("two", [](socket s) {
                                s.emit("direct", "one");
                                s.emit("direct", "two");
                            });
                        },
                        {.connection_state_recovery = recovery_options{}, .threads = 3}};

    /// One whose connection is not the first thread's.
    std::unique_ptr<wire_client> elsewhere()
    {
        struct gate
        {
            std::promise<void> busy;
            std::promise<void> free;
        };
        auto const first = std::make_shared<gate>();
        line.io.after(0ms, [first, released = first->free.get_future().share()] {
            first->busy.set_value();
            released.wait();
        });
        first->busy.get_future().wait();
        auto client = std::make_unique<wire_client>(line.port, "", false);
        first->free.set_value();
        return client;
    }
    static std::string text_in(std::string const& packet, std::string const& name)
    {
        auto const at = packet.find('"' + name + "\":\"") + name.size() + 4;
        return packet.substr(at, packet.find('"', at) - at);
    }
};

TEST_F(recovery_order, is_that_of_sending_whatever_the_way)
{
    auto const client = elsewhere();
    client->send("40");
    (void)client->receive();
    constexpr int rounds = 200;
    client->send(R"(421["mix",)" + std::to_string(rounds) + "]");
    for (int i = 0; i < rounds; ++i) {
        auto const text = client->receive();
        auto const event = text.substr(text.find('['));
        ASSERT_TRUE(event.starts_with(R"(["e",)" + std::to_string(i))) << i << ": " << text;
    }
    EXPECT_EQ(client->receive(), R"(431["behind them all"])");
    client->emit(R"("mix and leave")");
    EXPECT_TRUE(client->receive().starts_with(R"(42["first",)"));
    EXPECT_TRUE(client->receive().starts_with(R"(42["second",)"));
    EXPECT_EQ(client->receive(), "41");
}

TEST_F(recovery_order, direct_emits_are_stored_too)
{
    auto const client = elsewhere();
    client->send("40");
    auto const joined = client->receive();
    client->emit(R"("two")");
    auto const one = client->receive();
    auto const two = client->receive();
    ASSERT_TRUE(one.starts_with(R"(42["direct","one",")")) << one;
    ASSERT_TRUE(two.starts_with(R"(42["direct","two",")")) << two;
    client->abort();
    (void)line.when_empty();

    auto const from = one.rfind(",\"") + 2;
    auto const offset = one.substr(from, one.size() - from - 2);
    wire_client again(line.port, "", false);
    again.send(R"(40{"pid":")" + text_in(joined, "pid") + R"(","offset":")" + offset + "\"}");
    EXPECT_EQ(again.receive(), two);
    EXPECT_EQ(again.receive(), joined);
}

} // namespace partyline::test
