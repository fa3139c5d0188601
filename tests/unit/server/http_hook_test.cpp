// What a user may say to the HTTP of Engine.IO: middleware, session ids, headers, and what is kept of the first request.
#include <mutex>

#include "running_server.hpp"
#include "support/http_client.hpp"

namespace partyline::test {

namespace {

constexpr std::string_view bad_request = R"({"code":3,"message":"Bad request"})";

void nothing_declared(server&) {}

} // namespace

// --- generate_id ----------------------------------------------------------------------------------------------------

struct generated_id : ::testing::Test
{
    running_server line{nothing_declared, {.generate_id = [](http_call const& call) {
                            auto const wanted = call.request.header("x-id");
                            if (wanted == "throw") throw std::runtime_error("no id today");
                            return std::string(wanted);
                        }}};
};

TEST_F(generated_id, names_the_session)
{
    polling_client client(line.port, "X-Id: my-own-session_id-01\r\n");
    EXPECT_EQ(client.opened().status, 200);
    EXPECT_EQ(client.sid(), "my-own-session_id-01");
    EXPECT_EQ(client.post("40").body, "ok");
    EXPECT_TRUE(client.poll().body.starts_with(R"(40{"sid":")"));
    wire_client other(line.port, "", true, "X-Id: my-own-session_id-02\r\n");
    EXPECT_EQ(sid_in(other.opened()), "my-own-session_id-02");
}

TEST_F(generated_id, that_fails_or_cannot_be_used_is_code_3)
{
    polling_client const first(line.port, "X-Id: my-own-session_id-01\r\n");
    for (auto const* id :
         {"", "too-short", "my-own-session_id-012", "my own session id 01", "my-own-session_id-01", "throw"})
        for (auto const via : {polling_handshake, websocket_handshake}) {
            http_client client(line.port);
            auto const headers = "X-Id: " + std::string(id) + "\r\n";
            auto const reply = via == polling_handshake ? client.get(via, headers)
                                                        : client.get(via, headers + std::string(upgrade_headers));
            EXPECT_EQ(reply.status, 400) << id;
            EXPECT_EQ(reply.body, via == polling_handshake ? bad_request : "Bad request") << id;
        }
    EXPECT_EQ(line.statistics().connections, 1U);
}

TEST_F(generated_id, is_for_servers_of_one_thread)
{
    try {
        server several({.generate_id = [](http_call const&) { return std::string(20, 'x'); }, .threads = 2});
        FAIL() << "an id of the user's does not say which thread owns the session";
    } catch (error const& why) {
        EXPECT_EQ(why.code(), errc::invalid_option);
    }
}

// --- use_http -------------------------------------------------------------------------------------------------------

struct http_middleware_of_a_server : ::testing::Test
{
    std::mutex mutex;
    std::string seen; // by the last middleware
    std::vector<std::thread> helpers;
    ~http_middleware_of_a_server() override
    {
        for (auto& each : helpers) each.join();
    }

    running_server line{[this](server& io) {
        io.use_http([this](http_call const& call, http_continue go_on) {
            auto const wish = std::string(call.request.header("x-wish"));
            if (wish == "throw") throw std::runtime_error("no");
            auto answer = [wish, go_on = std::move(go_on)] {
                if (wish.starts_with("refuse"))
                    go_on(http::response::text(401, "who are you?"));
                else
                    go_on(std::nullopt);
            };
            if (wish.ends_with("later"))
                helpers.emplace_back(answer);
            else
                answer();
        });
        io.use_http([this](http_call const& call, http_continue const& go_on) {
            {
                std::lock_guard const lock(mutex);
                seen.append(call.request.method_text()).append(call.request.is_upgrade() ? "! " : " ");
            }
            go_on(std::nullopt);
        });
    }};
    std::string taken()
    {
        std::lock_guard const lock(mutex);
        return std::exchange(seen, {});
    }
};

TEST_F(http_middleware_of_a_server, sees_every_request_and_upgrade_and_goes_on_now_or_later)
{
    for (auto const* wish : {"X-Wish: go on\r\n", "X-Wish: go on later\r\n"}) {
        polling_client client(line.port, wish);
        EXPECT_EQ(client.post("40").body, "ok");
        EXPECT_TRUE(client.poll().body.starts_with("40{"));
        EXPECT_EQ(taken(), "GET POST GET ");
        wire_client direct(line.port, "", true, wish);
        EXPECT_TRUE(direct.joined().starts_with("40{"));
        EXPECT_EQ(taken(), "GET! ");
    }
}

TEST_F(http_middleware_of_a_server, ends_a_request_by_a_response)
{
    for (auto const* wish : {"X-Wish: refuse\r\n", "X-Wish: refuse later\r\n"}) {
        auto const polled = http_client(line.port).get(polling_handshake, wish);
        auto const upgrade = http_client(line.port).get(websocket_handshake, wish + std::string(upgrade_headers));
        for (auto const& reply : {polled, upgrade}) {
            EXPECT_EQ(reply.status, 401);
            EXPECT_EQ(reply.body, "who are you?");
        }
    }
    EXPECT_EQ(taken(), ""); // the next in line is not asked
    EXPECT_EQ(line.statistics().connections, 0U);
}

TEST_F(http_middleware_of_a_server, that_throws_is_code_3_and_counted)
{
    auto const polled = http_client(line.port).get(polling_handshake, "X-Wish: throw\r\n");
    EXPECT_EQ(polled.status, 400);
    EXPECT_EQ(polled.body, bad_request);
    auto const upgrade =
        http_client(line.port).get(websocket_handshake, "X-Wish: throw\r\n" + std::string(upgrade_headers));
    EXPECT_EQ(upgrade.status, 400);
    EXPECT_EQ(upgrade.body, "Bad request");
    EXPECT_EQ(line.statistics().handler_errors, 2U);
    EXPECT_EQ(polling_client(line.port).opened().status, 200);
}

// --- headers --------------------------------------------------------------------------------------------------------

TEST(header_hooks, add_to_the_first_response_of_a_session_and_to_every_one)
{
    running_server line(
        nothing_declared,
        {.initial_headers = [](http::header_list& headers, http_call const&) { headers.add("X-First", "1"); },
         .headers = [](http::header_list& headers,
                       http_call const& call) { headers.set("X-Asked", std::string(call.request.method_text())); }});
    auto const is = [](http_reply const& reply, int status, std::string_view first, std::string_view every) {
        EXPECT_EQ(reply.status, status);
        EXPECT_EQ(reply.header("X-First"), first);
        EXPECT_EQ(reply.header("X-Asked"), every);
    };
    polling_client client(line.port);
    is(client.opened(), 200, "1", "GET");
    is(client.post("40"), 200, "", "POST");
    is(client.poll(), 200, "", "GET");
    auto const target = std::string(websocket_handshake) + "&sid=" + client.sid();
    is(http_client(line.port).get(target, upgrade_headers), 101, "", "GET");
    is(http_client(line.port).get(websocket_handshake, upgrade_headers), 101, "1", "GET");
    is(http_client(line.port).ask("PUT", polling_handshake), 400, "", "PUT"); // a refusal, too
}

TEST(header_hooks, replace_what_the_server_says)
{
    running_server line(nothing_declared, {.headers = [](http::header_list& headers, http_call const&) {
                            headers.set("cache-control", "private");
                        }});
    auto const reply = polling_client(line.port).opened();
    EXPECT_EQ(reply.header("cache-control"), "private");
    EXPECT_EQ(reply.head.find("no-store"), std::string::npos);
}

TEST(header_hooks, cannot_split_a_response)
{
    running_server line(nothing_declared, {.headers = [](http::header_list& headers, http_call const&) {
                            headers.set("X-Evil", "a\r\nSet-Cookie: stolen");
                        }});
    auto const polled = http_client(line.port).get(polling_handshake);
    auto const upgraded = http_client(line.port).get(websocket_handshake, upgrade_headers);
    EXPECT_EQ(polled.status, 500);
    EXPECT_EQ(upgraded.status, 101);
    for (auto const& reply : {polled, upgraded}) EXPECT_EQ(reply.head.find("stolen"), std::string::npos) << reply.head;
}

// --- the first request and the first packet -------------------------------------------------------------------------

TEST(keep_headers, says_which_headers_of_the_first_request_are_kept)
{
    using all_headers = std::vector<std::pair<std::string, std::string>>;
    std::promise<handshake> said;
    running_server line([&](server& io) { io.on_connection([&](socket s) { said.set_value(s.handshake()); }); },
                        {.keep_headers = std::vector<std::string>{"X-Kept"}});
    wire_client client(line.port, "", true, "x-kept: yes\r\nX-Dropped: no\r\nOrigin: http://elsewhere\r\n");
    auto const kept = said.get_future().get();
    EXPECT_EQ(kept.header("X-KEPT"), "yes");
    EXPECT_EQ(kept.header("x-dropped"), "");
    EXPECT_EQ(kept.headers(), (all_headers{{"x-kept", "yes"}, {"origin", "http://elsewhere"}}));
    EXPECT_TRUE(kept.xdomain()); // it is the one that is always kept
    EXPECT_EQ(kept.url(), "/socket.io/?EIO=4&transport=websocket");
    EXPECT_EQ(kept.address(), "127.0.0.1");
}

TEST(initial_packet, follows_the_open_packet_at_once)
{
    running_server line(nothing_declared, {.initial_packet = "welcome"});
    wire_client by_websocket(line.port, "", false);
    EXPECT_EQ(by_websocket.receive(), "4welcome");
    polling_client by_polling(line.port);
    EXPECT_EQ(by_polling.poll().body, "4welcome");
}

} // namespace partyline::test
