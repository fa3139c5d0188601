// Acknowledgements both ways: by return value, coroutine and `ack<T...>`; and those that the server asks for.
#include <atomic>

#include "running_server.hpp"

namespace partyline::test {

inline constexpr event<"double", int, reply<int>> doubled;

struct acknowledgement : ::testing::Test
{
    std::atomic<bool> first{false};
    std::atomic<bool> second{true};
    std::promise<errc> lost_with;
    std::thread helper; // joined at the end
    ~acknowledgement() override
    {
        if (helper.joinable()) helper.join();
    }

    running_server line{[this](server& io) {
        io.on("nothing", [] {});
        io.on("number", [] { return 5; });
        io.on("several", [] { return args::of(1, "two"); });
        io.on("empty", [](ack<> reply) { reply(); });
        io.on("later", [&io](int n) -> task<int> {
            co_await io.sleep(5ms);
            co_return n + 1;
        });
        io.on("twice", [this](ack<int> reply) {
            first = reply(1);
            second = reply(2);
        });
        io.on("elsewhere", [this](ack<std::string, int> reply) {
            helper = std::thread([this, reply] {
                first = reply("from a thread", 7);
                second = reply("again", 8);
            });
        });
        io.on("throws", [](int n) -> int {
            if (n < 0) throw std::runtime_error("negative");
            return n;
        });
        io.on("throws later", [&io](int n) -> task<int> {
            co_await io.sleep(1ms);
            if (n < 0) throw std::runtime_error("negative");
            co_return n;
        });
        io.on(doubled, [](int n, ack<int> reply) { reply(2 * n); });

        io.on("call back", [](socket s) {
            s.emit("question", 5, [s](result<int> answer) { s.emit("got", answer ? *answer : -1); });
        });
        io.on("call back plain",
              [](socket s) { s.emit("question", [s](int a, std::string b) { s.emit("got", a, b); }); });
        io.on("call back contract",
              [](socket s) { s.emit(doubled, 5, [s](result<int> answer) { s.emit("got", *answer); }); });
        io.on("await", [](socket s) -> task<int> { co_return co_await s.emit_with_ack<int>("question") + 1; });
        io.on("await contract", [](socket s) -> task<int> { co_return co_await s.emit_with_ack(doubled, 21); });
        io.on("await all", [](socket s) -> task<args> { co_return co_await s.emit_with_ack<args>("question"); });
        io.on("time-out", [](socket s) -> task<std::string> {
            auto const answer = co_await as_result(s.timeout(10ms).emit_with_ack<int>("question"));
            co_return answer ? "answered" : std::string(describe(answer.error()));
        });
        io.on("time-out throws", [](socket s) -> task<bool> {
            try {
                co_await s.timeout(10ms).emit_with_ack<int>("question");
            } catch (error const& why) {
                co_return why.code() == errc::timed_out;
            }
            co_return false;
        });
        io.on("mismatch", [](socket s) -> task<bool> {
            auto const answer = co_await as_result(s.emit_with_ack<int>("question"));
            co_return !answer && answer.error() == errc::type_mismatch;
        });
        io.on("lost", [this](socket s) {
            s.emit("question", [this](result<int> answer) { lost_with.set_value(answer ? errc{} : answer.error()); });
        });
        io.on("ask everybody", [&io](socket) -> task<std::tuple<std::size_t, std::size_t, bool>> {
            auto const all = co_await io.timeout(300ms).emit_with_ack<int>("question");
            co_return std::tuple(all.answers.size(), all.expected, all.timed_out);
        });
        io.on("ask everybody under a contract", [&io](socket) -> task<int> {
            static_assert(std::is_same_v<decltype(io.emit_with_ack(doubled, 4)), pending<responses<int>>>);
            auto const all = co_await io.timeout(10s).emit_with_ack(doubled, 4);
            co_return all.answers.at(0) + all.answers.at(1);
        });
    }};
    wire_client client{line.port};

