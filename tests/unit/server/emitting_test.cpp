// Emitting to one and to many: what a chain keeps, what is refused, and how long an acknowledgement is waited for.
#include "running_server.hpp"

namespace partyline::test {

struct emitting : ::testing::Test
{
    void declare(server& io)
    {
        io.on("join", [](socket s, std::string room) {
            s.join(room);
            return room;
        });
        io.on("send", [&io](socket s) {
            s.send("to one", 1);
            s.volatile_().emit("volatile");
            io.send("to all");
            io.of("/").in("a").send("to a room", value::array{1, 2});
            s.broadcast().send("to the others");
        });
        io.on("chains", [&io] {
            auto const base = io.to("a");
            auto const wider = base.to("b");
            auto const narrower = base.except("b");
            (void)base.volatile_();
            (void)base.local();
            (void)base.compress(false);
            (void)base.timeout(1ms);
            (void)wider.except("a");
            base.emit("base");
            wider.emit("wider");
            narrower.emit("narrower");
        });
        io.on("options", [](socket s) -> task<std::string> {
            auto const patient = s.timeout(10s);
            (void)patient.timeout(0ms);
            (void)patient.volatile_();
            (void)patient.compress(false);
            co_return co_await patient.emit_with_ack<std::string>("question");
        });
        io.on("reserved", [&io](socket s) {
            int refused = 0;
            auto const expect_refusal = [&refused](auto call) {
                try {
                    call();
                } catch (error const& why) {
                    refused += why.code() == errc::reserved_event ? 1 : 0;
                }
            };
            for (std::string const name :
                 {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"})
            {
                expect_refusal([&] { s.emit(name, 1); });
                expect_refusal([&] { s.emit(name, [](result<int>) {}); });
                expect_refusal([&] { (void)s.emit_with_ack(name); });
                expect_refusal([&] { s.broadcast().emit(name); });
                expect_refusal([&] { (void)io.to("a").emit_with_ack(name); });
                expect_refusal([&] { io.emit(name); });
                expect_refusal([&] { s.on(name, [] {}); });
                expect_refusal([&] { s.once(name, [] {}); });
                expect_refusal([&] { io.on(name, [] {}); });
                expect_refusal([&] { io.once(name, [] {}); });
            }
            s.emit("error", "is an event like any other");
            return refused;
        });
        io.on("reserved between servers", [&io] {
            int refused = 0;
            for (auto const* name : {"connect", "connection", "new_namespace", "disconnect"}) {
                try {
                    io.server_side_emit(name, 1);
                } catch (error const& why) {
                    refused += why.code() == errc::reserved_event ? 1 : 0;
                }
                try {
                    (void)io.server_side_emit_with_ack(name);
                } catch (error const& why) {
                    refused += why.code() == errc::reserved_event ? 1 : 0;
                }
            }
            return refused;
        });
        io.on("ask one", [](socket s) -> task<std::tuple<bool, bool>> {
            auto const begun = std::chrono::steady_clock::now();
            auto const answer = co_await as_result(s.emit_with_ack<int>("question"));
            auto const took = std::chrono::steady_clock::now() - begun;
            co_return std::tuple(!answer && answer.error() == errc::timed_out, took >= 100ms);
        });
        io.on("ask all", [&io]() -> task<std::tuple<std::vector<int>, std::size_t, bool, bool>> {
            auto const begun = std::chrono::steady_clock::now();
            auto const all = co_await io.emit_with_ack<int>("question");
            auto const took = std::chrono::steady_clock::now() - begun;
            co_return std::tuple(all.answers, all.expected, all.timed_out, took >= 100ms);
        });
    }

    running_server line{[this](server& io) { declare(io); }, {.ack_timeout = 1s}};
    wire_client a{line.port};
    wire_client b{line.port};
    void SetUp() override
    {
        (void)a.ask(R"("join","a")");
        (void)b.ask(R"("join","b")");
    }
};

TEST_F(emitting, send_is_the_event_message)
{
    a.emit(R"("send")");
    for (auto const* text : {R"(42["message","to one",1])", R"(42["volatile"])", R"(42["message","to all"])",
                             R"(42["message","to a room",[1,2]])"})
        EXPECT_EQ(a.receive(), text);
    for (auto const* text : {R"(42["message","to all"])", R"(42["message","to the others"])"})
        EXPECT_EQ(b.receive(), text);
}

TEST_F(emitting, each_step_of_a_chain_gives_a_new_object)
{
    b.emit(R"("chains")");
    EXPECT_EQ(b.receive(), R"(42["wider"])");
    for (auto const* text : {R"(42["base"])", R"(42["wider"])", R"(42["narrower"])"}) EXPECT_EQ(a.receive(), text);
    a.send(R"(421["options"])");
    a.answer(a.receive_question(), R"("in time")");
    EXPECT_EQ(a.receive(), R"(431["in time"])");
}

TEST_F(emitting, reserved_names_throw_wherever_they_are_emitted_or_declared)
{
    a.send(R"(421["reserved"])");
    EXPECT_EQ(a.receive(), R"(42["error","is an event like any other"])");
    EXPECT_EQ(a.receive(), "431[60]");
}

TEST_F(emitting, the_names_that_are_reserved_between_servers_throw)
{
    EXPECT_EQ(a.ask(R"("reserved between servers")"), "6"); // "disconnect" is none of them
}

TEST_F(emitting, acknowledgements_without_a_timeout_are_awaited_for_the_ack_timeout)
{
    a.send(R"(421["ask all"])");
    a.answer(a.receive_question(), "7");
    (void)b.receive_question(); // and no answer
    EXPECT_EQ(a.receive(), "431[[[7],2,true,true]]");
    a.send(R"(422["ask one"])");
    (void)a.receive_question();
    EXPECT_EQ(a.receive(), "432[[true,true]]");
}

} // namespace partyline::test
