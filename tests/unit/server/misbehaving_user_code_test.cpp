// Code of the user that throws, never answers, answers twice or ends its own socket, in each place where the server calls
// it: it harms that call alone. A client says by a header where and how the code is to fail; a bystander notices nothing.
#include <algorithm>
#include <atomic>
#include <tuple>

#include "running_server.hpp"

namespace partyline::test {

namespace {

using failure = std::tuple<char const*, char const*>; // where, how

std::string told(failure const& what) { return std::string(std::get<0>(what)) + ": " + std::get<1>(what); }

void nothing() {}

std::string test_name(::testing::TestParamInfo<failure> const& info)
{
    auto name = std::string(std::get<0>(info.param)) + "_" + std::get<1>(info.param);
    std::replace(name.begin(), name.end(), ' ', '_');
    return name;
}

} // namespace

class misbehaving_user_code : public ::testing::TestWithParam<failure>
{
protected:
    /// What the code does at `place`, where its client wished it to fail there; otherwise it answers.
    void act(std::string_view wish, std::string_view place, std::function<void()> const& answer,
             std::function<void()> const& leave = nothing)
    {
        auto const colon = wish.find(": ");
        if (wish.substr(0, colon) != place) return answer();
        auto const how = wish.substr(colon + 2);
        ++failed;
        if (how == "throws") throw std::runtime_error("on purpose");
        if (how == "throws a number") throw 42;
        if (how == "never answers") return;
        if (how == "leaves") leave();
        answer();
        if (how == "answers twice") answer();
        if (how == "leaves afterwards") leave();
        if (how == "answers and throws") throw std::runtime_error("on purpose");
    }
    void act(socket s, std::string_view place, std::function<void()> const& answer = nothing)
    {
        act(s.handshake().header("x-fail"), place, answer, [s] { s.disconnect(true); });
    }

    std::atomic<int> failed{0};
    std::atomic<std::uint32_t> ids{0};

    running_server line{
        [this](server& io) {
            io.use_http([this](http_call const& call, http_continue go_on) {
                act(call.request.header("x-fail"), "use_http", [go_on] { go_on({}); });
            });
            io.use([this](socket s, next go_on) { act(s, "use", [go_on] { go_on(); }); });
            io.use_event([this](socket s, incoming_event&, next go_on) { act(s, "use_event", [go_on] { go_on(); }); });
            io.on_connection([this](socket s) { act(s, "on_connection"); });
            io.on_any([this](socket s, std::string_view, args const&) { act(s, "on_any"); });
            io.on_any_outgoing([this](socket s, std::string_view, args const&) { act(s, "on_any_outgoing"); });
            io.on_disconnecting([this](socket s, disconnect_reason) { act(s, "on_disconnecting"); });
            io.on_disconnect([this](socket s, disconnect_reason) { act(s, "on_disconnect"); });
            io.on("echo", [this](socket s, int n, ack<int> reply) { act(s, "on", [&] { reply(n); }); });
            io.on("task", [this, &io](socket s, int n, ack<int> reply) -> task<> {
                co_await io.sleep(1ms);
                act(s, "task", [&] { reply(n); });
            });
            io.on("ask",
                  [this](socket s) { s.emit("question", [this, s](result<int>) { act(s, "acknowledgement"); }); });
        },
        {.allow_request =
             [this](http_call const& call, std::function<void(std::optional<std::string>)> accept) {
                 act(call.request.header("x-fail"), "allow_request", [&] { accept({}); });
             },
         .generate_id =
             [this](http_call const& call) {
                 std::string id;
                 act(call.request.header("x-fail"), "generate_id", [&] {
                     id = std::to_string(++ids);
                     id.insert(0, 20 - id.size(), '-');
                 });
                 return id;
             }}};

    void serves(wire_client& bystander)
    {
        EXPECT_EQ(bystander.ask(R"("echo",7)"), "7");
        EXPECT_EQ(bystander.ask(R"("task",8)"), "8");
    }
    template <class Condition>
    void wait_for(Condition holds)
    {
        for (auto const limit = std::chrono::steady_clock::now() + 10s; !holds();) {
            ASSERT_LT(std::chrono::steady_clock::now(), limit);
            std::this_thread::sleep_for(1ms);
        }
    }
};

TEST_P(misbehaving_user_code, harms_that_call_alone)
{
    std::string_view const place = std::get<0>(GetParam());
    std::string_view const how = std::get<1>(GetParam());
    wire_client bystander(line.port);
    {
        // all is said at once, since answers may never come
        std::string said = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                           "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-Fail: " +
                           told(GetParam()) + "\r\n\r\n";
        for (std::string_view const text : {"40", R"(421["echo",1])", R"(422["task",1])", R"(42["ask"])", "430[1]"})
            said += wire_client::framed(0x1, text);
        raw_line victim(line.port);
        victim.write(said);
        if (place != "on_disconnecting" && place != "on_disconnect") wait_for([&] { return failed > 0; });
        serves(bystander);
    }
    wait_for([&] { return failed > 0; });
    wait_for([&] {
        auto const now = line.statistics();
        return now.sockets == 1 && now.connections == 1 && now.tcp_connections == 1;
    });
    if (how.find("throws") != how.npos) {
        EXPECT_GE(line.statistics().handler_errors, 1U);
    }
    serves(bystander);
}

INSTANTIATE_TEST_SUITE_P(before_there_is_a_socket, misbehaving_user_code,
                         ::testing::Combine(::testing::Values("use_http", "allow_request", "generate_id"),
                                            ::testing::Values("throws", "throws a number", "never answers",
                                                              "answers twice", "answers and throws")),
                         test_name);
INSTANTIATE_TEST_SUITE_P(
    with_a_socket, misbehaving_user_code,
    ::testing::Combine(::testing::Values("use", "use_event", "on_connection", "on_any", "on_any_outgoing", "on", "task",
                                         "acknowledgement", "on_disconnecting", "on_disconnect"),
                       ::testing::Values("throws", "throws a number", "never answers", "answers twice",
                                         "answers and throws", "leaves", "leaves afterwards")));

// --- while many are told --------------------------------------------------------------------------------------------

TEST(listeners_of_a_broadcast, may_end_all_of_its_receivers)
{
    std::atomic<int> told{0};
    std::atomic<int> left{0};
    running_server line(
        [&](server& io) {
            io.on_any_outgoing([&](socket s, std::string_view event, args const&) {
                if (event != "told") return;
                ++told;
                s.nsp().disconnect_sockets(true);
            });
            io.on_disconnect([&](socket s, disconnect_reason) {
                ++left;
                s.nsp().disconnect_sockets(true);
                s.nsp().emit("gone", s.id());
            });
            io.on("tell", [](socket s) { s.nsp().emit("told"); });
        },
        {.threads = 2});
    std::vector<std::unique_ptr<wire_client>> all;
    for (int i = 0; i < 20; ++i) all.push_back(std::make_unique<wire_client>(line.port));
    all.front()->emit(R"("tell")");
    for (auto const& each : all) each->expect_close();
    (void)line.when_empty();
    EXPECT_GE(told, 1);
    EXPECT_EQ(left, 20);
    wire_client later(line.port);
    EXPECT_TRUE(later.joined().starts_with("40{"));
}

} // namespace partyline::test
