// Listeners with fixed arguments: as functions and as coroutines, on the namespace and on one socket.
#include <mutex>

#include "running_server.hpp"

namespace partyline::test {

namespace {

/// What was heard, in order; others wait for it.
class notes
{
public:
    void add(std::string text)
    {
        std::lock_guard const lock(mutex_);
        all_.push_back(std::move(text));
    }
    [[nodiscard]] std::vector<std::string> all() const
    {
        std::lock_guard const lock(mutex_);
        return all_;
    }
    /// The notes, once there are so many.
    [[nodiscard]] std::vector<std::string> once_there_are(std::size_t count) const
    {
        auto const limit = std::chrono::steady_clock::now() + 10s;
        while (all().size() < count && std::chrono::steady_clock::now() < limit) std::this_thread::sleep_for(1ms);
        return all();
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> all_;
};

using list = std::vector<std::string>;

} // namespace

TEST(listener, may_be_a_coroutine_that_keeps_what_it_was_given)
{
    notes heard;
    running_server line([&](server& io) {
        io.on_connection([&](socket s) -> task<> {
            co_await io.sleep(1ms);
            heard.add("connection of " + std::string(s.id()));
        });
        io.on_any([&](socket, std::string name, args all) -> task<> {
            co_await io.sleep(1ms);
            heard.add("any " + name + " " + all.get<std::string>(0).value());
        });
        io.on_any_outgoing([&](socket, std::string name, args all) -> task<> {
            co_await io.sleep(1ms);
            heard.add("outgoing " + name + " " + all.get<std::string>(0).value());
        });
        io.on_error([&](socket, refusal why) -> task<> {
            co_await io.sleep(1ms);
            heard.add(std::string("refused ") + why.what());
        });
        io.on("echo", [](socket s, std::string text) { s.emit("echoed", text); });
        io.use_event([&](socket, incoming_event& event, next go_on) -> task<> {
            co_await io.sleep(1ms);
            if (event.name == "forbidden") throw refusal("no");
            if (event.name == "broken") throw std::runtime_error("broken");
            event.name = "echo";
            go_on();
        });
        io.on_disconnect([&](socket, disconnect_reason why, std::string description) -> task<> {
            co_await io.sleep(1ms);
            heard.add("gone " + std::string(to_string(why)) + " (" + description + ")");
        });
    });
    wire_client client(line.port);
    EXPECT_EQ(heard.once_there_are(1), list{"connection of " + client.id()});
    client.emit(R"("anything","hello")");
    EXPECT_EQ(client.receive(), R"(42["echoed","hello"])");
    EXPECT_EQ(heard.once_there_are(3),
              (list{"connection of " + client.id(), "any anything hello", "outgoing echoed hello"}));
    client.emit(R"("forbidden","x")");
    EXPECT_EQ(heard.once_there_are(5)[4], "refused no");
    client.emit(R"("broken","x")");
    EXPECT_EQ(heard.once_there_are(7)[6], "refused middleware failed");
    client.send("1");
    EXPECT_EQ(heard.once_there_are(8)[7], "gone transport close ()");
    EXPECT_EQ(line.statistics().handler_errors, 1U);
}

TEST(listener, of_one_socket_may_be_a_coroutine_as_well)
{
    notes heard;
    running_server line([&](server& io) {
        io.on_connection([&](socket s) {
            s.prepend_any([&](std::string name, args) -> task<> {
                co_await io.sleep(1ms);
                heard.add("any " + name);
            });
            s.use([&](incoming_event& event, next go_on) -> task<> {
                co_await io.sleep(5ms);
                if (event.name == "forbidden") throw refusal("no");
                go_on();
            });
            s.on_error([&](refusal why) -> task<> {
                co_await io.sleep(1ms);
                heard.add(std::string("refused ") + why.what());
            });
            s.on_disconnecting(
                [&](disconnect_reason, std::string_view description) { heard.add(std::string(description)); });
        });
        io.on("number", [] { return 1; });
    });
    wire_client client(line.port);
    EXPECT_EQ(client.ask(R"("number")"), "1");
    client.emit(R"("forbidden")");
    EXPECT_EQ(heard.once_there_are(3), (list{"any number", "any forbidden", "refused no"}));
    client.abort();
}

TEST(listener, of_a_connection_that_refuses_may_take_next_and_be_a_coroutine)
{
    running_server line([](server& io) {
        io.use([&io](socket s, next go_on) -> task<> {
            co_await io.sleep(1ms);
            if (s.handshake().auth()["name"] == value("Eve")) throw refusal("not you");
            go_on();
        });
    });
    EXPECT_EQ(wire_client(line.port, R"({"name":"Ada"})").id().size(), 20U);
    EXPECT_EQ(wire_client(line.port, R"({"name":"Eve"})").joined(), R"(44{"message":"not you"})");
}

TEST(listener, of_a_disconnection_is_told_what_broke)
{
    notes heard;
    running_server line([&](server& io) {
        io.on_disconnecting([&](socket, disconnect_reason why, std::string_view description) {
            heard.add(std::string(to_string(why)) + ": " + std::string(description));
        });
        io.on_disconnect([&](socket, disconnect_reason why, std::string_view description) {
            heard.add(std::string(to_string(why)) + ": " + std::string(description));
        });
    });
    wire_client(line.port).send("2"); // a ping, which only servers send
    auto const ping = std::string("transport error: invalid heartbeat direction");
    EXPECT_EQ(heard.once_there_are(2), (list{ping, ping}));
    wire_client client(line.port);
    client.send(std::string(1'100'000, 'x'));
    auto const frame = "transport error: " + std::string(describe(errc::message_too_big));
    EXPECT_EQ(heard.once_there_are(4), (list{ping, ping, frame, frame}));
    wire_client(line.port).send("41");
    EXPECT_EQ(heard.once_there_are(6)[5], "client namespace disconnect: ");
}

} // namespace partyline::test
