// What a program does with a client, over each transport and with both codecs, against our own server.
#include <partyline/client.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>

#include <partyline/struct.hpp>

#include <future>

#include "unit/client/line_world.hpp"

namespace partyline::test {

namespace shop {
struct order
{
    std::string article;
    int pieces = 0;
};
PARTYLINE_STRUCT(order, article, pieces)

inline constexpr event<"price", order, reply<double>> price;
inline constexpr event<"confirm", double, reply<bool>> confirm;
inline constexpr event<"told", std::string, int> told;
} // namespace shop

namespace {

class each_way : public testing::TestWithParam<way>
{};
INSTANTIATE_TEST_SUITE_P(client, each_way, testing::ValuesIn(all_ways()),
                         [](auto const& each) { return std::string(each.param.name); });

server_options serving(way const& how)
{
    server_options options;
    options.parser = how.parser();
    return options;
}

TEST_P(each_way, sends_receives_acknowledges_and_closes)
{
    notes seen;
    line_server served(
        [&](server& io) {
            io.on("say", [&](socket s, std::string text, binary bytes) {
                s.emit("said", text, bytes, [&](std::string answer) { seen.add("server got " + answer); });
            });
            io.on("add", [](int a, int b) { return a + b; });
            io.on_disconnect([&](socket, disconnect_reason) { seen.add("server lost it"); });
        },
        serving(GetParam()));

    client line(served.url(), GetParam().options());
    line.on_connect([&] { seen.add("connect"); });
    line.on("said", [&](std::string text, binary bytes) {
        seen.add(text + "/" + std::string(bytes.text()));
        return "thanks";
    });
    line.on_disconnect([&](client_disconnect_reason why) { seen.add(std::string(to_string(why))); });
    line.connect();
    EXPECT_TRUE(line.emit("say", "hello", binary::from_text("bytes"))); // before there is a connection
    EXPECT_EQ(line.emit_with_ack<int>("add", 2, 3).get(), 5);
    EXPECT_TRUE(line.connected());
    EXPECT_EQ(line.id().size(), 20U);
    EXPECT_TRUE(seen.has("server got thanks"));
    line.close().get();
    EXPECT_FALSE(line.connected());
    EXPECT_TRUE(seen.has("server lost it"));
    auto all = seen.all();
    std::erase(all, "server got thanks");
    std::erase(all, "server lost it");
    EXPECT_EQ(all, (lines{"connect", "hello/bytes", "forced close"}));
}

TEST_P(each_way, keeps_the_order_of_a_thousand_events_both_ways)
{
    std::atomic<int> next{0};
    std::atomic<int> wrong{0};
    line_server served([&](server& io) { io.on("n", [](socket s, int n) { s.emit("n", n); }); }, serving(GetParam()));
    client line(served.url(), GetParam().options());
    line.on("n", [&](int n) {
        if (n != next++) ++wrong;
    });
    line.connect();
    for (int n = 0; n < 1000; ++n) ASSERT_TRUE(line.emit("n", n));
    EXPECT_TRUE(until([&] { return next == 1000; }));
    EXPECT_EQ(wrong, 0);
    line.close().get();
}

TEST_P(each_way, travels_as_it_was_told)
{
    line_server served([](server& io) { io.on("transport", [](socket s) { return std::string(s.transport()); }); },
                       serving(GetParam()));
    client line(served.url(), GetParam().options());
    line.connect();
    auto const last = GetParam().transports.back() == transport_kind::websocket ? "websocket" : "polling";
    EXPECT_TRUE(until([&] { return line.emit_with_ack<std::string>("transport").get() == last; }));
    EXPECT_EQ(line.statistics().get().transport, last);
    line.close().get();
}

TEST_P(each_way, carries_large_messages_with_binary_both_ways)
{
    auto options = serving(GetParam());
    options.max_http_buffer_size = 10'000'000;
    line_server served([](server& io) { io.on("echo", [](args all) { return all; }); }, options);
    client line(served.url(), GetParam().options());
    line.connect();
    std::string const text(1'000'000, 'x');
    auto const bytes = binary::from_text(std::string(2'000'000, 'b'));
    auto const back = line.emit_with_ack<args>("echo", text, bytes, 7).get();
    ASSERT_EQ(back.size(), 3U);
    EXPECT_EQ(*back.get<std::string>(0), text);
    EXPECT_EQ(back.get<binary>(1)->text(), bytes.text());
    EXPECT_EQ(*back.get<int>(2), 7);
    line.close().get();
}

TEST_P(each_way, joins_namespaces_over_one_connection)
{
    line_server served(
        [](server& io) {
            for (auto const* name : {"/", "/a", "/b"}) io.of(name).on("where", [name] { return std::string(name); });
        },
        serving(GetParam()));
    client line(served.url(), GetParam().options());
    auto const a = line.of("a");
    auto const b = line.of("/b");
    EXPECT_EQ(a.name(), "/a");
    line.connect();
    a.connect();
    b.connect();
    EXPECT_EQ(line.emit_with_ack<std::string>("where").get(), "/");
    EXPECT_EQ(a.emit_with_ack<std::string>("where").get(), "/a");
    EXPECT_EQ(b.emit_with_ack<std::string>("where").get(), "/b");
    std::promise<std::size_t> connections;
    served.io.statistics().then([&](result<server_statistics> now) { connections.set_value(now->connections); });
    EXPECT_EQ(connections.get_future().get(), 1U);
    a.disconnect();
    EXPECT_TRUE(until([&] { return !a.connected(); }));
    EXPECT_FALSE(a.active());
    EXPECT_TRUE(b.connected());
    line.close().get();
}

TEST(client, is_refused_with_what_the_server_says)
{
    line_server served([](server& io) {
        io.use([](socket s, next go_on) {
            if (s.handshake().auth()["token"].as_string()) return go_on();
            go_on(refusal("who are you?", value::object{{"code", 7}}));
        });
    });
    client line(served.url());
    notes seen;
    line.on_connect_error([&](client_error const& why) {
        seen.add(why.message + " " + why.data.to_json() + (why.by_server ? " by the server" : ""));
    });
    line.on_connect([&] { seen.add("connected"); });
    line.connect();
    EXPECT_EQ(seen.when(1), lines{R"(who are you? {"code":7} by the server)"});
    EXPECT_TRUE(until([&] { return !line.active(); }));
    line.auth(value::object{{"token", "t"}});
    line.connect();
    EXPECT_TRUE(seen.has("connected"));
    line.close().get();
}

TEST(client, asks_for_auth_at_each_connect)
{
    line_server served(
        [](server& io) { io.on("who", [](socket s) { return s.handshake().auth()["n"].as_int64().value(); }); });
    std::atomic<int> asked{0};
    client by_value(served.url(), {.auth = [&] { return value::object{{"n", ++asked}}; }});
    by_value.connect();
    EXPECT_EQ(by_value.emit_with_ack<int>("who").get(), 1);
    by_value.disconnect();
    by_value.connect();
    EXPECT_EQ(by_value.emit_with_ack<int>("who").get(), 2);
    by_value.close().get();

    std::jthread answering;
    client later(served.url(), {.auth = [&](client_auth::reply give) {
                     answering = std::jthread([give = std::move(give)] { give(value::object{{"n", 30}}); });
                 }});
    later.connect();
    EXPECT_EQ(later.emit_with_ack<int>("who").get(), 30);
    later.close().get();

    client* awaiting = nullptr;
    client coroutine(served.url(), {.auth = [&]() -> task<value> {
                         co_await awaiting->sleep(1ms);
                         co_return value::object{{"n", 400}};
                     }});
    awaiting = &coroutine;
    coroutine.connect();
    EXPECT_EQ(coroutine.emit_with_ack<int>("who").get(), 400);
    coroutine.close().get();
}

TEST(client, says_so_when_auth_fails)
{
    line_server served([](server&) {});
    notes seen;
    client line(served.url(), {.auth = []() -> value { throw std::runtime_error("no token"); },
                               .log = [&](log_level, std::string_view text) { seen.add(std::string(text)); }});
    line.on_connect_error([&](client_error const& why) { seen.add(why.message); });
    line.connect();
    EXPECT_TRUE(seen.has("the auth function failed"));
    EXPECT_TRUE(seen.has("auth threw: no token"));
    EXPECT_TRUE(until([&] { return !line.active(); }));
}

TEST(client, holds_contracts_on_both_ends)
{
    line_server served([](server& io) {
        io.on(shop::price, [](shop::order const& order) { return 9.5 * order.pieces; });
        io.on("buy", [](socket s, shop::order order) -> task<std::string> {
            bool const sure = co_await s.emit_with_ack(shop::confirm, 9.5 * order.pieces);
            s.emit(shop::told, order.article, order.pieces);
            co_return sure ? "sold" : "kept";
        });
    });
    client line(served.url());
    notes seen;
    line.on(shop::confirm, [](double price) { return price < 20; });
    line.on(shop::told, [&](client_socket from, std::string const& article, int pieces) {
        seen.add(std::string(from.name()) + article + std::to_string(pieces));
    });
    line.connect();
    EXPECT_EQ(line.emit_with_ack(shop::price, shop::order{"tea", 2}).get(), 19.0);
    EXPECT_EQ(line.emit_with_ack<std::string>("buy", shop::order{"tea", 2}).get(), "sold");
    EXPECT_EQ(line.emit_with_ack<std::string>("buy", shop::order{"tea", 20}).get(), "kept");
    EXPECT_EQ(seen.when(2), (lines{"/tea2", "/tea20"}));
    line.close().get();
}

TEST(client, runs_coroutines_as_handlers_on_its_own_thread)
{
    line_server served([](server& io) {
        io.on("start", [](socket s) { s.emit("work", 20); });
        io.on("double", [](int n) { return 2 * n; });
        io.on("result", [](socket s, std::string text) { s.emit("thanks", text); });
    });
    client line(served.url());
    notes seen;
    std::thread::id thread;
    line.on_connect([&] { thread = std::this_thread::get_id(); });
    line.on("work", [&](client_socket to, int n) -> task<> {
        int const twice = co_await to.emit_with_ack<int>("double", n);
        bool const same = std::this_thread::get_id() == thread;
        co_await line.sleep(1ms);
        to.emit("result", std::to_string(twice) + (same ? " here" : " elsewhere"));
        auto const none = co_await as_result(to.timeout(1ms).emit_with_ack<int>("nobody answers"));
        seen.add(std::string(describe(none.error())));
    });
    line.on("thanks", [&](std::string text) { seen.add(text); });
    line.connect();
    line.emit("start");
    EXPECT_TRUE(seen.has("40 here"));
    EXPECT_TRUE(seen.has(describe(errc::timed_out)));
    line.close().get();
}

TEST(client, answers_later_and_only_once)
{
    notes seen;
    line_server served([&](server& io) {
        io.on_connection([&](socket s) { s.emit("ask", 1, [&](int n) { seen.add("answer " + std::to_string(n)); }); });
    });
    client line(served.url());
    ack<int> reply;
    line.on("ask", [&](int, ack<int> given) {
        reply = given;
        seen.add("asked");
    });
    line.connect();
    EXPECT_TRUE(seen.has("asked"));
    EXPECT_TRUE(reply(5)); // from this thread
    EXPECT_FALSE(reply(6));
    EXPECT_TRUE(seen.has("answer 5"));
    line.close().get();
}

TEST(client, listens_once_to_anything_and_no_more)
{
    line_server served([](server& io) {
        io.on("go", [](socket s) {
            s.emit("a", 1);
            s.emit("a", 2);
            s.emit("b", 3);
            s.emit("end");
        });
    });
    client line(served.url());
    notes seen;
    line.once("a", [&](int n) { seen.add("once " + std::to_string(n)); });
    auto const gone = line.on("a", [&] { seen.add("never"); });
    line.off(gone);
    line.on("b", [&] { seen.add("never"); });
    line.off("b");
    line.on_any(
        [&](std::string_view name, args const& all) { seen.add(std::string(name) + std::to_string(all.size())); });
    line.prepend_any([&](std::string_view name, args const&) { seen.add("first " + std::string(name)); });
    line.on_any_outgoing([&](std::string_view name, args const& all) {
        seen.add("out " + std::string(name) + std::to_string(all.size()));
        EXPECT_TRUE(line.connected());
        EXPECT_NE(line.id(), "");
    });
    line.connect();
    line.emit("go", 7); // it waits for the connection
    EXPECT_TRUE(seen.has("end0"));
    EXPECT_EQ(seen.all(),
              (lines{"out go1", "first a", "a1", "once 1", "first a", "a1", "first b", "b1", "first end", "end0"}));
    line.off_any();
    line.off_any_outgoing();
    line.emit("go");
    line.on("end", [&] { seen.add("the end"); });
    EXPECT_TRUE(seen.has("the end") || seen.size() == 10);
    line.close().get();
}

TEST(client, drops_what_does_not_fit_its_handler_and_says_so)
{
    line_server served([](server& io) {
        io.on("go", [](socket s) {
            s.emit("number", "text");
            s.emit("number", 5);
            s.emit("throw");
            s.emit("number", 6);
        });
    });
    notes seen;
    client line(served.url(), {.log = [&](log_level, std::string_view text) { seen.add(std::string(text)); }});
    line.on("number", [&](int n) { seen.add(std::to_string(n)); });
    line.on("throw", [] { throw std::runtime_error("oh"); });
    line.connect();
    line.emit("go");
    EXPECT_TRUE(seen.has("6"));
    auto const all = seen.all();
    ASSERT_EQ(all.size(), 4U);
    EXPECT_TRUE(all[0].starts_with("the arguments of \"number\" in / do not fit its handler")) << all[0];
    EXPECT_EQ(all[1], "5");
    EXPECT_EQ(all[2], "a handler of \"throw\" in / threw: oh");
    EXPECT_EQ(line.statistics().get().handler_errors, 2U);
    line.close().get();
}

TEST(client, counts_acknowledgements_that_fit_no_callback)
{
    line_server served([](server& io) {
        io.on("number", [] { return "text"; });
        io.on("go", [&io](socket) -> task<std::size_t> {
            auto const all = co_await io.emit_with_ack<int>("number");
            co_return all.answers.size();
        });
    });
    notes seen;
    client line(served.url(), {.log = [&](log_level, std::string_view text) { seen.add(std::string(text)); }});
    line.on("number", [] { return "text"; });
    line.connect();
    line.emit("number", [&](int) { seen.add("called"); });
    EXPECT_TRUE(seen.has("an acknowledgement's callback threw: a value has another type than the one asked for: the "
                         "answer does not fit it"));
    EXPECT_EQ(line.statistics().get().handler_errors, 1U);
    EXPECT_EQ(line.emit_with_ack<int>("go").get(), 0);
    EXPECT_EQ(served.io.statistics().get().handler_errors, 1U);
    EXPECT_EQ(seen.size(), 1U);
    line.close().get();
}

TEST(client, runs_a_coroutine_later)
{
    line_server served([](server& io) { io.on("echo", [](int n) { return n; }); });
    notes seen;
    client line(served.url());
    line.connect();
    line.after(1ms, [&]() -> task<> {
        int const n = co_await line.emit_with_ack<int>("echo", 5);
        seen.add(std::to_string(n));
    });
    EXPECT_TRUE(seen.has("5"));
    line.close().get();
}

// A port where connections are accepted by the machine, and nobody ever answers.
class silent_port
{
public:
    silent_port()
    {
        fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&at), size), 0);
        EXPECT_EQ(::listen(fd_, 16), 0);
        EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size), 0);
        port_ = ntohs(at.sin_port);
    }
    silent_port(silent_port const&) = delete;
    silent_port& operator=(silent_port const&) = delete;
    ~silent_port() { ::close(fd_); }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

