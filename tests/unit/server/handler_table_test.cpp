// What is declared for a namespace or a socket and taken away again, in which order it runs, and what becomes of those
// who throw.
#include <mutex>

#include "running_server.hpp"

namespace partyline::test {

struct declared_listeners : ::testing::Test
{
    std::string heard; // touched on the server's thread alone
    listener_id by_name{};
    listener_id by_id{};
    listener_id outgoing{};

    running_server line{[this](server& io) {
        auto const note = [this](std::string const& what) { return [this, what] { heard += what + " "; }; };
        io.on("take", [this] { return std::exchange(heard, {}); });

        by_name = io.on("event", note("first"));
        by_id = io.on("event", note("second"));
        io.on("event", note("third"));
        io.on("take second away", [this, &io] { io.off(by_id); });
        io.on("take event away", [&io] { io.off("event"); });
        io.once("once", [](socket s) { return std::string(s.id()); });

        io.on("own", [this, note](socket s) {
            auto const id = s.on("mine", note("one"));
            s.on("mine", note("two"));
            s.once("mine", note("once"));
            s.on("take one away", [s, id] { s.off(id); });
            s.on("take mine away", [s] { s.off("mine"); });
        });

        io.on("watch", [this, &io](socket s) {
            auto const note_event = [this](std::string const& who) {
                return [this, who](std::string_view name, args const& values) {
                    heard += who + ":" + std::string(name) + std::to_string(values.size()) + " ";
                };
            };
            auto const a = s.on_any_outgoing(note_event("a"));
            s.on_any_outgoing(note_event("b"));
            s.prepend_any_outgoing(note_event("c"));
            outgoing = io.on_any_outgoing(
                [this](socket, std::string_view name, args const&) { heard += "all:" + std::string(name) + " "; });
            s.on("take a away", [s, a] { s.off(a); });
            s.on("take all away", [this, &io] { io.off(outgoing); });
            s.on("take own away", [s] { s.off_any_outgoing(); });
        });
        io.on("emit", [](socket s) { s.emit("e", 1, 2); });
        io.on("broadcast", [&io] { io.emit("e", 1); });

        io.on("use", [&io](socket s) {
            s.use([](incoming_event& incoming, next go_on) {
                if (incoming.name == "refused") return go_on(refusal("not you", value::object{{"code", 7}}));
                if (incoming.name == "old name") {
                    incoming.name = "new name";
                    incoming.arguments = args::of(incoming.arguments, "added");
                }
                go_on();
            });
            s.use([&io](incoming_event& incoming, next go_on) {
                if (incoming.name == "slow") return io.after(1ms, [go_on] { go_on(); });
                go_on();
            });
            s.on_error([s](refusal const& why) { s.emit("refused", why.what(), why.data()); });
        });
        io.on("refused", [] { return "reached"; });
        io.on("old name", [] { return "reached"; });
        io.on("new name", [](args all) { return all; });
        io.on("slow", [] { return "reached"; });
    }};
    wire_client client{line.port};