    /// Sends the event, answers the question that comes back, and gives what follows.
    std::string answered(std::string_view event, std::string_view answer)
    {
        client.send(std::string("421[") + std::string(event) + "]");
        client.answer(client.receive_question(), answer);
        return client.receive();
    }
};

TEST_F(acknowledgement, is_what_a_handler_returns)
{
    EXPECT_EQ(client.ask(R"("number")"), "5");
    EXPECT_EQ(client.ask(R"("several")"), R"(1,"two")");
    EXPECT_EQ(client.ask(R"("empty")"), "");
}

TEST_F(acknowledgement, is_not_sent_by_void_handlers_nor_where_none_is_asked_for)
{
    client.send(R"(421["nothing"])");
    client.emit(R"("number")");
    EXPECT_EQ(client.ask(R"("number")"), "5");
}

TEST_F(acknowledgement, comes_from_a_coroutine_at_its_end) { EXPECT_EQ(client.ask(R"("later",1)"), "2"); }

TEST_F(acknowledgement, is_given_once)
{
    EXPECT_EQ(client.ask(R"("twice")"), "1");
    EXPECT_EQ(client.ask(R"("number")"), "5");
    EXPECT_TRUE(first);
    EXPECT_FALSE(second);
}

TEST_F(acknowledgement, may_be_given_by_another_thread)
{
    EXPECT_EQ(client.ask(R"("elsewhere")"), R"("from a thread",7)");
    EXPECT_EQ(client.ask(R"("number")"), "5");
}

TEST_F(acknowledgement, is_not_sent_by_a_handler_that_throws_which_is_counted_and_harms_nobody)
{
    wire_client other(line.port);
    client.send(R"(429["throws",-1])");
    client.send(R"(429["throws later",-1])");
    EXPECT_EQ(client.ask(R"("throws",3)"), "3");
    EXPECT_EQ(client.ask(R"("throws later",4)"), "4");
    EXPECT_EQ(other.ask(R"("throws",5)"), "5");
    EXPECT_EQ(line.statistics().handler_errors, 2U);
}

TEST_F(acknowledgement, follows_the_contract) { EXPECT_EQ(client.ask(R"("double",4)"), "8"); }

TEST_F(acknowledgement, comes_back_to_a_callback)
{
    EXPECT_EQ(answered(R"("call back")", "6"), R"(42["got",6])");
    EXPECT_EQ(answered(R"("call back plain")", R"(6,"six")"), R"(42["got",6,"six"])");
    EXPECT_EQ(answered(R"("call back contract")", "10"), R"(42["got",10])");
}

TEST_F(acknowledgement, comes_back_to_a_coroutine)
{
    EXPECT_EQ(answered(R"("await")", "6"), "431[7]");
    EXPECT_EQ(answered(R"("await contract")", "42"), "431[42]");
    EXPECT_EQ(answered(R"("await all")", R"(1,"two",[3])"), R"(431[1,"two",[3]])");
}

TEST_F(acknowledgement, that_does_not_come_in_time_is_an_error)
{
    client.send(R"(421["time-out"])");
    auto const asked = client.receive_question();
    EXPECT_EQ(client.receive(), R"(431[")" + std::string(describe(errc::timed_out)) + R"("])");
    client.answer(asked, "1"); // too late, and of no effect
    client.send(R"(422["time-out throws"])");
    (void)client.receive_question();
    EXPECT_EQ(client.receive(), "432[true]");
}

TEST_F(acknowledgement, of_another_type_is_an_error) { EXPECT_EQ(answered(R"("mismatch")", R"("six")"), "431[true]"); }

TEST_F(acknowledgement, of_an_unknown_number_is_ignored)
{
    client.send("43987654[1]");
    EXPECT_EQ(client.ask(R"("number")"), "5");
}

TEST_F(acknowledgement, that_is_awaited_fails_at_once_when_the_client_goes)
{
    client.emit(R"("lost")");
    (void)client.receive_question();
    client.abort();
    EXPECT_EQ(lost_with.get_future().get(), errc::disconnected);
}

TEST_F(acknowledgement, of_a_broadcast_is_gathered_from_all)
{
    wire_client other(line.port);
    wire_client silent(line.port);
    client.send(R"(421["ask everybody"])");
    client.answer(client.receive_question(), "1");
    other.answer(other.receive_question(), "2");
    (void)silent.receive_question();
    EXPECT_EQ(client.receive(), "431[[2,3,true]]");
}

TEST_F(acknowledgement, of_a_broadcast_under_a_contract_has_the_type_of_its_reply)
{
    wire_client other(line.port);
    client.send(R"(421["ask everybody under a contract"])");
    client.answer(client.receive_question(), "8");
    other.answer(other.receive_question(), "30");
    EXPECT_EQ(client.receive(), "431[38]");
}

} // namespace partyline::test