private:
    int fd_ = -1;
    std::uint16_t port_ = 0;
};

// Whichever part of it waits when the time is up: what is told is the same.
TEST_P(each_way, names_a_server_that_never_answers_a_timeout)
{
    silent_port const silent;
    notes seen;
    auto options = GetParam().options();
    options.timeout = 20ms;
    options.reconnection_delay = 1ms;
    options.reconnection_delay_max = 1ms;
    client line(silent.url(), options);
    line.on_connect_error(
        [&](client_error const& why) { seen.add(why.message + "/" + std::string(describe(why.cause))); });
    line.connect();
    auto const all = seen.when(5);
    ASSERT_GE(all.size(), 5U);
    for (auto const& each : all) EXPECT_EQ(each, "timeout/the time is up");
}

TEST(client, takes_its_namespace_and_query_from_the_url)
{
    line_server served([](server& io) {
        io.of("/room").on("query", [](socket s) {
            return std::string(s.handshake().query("token").value_or("")) +
                   s.handshake().query("x y").value_or("").data();
        });
    });
    client line(served.url("/room?token=t"), {.query = {{"x y", "&="}}});
    EXPECT_EQ(line.name(), "/room");
    line.connect();
    EXPECT_EQ(line.emit_with_ack<std::string>("query").get(), "t&=");
    line.close().get();
}

} // namespace
} // namespace partyline::test