    std::string take() { return client.ask(R"("take")"); }
};

TEST_F(declared_listeners, of_a_namespace_run_in_order_until_they_are_taken_away_by_id_or_name)
{
    client.emit(R"("event")");
    EXPECT_EQ(take(), R"("first second third ")");
    client.emit(R"("take second away")");
    client.emit(R"("event")");
    EXPECT_EQ(take(), R"("first third ")");
    client.emit(R"("take event away")");
    client.emit(R"("event")");
    EXPECT_EQ(take(), R"("")");
}

TEST_F(declared_listeners, of_a_socket_run_in_order_until_they_are_taken_away_by_id_or_name)
{
    wire_client other(line.port);
    client.emit(R"("own")");
    client.emit(R"("mine")");
    EXPECT_EQ(take(), R"("one two once ")");
    client.emit(R"("mine")");
    EXPECT_EQ(take(), R"("one two ")");
    other.emit(R"("mine")");
    EXPECT_EQ(other.ask(R"("take")"), R"("")");
    client.emit(R"("take one away")");
    client.emit(R"("mine")");
    EXPECT_EQ(take(), R"("two ")");
    client.emit(R"("take mine away")");
    client.emit(R"("mine")");
    EXPECT_EQ(take(), R"("")");
}

TEST_F(declared_listeners, once_by_namespace_is_once_in_all)
{
    wire_client other(line.port);
    EXPECT_EQ(client.ask(R"("once")"), '"' + client.id() + '"');
    other.send(R"(429["once"])");
    EXPECT_EQ(other.ask(R"("take")"), R"("")");
    client.send(R"(429["once"])");
    EXPECT_EQ(take(), R"("")");
}

TEST_F(declared_listeners, of_outgoing_events_hear_emits_and_broadcasts_until_they_are_taken_away)
{
    auto const after = [this](std::string_view event, std::string_view says) {
        client.emit(event);
        EXPECT_TRUE(client.receive().starts_with(R"(42["e",1)"));
        EXPECT_EQ(take(), says) << event; // an acknowledgement is no event
    };
    client.emit(R"("watch")");
    after(R"("emit")", R"("all:e c:e2 a:e2 b:e2 ")");
    after(R"("broadcast")", R"("all:e c:e1 a:e1 b:e1 ")");
    client.emit(R"("take a away")");
    after(R"("emit")", R"("all:e c:e2 b:e2 ")");
    client.emit(R"("take all away")");
    after(R"("broadcast")", R"("c:e1 b:e1 ")");
    client.emit(R"("take own away")");
    after(R"("emit")", R"("")");
    after(R"("broadcast")", R"("")");
}

TEST_F(declared_listeners, use_of_a_socket_rewrites_refuses_and_takes_its_time_for_that_socket_alone)
{
    wire_client other(line.port);
    client.emit(R"("use")");
    EXPECT_EQ(client.ask(R"("old name",1)"), R"(1,"added")");
    EXPECT_EQ(client.ask(R"("slow")"), R"("reached")");
    client.send(R"(429["refused"])");
    EXPECT_EQ(client.receive(), R"(42["refused","not you",{"code":7}])");
    EXPECT_EQ(take(), R"("")"); // and no answer to number 9 before it
    EXPECT_EQ(other.ask(R"("old name",1)"), R"("reached")");
    EXPECT_EQ(other.ask(R"("refused")"), R"("reached")");
}

// --- the life of a socket -------------------------------------------------------------------------------------------

TEST(connected, is_said_from_the_joining_until_the_leaving)
{
    std::string said;
    std::promise<void> gone;
    running_server line([&](server& io) {
        auto const note = [&said](std::string_view when, socket const& s) {
            said.append(when).append(s.connected() ? " yes, " : " no, ");
        };
        io.use([note](socket s) { note("middleware", s); });
        io.on_connection([note](socket s) { note("connection", s); });
        io.on_disconnecting([note](socket s, disconnect_reason) { note("disconnecting", s); });
        io.on_disconnect([note, &gone](socket s, disconnect_reason) {
            note("disconnect", s);
            gone.set_value();
        });
    });
    wire_client(line.port).send("41");
    gone.get_future().get();
    EXPECT_EQ(said, "middleware no, connection yes, disconnecting yes, disconnect no, ");
}

struct failing_handlers : ::testing::TestWithParam<handler_error_policy>
{
    std::mutex mutex;
    std::vector<std::string> logged;

    running_server line{[](server& io) {
                            io.on("throw", [](int) { throw std::runtime_error("thrown at once"); });
                            io.on("throw later", [&io](int) -> task<> {
                                co_await io.sleep(1ms);
                                throw std::runtime_error("thrown later");
                            });
                            io.on("number", [](int n) { return n; });
                        },
                        {.on_handler_error = GetParam(), .log = [this](log_level, std::string_view message) {
                             std::lock_guard const lock(mutex);
                             logged.emplace_back(message);
                         }}};
    bool is_logged(std::string_view part)
    {
        std::lock_guard const lock(mutex);
        return std::any_of(logged.begin(), logged.end(),
                           [&](auto const& each) { return each.find(part) != each.npos; });
    }
};

TEST_P(failing_handlers, are_counted_and_logged_and_end_the_connection_only_where_that_is_asked_for)
{
    wire_client bystander(line.port);
    std::uint64_t errors = 0;
    for (auto const& [event, part] : {std::pair(R"("throw",1)", "thrown at once"),
                                      {R"("throw later",1)", "thrown later"},
                                      {R"("number","none")", "do not fit"}})
    {
        wire_client client(line.port);
        if (GetParam() == handler_error_policy::disconnect) {
            client.emit(event);
            EXPECT_EQ(client.receive(), "41") << event;
            EXPECT_THROW(client.receive(), line_closed) << event;
        } else {
            client.send("429[" + std::string(event) + "]");
            auto const limit = std::chrono::steady_clock::now() + 10s;
            while (line.statistics().handler_errors == errors && std::chrono::steady_clock::now() < limit)
                std::this_thread::sleep_for(1ms);
            EXPECT_EQ(client.ask(R"("number",1)"), "1") << event; // and no answer to number 9 before it
        }
        EXPECT_EQ(line.statistics().handler_errors, ++errors) << event;
        EXPECT_TRUE(is_logged(part)) << event;
    }
    EXPECT_EQ(bystander.ask(R"("number",2)"), "2");
}

INSTANTIATE_TEST_SUITE_P(by_policy, failing_handlers,
                         ::testing::Values(handler_error_policy::ignore, handler_error_policy::disconnect));

} // namespace partyline::test
