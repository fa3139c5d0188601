// What each option of a client does, as the other end sees it. The rules behind
// them are proved where they are made: connecting again in
// client_reconnect_test.cpp, sending in client_nsp_send_test.cpp, transports in
// tests/unit/engineio, limits in hostile_server_test.cpp.
#include <partyline/client.hpp>

#include <algorithm>
#include <cstdlib>
#include <future>
#include <memory>

#include <gmock/gmock.h>

#include "client/client_settings.hpp"
#include "unit/client/hostile_server.hpp"
#include "unit/client/line_world.hpp"

namespace partyline::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// Notes the head of each request, answers the first poll with a session, and
/// agrees to WebSockets.
class recorder
{
public:
    explicit recorder(std::string headers = {})
        : server([this, headers = std::move(headers)](hostile_line& line) {
              for (std::string head; !(head = line.request()).empty();) {
                  heads.add(head);
                  bool const asks = head.find("GET") != head.npos; // behind the body of the POST before, perhaps
                  bool const first = head.find("sid=") == head.npos;
                  if (head.find("transport=polling") == head.npos || (asks && !first)) return line.hold();
                  if (!line.answer(asks ? opened : "ok", headers)) return;
              }
          })
    {}
    [[nodiscard]] std::string head(std::size_t which)
    {
        auto const all = heads.when(which + 1);
        return which < all.size() ? all[which] : "";
    }

    notes heads;
    hostile_server server;

private:
    static constexpr std::string_view opened =
        R"(0{"sid":"engine","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100000})";
};

/// The head of the first request of a client with these options.
std::string first_head(client_options options, std::string_view rest = {})
{
    recorder other;
    client line(other.server.url(rest), std::move(options));
    line.connect();
    return other.head(0);
}

void facts(server& io)
{
    io.on("header", [](socket s, std::string name) { return std::string(s.handshake().header(name)); });
    io.on("query", [](socket s, std::string name) { return s.handshake().query(name); });
    io.on("address", [](socket s) { return std::string(s.handshake().address()); });
    io.on("transport", [](socket s) { return std::string(s.transport()); });
    io.on("echo", [](args all) { return all; });
}

errc refusal_of(std::string_view url, client_options options)
{
    try {
        client const line(url, std::move(options));
        return {};
    } catch (error const& why) {
        return why.code();
    }
}

// --- how to get there
// -------------------------------------------------------------------------------------------------

TEST(client_option, url_has_four_schemes_and_both_families)
{
    line_server served(facts);
    auto const port = std::to_string(served.port);
    for (auto const& url : {"http://127.0.0.1:" + port, "ws://127.0.0.1:" + port, "http://localhost:" + port + "/"}) {
        client line(url);
        line.connect();
        EXPECT_EQ(line.emit_with_ack<std::string>("address").get(), "127.0.0.1") << url;
    }
    EXPECT_EQ(refusal_of("ftp://localhost", {}), errc::invalid_url);
    EXPECT_EQ(refusal_of("localhost:3000", {}), errc::invalid_url);
    try {
        client const line("localhost:3000");
        FAIL();
    } catch (error const& why) {
        EXPECT_THAT(why.what(), HasSubstr("begins with http://"));
    }
    EXPECT_EQ(refusal_of("https://[::1]:3000/room?x=1", {.auto_connect = false}), errc{});
}

TEST(client_option, headers_can_be_sent)
{
    for (auto const& [name, content] : {std::pair("X-A", "1\r\nX-B: 2"), {"X A", "1"}, {"", "1"}}) {
        http::header_list list;
        list.add(name, content);
        EXPECT_EQ(refusal_of("http://localhost", {.extra_headers = list}), errc::invalid_option);
        EXPECT_EQ(refusal_of("http://localhost", {.polling = {.headers = list}}), errc::invalid_option);
        EXPECT_EQ(refusal_of("http://localhost", {.websocket = {.headers = list}}), errc::invalid_option);
    }
}

TEST(client_option, a_namespace_has_no_comma)
{
    EXPECT_EQ(refusal_of("http://localhost/a%2Cb", {}), errc::invalid_option);
    EXPECT_EQ(refusal_of("http://localhost/a%1eb", {}), errc::invalid_option);
    client const line("http://localhost/caf%C3%A9");
    EXPECT_EQ(line.name(), "/caf\xc3\xa9");
    EXPECT_THROW((void)line.of("a,b"), error);
    EXPECT_THROW((void)line.of("a\x1e"
                               "b"),
                 error);
    EXPECT_EQ(line.of("a?b").name(), "/a?b");
}

TEST(client_option, path_and_add_trailing_slash_say_where_requests_go)
{
    EXPECT_THAT(first_head({}), StartsWith("GET /socket.io/?EIO=4&transport=polling&t="));
    EXPECT_THAT(first_head({.path = "/my/path/"}), StartsWith("GET /my/path/?EIO=4&"));
    EXPECT_THAT(first_head({.path = "chat", .add_trailing_slash = false}), StartsWith("GET /chat?EIO=4&"));
    EXPECT_THAT(first_head({.transports = only_websocket, .path = "/chat"}),
                StartsWith("GET /chat/?EIO=4&transport=websocket HTTP/1.1\r\n"));
    EXPECT_EQ(refusal_of("http://localhost", {.path = "/a b"}), errc::invalid_option);
}

TEST(client_option, query_is_sent_with_each_request_and_leaves_the_protocol_alone)
{
    recorder other;
    client line(other.server.url("/?u=1"), {.query = {{"x y", "&="}}});
    line.connect();
    for (std::size_t i = 0; i < 3; ++i) EXPECT_THAT(other.head(i), HasSubstr("&u=1&x%20y=%26%3D HTTP/1.1\r\n"));
    for (auto const* name : {"EIO", "transport", "sid", "b64", "j", "t"}) {
        EXPECT_EQ(refusal_of("http://localhost", {.query = {{name, "x"}}}), errc::invalid_option) << name;
        EXPECT_EQ(refusal_of("http://localhost/?x=1&" + std::string(name) + "=2", {}), errc::invalid_option) << name;
        EXPECT_EQ(refusal_of("http://localhost", {.polling = {.query = {{name, "x"}}}}), errc::invalid_option) << name;
    }
    EXPECT_EQ(refusal_of("http://localhost", {.timestamp_param = "sid"}), errc::invalid_option);
}

TEST(client_option, extra_headers_are_sent_with_each_request)
{
    line_server served(facts);
    for (auto const& transports : {only_polling, only_websocket}) {
        client line(served.url(),
                    {.transports = transports,
                     .extra_headers = {{"Authorization", "Bearer x"}, {"Origin", "https://example.com"}}});
        line.connect();
        EXPECT_EQ(line.emit_with_ack<std::string>("header", "authorization").get(), "Bearer x");
        EXPECT_EQ(line.emit_with_ack<std::string>("header", "origin").get(), "https://example.com");
    }
}

TEST(client_option, polling_and_websocket_have_headers_and_query_of_their_own)
{
    recorder other;
    client line(other.server.url(), {.extra_headers = {{"X-Who", "anybody"}, {"X-All", "yes"}},
                                     .polling = {.headers = {{"X-Who", "poller"}}, .query = {{"way", "p"}}},
                                     .websocket = {.headers = {{"X-Socket", "yes"}}, .query = {{"way", "w"}}}});
    line.connect();
    EXPECT_TRUE(until([&] {
        auto const all = other.heads.all();
        return std::any_of(all.begin(), all.end(),
                           [](auto const& head) { return head.find("websocket&") != head.npos; });
    }));
    for (auto const& head : other.heads.all()) {
        bool const polls = head.find("transport=polling") != head.npos;
        EXPECT_THAT(head, HasSubstr("X-All: yes\r\n"));
        EXPECT_THAT(head, HasSubstr(polls ? "X-Who: poller\r\n" : "X-Who: anybody\r\n"));
        EXPECT_THAT(head, HasSubstr(polls ? "&way=p" : "&way=w"));
        EXPECT_EQ(head.find("X-Socket: yes\r\n") == head.npos, polls);
    }
}

TEST(client_option, protocols_are_offered_in_their_order)
{
    EXPECT_THAT(first_head({.transports = only_websocket, .protocols = {"chat.v2", "chat.v1"}}),
                HasSubstr("Sec-WebSocket-Protocol: chat.v2, chat.v1\r\n"));
}

TEST(client_option, timestamps_are_on_while_polling_unless_they_are_told_otherwise)
{
    EXPECT_THAT(first_head({.timestamp_requests = false}), StartsWith("GET /socket.io/?EIO=4&transport=polling HTTP"));
    EXPECT_THAT(first_head({.timestamp_param = "stamp"}), HasSubstr("&stamp="));
    EXPECT_THAT(first_head({.transports = only_websocket, .timestamp_requests = true}), HasSubstr("&t="));
    EXPECT_THAT(first_head({.transports = only_websocket}), Not(HasSubstr("&t=")));
}

TEST(client_option, force_base64_asks_for_text_and_sends_it)
{
    EXPECT_THAT(first_head({.force_base64 = true}), HasSubstr("&b64=1"));
    line_server served(facts);
    for (auto const& transports : {only_polling, only_websocket}) {
        client line(served.url(), {.transports = transports, .force_base64 = true});
        line.connect();
        auto const bytes = binary::from_text(std::string("\0\xff\n", 3));
        EXPECT_EQ(line.emit_with_ack<binary>("echo", bytes).get().text(), bytes.text());
    }
}

TEST(client_option, with_credentials_keeps_the_cookies_of_polling_for_all_that_follows)
{
    for (bool const keeps : {true, false}) {
        recorder other("Set-Cookie: node=a7; HttpOnly\r\n");
        client line(other.server.url(), {.with_credentials = keeps});
        line.connect();
        EXPECT_THAT(other.head(0), Not(HasSubstr("Cookie")));
        EXPECT_TRUE(until([&] {
            auto const all = other.heads.all();
            return all.size() > 2 && std::any_of(all.begin(), all.end(), [](auto const& each) {
                       return each.find("transport=websocket") != each.npos;
                   });
        }));
        auto const all = other.heads.all();
        for (std::size_t i = 1; i < all.size(); ++i)
            EXPECT_EQ(all[i].find("Cookie: node=a7\r\n") != std::string::npos, keeps) << all[i];
    }
}

TEST(client_option, per_message_deflate_is_offered_unless_it_is_switched_off)
{
    EXPECT_THAT(first_head({.transports = only_websocket}), HasSubstr("Sec-WebSocket-Extensions: permessage-deflate"));
    EXPECT_THAT(first_head({.transports = only_websocket, .per_message_deflate = std::nullopt}),
                Not(HasSubstr("permessage-deflate")));
    server_options serving;
    serving.per_message_deflate = deflate_options{};
    line_server served(facts, serving);
    client line(served.url(),
                {.transports = only_websocket, .per_message_deflate = client_deflate_options{.threshold = 10}});
    line.connect();
    EXPECT_EQ(line.emit_with_ack<std::string>("echo", std::string(5000, 'x')).get(), std::string(5000, 'x'));
    EXPECT_EQ(line.timeout(5s).compress(false).emit_with_ack<std::string>("echo", "as it is").get(), "as it is");
}

TEST(client_option, upgrade_may_be_switched_off)
{
    line_server served(facts);
    client line(served.url(), {.upgrade = false});
    notes seen;
    line.on_connect([&] { seen.add("connect"); });
    line.connect();
    for (int i = 0; i < 20; ++i) EXPECT_EQ(line.emit_with_ack<std::string>("transport").get(), "polling");
}

TEST(client_option, try_all_transports_takes_the_next_one_that_opens)
{
    server_options serving;
    serving.transports = {transport_kind::websocket};
    line_server served(facts, serving);
    client one(served.url(), {.reconnection = false});
    notes seen;
    one.on_connect_error([&](client_error const& why) { seen.add(why.message + " " + std::to_string(why.status)); });
    one.connect();
    EXPECT_EQ(seen.when(1), lines{"xhr poll error 400"});
    client all(served.url(), {.try_all_transports = true});
    all.connect();
    EXPECT_EQ(all.emit_with_ack<std::string>("transport").get(), "websocket");
}

TEST(client_option, remember_upgrade_begins_with_the_websocket_that_worked)
{
    line_server served(facts);
    client line(served.url(), {.remember_upgrade = true});
    line.connect();
    EXPECT_TRUE(until([&] { return line.emit_with_ack<std::string>("transport").get() == "websocket"; }));
    line.disconnect();
    EXPECT_TRUE(until([&] { return !line.connected(); }));
    line.connect();
    EXPECT_EQ(line.emit_with_ack<std::string>("query", "transport").get(), "websocket");
}

TEST(client_option, proxy_is_asked_for_a_tunnel_with_its_credentials)
{
    auto options = client_options{.proxy = ""};
    recorder proxy;
    auto const at = proxy.server.url().substr(7); // without http://
    options.proxy = "http://user:secret@" + at;
    client line("http://chat.example:8080", options);
    line.connect();
    EXPECT_THAT(proxy.head(0), StartsWith("CONNECT chat.example:8080 HTTP/1.1\r\n"));
    EXPECT_THAT(proxy.head(0), HasSubstr("Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n"));
    EXPECT_EQ(refusal_of("http://localhost", {.proxy = "socks5://localhost:1080"}), errc::invalid_option);
}

TEST(client_option, proxy_is_read_from_the_environment_unless_it_is_given)
{
    ::setenv("https_proxy", "http://proxy.example:3128", 1);
    ::setenv("no_proxy", "intern.example", 1);
    auto const proxy_of = [](std::string_view url, client_options options = {}) {
        auto const found = client_settings(url, std::move(options)).origin().connect.proxy;
        return found ? found->host_and_port() : "none";
    };
    EXPECT_EQ(proxy_of("https://chat.example"), "proxy.example:3128");
    EXPECT_EQ(proxy_of("http://chat.example"), "none");
    EXPECT_EQ(proxy_of("https://chat.intern.example"), "none");
    EXPECT_EQ(proxy_of("https://chat.example", {.proxy = ""}), "none");
    EXPECT_EQ(proxy_of("https://chat.example", {.proxy = "other.example:1"}), "other.example:1");
    ::unsetenv("https_proxy");
    ::unsetenv("no_proxy");
}

TEST(client_option, local_address_and_family_say_from_where_and_to_where)
{
    line_server served(facts);
    client from(served.url(), {.local_address = "127.0.0.9"});
    from.connect();
    EXPECT_EQ(from.emit_with_ack<std::string>("address").get(), "127.0.0.9");
    EXPECT_EQ(refusal_of("http://localhost", {.local_address = "eth0"}), errc::invalid_option);

    client four("http://localhost:" + std::to_string(served.port), {.family = address_family::ipv4});
    four.connect();
    EXPECT_EQ(four.emit_with_ack<std::string>("address").get(), "127.0.0.1");
    client six(served.url(), {.family = address_family::ipv6, .reconnection = false});
    notes seen;
    six.on_connect_error([&](client_error const& why) { seen.add(why.detail); });
    six.connect();
    EXPECT_EQ(seen.when(1), lines{"127.0.0.1 has no address of the family that is wanted"});
}

TEST(client_option, resolver_looks_names_up)
{
    line_server served(facts);
    std::atomic<bool> known{true};
    client line("http://chat.example:" + std::to_string(served.port),
                {.resolver =
                     [&](std::string host, auto answer) {
                         answer(known && host == "chat.example" ? std::vector<std::string>{"127.0.0.1"}
                                                                : std::vector<std::string>{});
                     },
                 .reconnection_delay = 10ms});
    line.connect();
    EXPECT_EQ(line.emit_with_ack<std::string>("address").get(), "127.0.0.1");
    EXPECT_EQ(line.emit_with_ack<std::string>("header", "host").get(), "chat.example:" + std::to_string(served.port));
}

TEST(client_option, tls_wants_files_that_can_be_read)
{
    EXPECT_EQ(refusal_of("https://localhost", {.tls = {.ca_file = "/no/such/file"}}), errc::tls_failure);
    EXPECT_EQ(refusal_of("https://localhost", {.tls = {.pfx_file = "/no/such/file"}}), errc::tls_failure);
}

// --- when
// -------------------------------------------------------------------------------------------------------------

TEST(client_option, auto_connect_connects_in_the_constructor)
{
    line_server served(facts);
    client by_itself(served.url(), {.auto_connect = true});
    EXPECT_TRUE(by_itself.active());
    EXPECT_TRUE(until([&] { return by_itself.connected(); }));
    client asked(served.url());
    EXPECT_FALSE(asked.active());
    asked.connect();
    EXPECT_TRUE(until([&] { return asked.connected(); }));
}

TEST(client_option, reconnection_may_be_read_and_changed_while_it_runs)
{
    client_options options{.timeout = 700ms,
                           .reconnection_attempts = 3,
                           .reconnection_delay = 10ms,
                           .reconnection_delay_max = 20ms,
                           .randomization_factor = 0};
    hostile_server bad([](hostile_line&) {});
    client line(bad.url(), options);
    client_reconnection const given{true, 3, 10ms, 20ms, 0, 700ms};
    EXPECT_EQ(line.reconnection(), given);
    notes seen;
    line.on_reconnect_attempt([&](std::size_t attempt) { seen.add("attempt " + std::to_string(attempt)); });
    line.on_reconnect_error([&](std::string_view) { seen.add("error"); });
    line.on_reconnect_failed([&] { seen.add("failed"); });
    line.connect();
    EXPECT_EQ(seen.when(7), (lines{"attempt 1", "error", "attempt 2", "error", "attempt 3", "failed", "error"}));

    auto changed = line.reconnection();
    changed.attempts = 1;
    line.reconnection(changed);
    EXPECT_EQ(line.reconnection(), changed);
    line.connect();
    EXPECT_EQ(seen.when(10).size(), 10U);
    EXPECT_EQ(seen.all()[7], "attempt 1");
    EXPECT_EQ(seen.all()[8], "failed");
    changed.randomization_factor = 2;
    EXPECT_THROW(line.reconnection(changed), error);
    EXPECT_EQ(refusal_of("http://localhost", {.randomization_factor = 2}), errc::invalid_option);
}

TEST(client_option, events_of_the_connection_come_in_order)
{
    line_server served(facts);
    hostile_server front([&](hostile_line& line) {
        if (!line.upgrade() ||
            !line.text(R"(0{"sid":"e","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1})"))
            return;
        line.text("2");
        line.text(R"(40{"sid":"abc"})");
        line.end();
    });
    client line(front.url(), {.transports = only_websocket, .reconnection_delay = 10ms, .randomization_factor = 0});
    notes seen;
    line.on_open([&] { seen.add("open"); });
    line.on_ping([&] { seen.add("ping"); });
    line.on_close([&](client_disconnect_reason why, std::string_view detail) {
        seen.add("close " + std::string(to_string(why)) + ", " + std::string(detail));
        EXPECT_FALSE(line.connected());
        EXPECT_EQ(line.id(), "");
        front.be_good(served.port);
    });
    line.on_reconnect_attempt([&](std::size_t n) { seen.add("reconnect_attempt " + std::to_string(n)); });
    line.on_reconnect([&](std::size_t n) { seen.add("reconnect " + std::to_string(n)); });
    line.on_connect([&] { seen.add("connect"); });
    line.on_disconnect([&](client_disconnect_reason why) { seen.add("disconnect " + std::string(to_string(why))); });
    line.connect();
    EXPECT_EQ(seen.when(9),
              (lines{"open", "ping", "connect", "close transport close, websocket connection closed",
                     "disconnect transport close", "reconnect_attempt 1", "open", "reconnect 1", "connect"}));
}

// --- Socket.IO
// --------------------------------------------------------------------------------------------------------

TEST(client_option, auth_has_to_be_an_object)
{
    EXPECT_EQ(refusal_of("http://localhost", {.auth = value("token")}), errc::invalid_option);
    EXPECT_EQ(refusal_of("http://localhost", {.transports = {}}), errc::invalid_option);
}

TEST(client_option, retries_of_none_are_no_queue)
{
    line_server served([](server& io) {
        io.on("note", [](socket s, int which) { s.emit("noted", which); }); // acknowledges nothing
    });
    client line(served.url(), {.retries = 0});
    notes seen;
    line.on("noted", [&](int which) { seen.add(std::to_string(which)); });
    line.connect();
    for (int which = 1; which <= 2; ++which) line.emit("note", which);
    EXPECT_EQ(seen.when(2), (lines{"1", "2"}));
}

TEST(client_option, retries_go_on_behind_what_the_acknowledgement_leads_to)
{
    notes seen;
    line_server served([&](server& io) {
        for (auto const* const name : {"a", "b", "c"})
            io.on(name, [&, name] {
                seen.add(name);
                return true;
            });
    });
    // a volatile event needs a transport that can take it now: a POST under way cannot, a WebSocket can
    client line(served.url(), {.transports = only_websocket, .retries = 1, .ack_timeout = 10s});
    line.connect();
    line.emit("a", [&](result<bool>) { line.volatile_().emit("b"); });
    line.emit("c", [&](result<bool>) { seen.add("done"); });
    EXPECT_EQ(seen.when(4), (lines{"a", "b", "c", "done"}));
}

TEST(client_option, ack_timeout_is_of_each_acknowledgement_without_a_time_of_its_own)
{
    line_server served(facts);
    client line(served.url(), {.ack_timeout = 20ms});
    line.connect();
    notes seen;
    line.emit("nobody answers", [&](result<int> answer) { seen.add(std::string(describe(answer.error()))); });
    EXPECT_TRUE(seen.has(describe(errc::timed_out)));
    line.emit_with_ack<int>("nobody answers").then([&](result<int> answer) {
        seen.add("awaited: " + std::string(describe(answer.error())));
    });
    EXPECT_TRUE(seen.has("awaited: " + std::string(describe(errc::timed_out))));
}

TEST(client_option, mailbox_bytes_bound_what_other_threads_emit)
{
    line_server served(facts);
    client line(served.url(), {.mailbox_bytes = 100'000});
    std::promise<void> busy;
    std::promise<void> go_on;
    auto const wait = go_on.get_future().share();
    line.after(0ms, [&] {
        busy.set_value();
        wait.get();
    });
    busy.get_future().get();
    std::size_t taken = 0;
    while (taken < 1000 && line.emit("x", std::string(10'000, 'x'))) ++taken;
    EXPECT_GE(taken, 5U);
    EXPECT_LE(taken, 10U);
    notes seen;
    line.emit("x", std::string(10'000, 'x'),
              [&](result<int> answer) { seen.add(std::string(describe(answer.error()))); });
    EXPECT_EQ(seen.all(), lines{std::string(describe(errc::queue_full))});
    go_on.set_value();
    EXPECT_TRUE(until([&] { return line.statistics().get().buffered_packets == taken; }));
    EXPECT_TRUE(line.emit("x", std::string(10'000, 'x')));
}

TEST(client_option, buffers_have_sizes_that_may_be_looked_at)
{
    hostile_server bad([](hostile_line& line) {
        if (!line.upgrade() ||
            !line.text(R"(0{"sid":"e","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1})"))
            return;
        line.text(R"(42["early"])");
        line.hold();
    });
    client line(bad.url(), {.transports = only_websocket});
    line.emit("one");
    line.emit("two");
    line.connect();
    EXPECT_TRUE(until([&] { return line.statistics().get().early_packets == 1; }));
    auto const now = line.statistics().get();
    EXPECT_EQ(now.buffered_packets, 2U);
    EXPECT_GT(now.buffered_bytes, 0U);
    EXPECT_GT(now.early_bytes, 0U);
}

TEST(client_option, send_is_the_event_message)
{
    line_server served([](server& io) { io.on("message", [](socket s, std::string text) { s.send(text + "!"); }); });
    client line(served.url());
    notes seen;
    line.on("message", [&](std::string text) { seen.add(text); });
    line.connect();
    EXPECT_TRUE(line.send("hello"));
    EXPECT_EQ(seen.when(1), lines{"hello!"});
}

TEST(client_option, all_handlers_may_be_taken_away)
{
    line_server served([](server& io) {
        io.on("go", [](socket s) {
            s.emit("a");
            s.emit("b");
            return true;
        });
    });
    client line(served.url());
    notes seen;
    line.on("a", [&] { seen.add("a"); });
    line.on("b", [&] { seen.add("b"); });
    line.connect();
    EXPECT_TRUE(line.emit_with_ack<bool>("go").get());
    EXPECT_EQ(seen.when(2).size(), 2U);
    line.off();
    EXPECT_TRUE(line.emit_with_ack<bool>("go").get());
    EXPECT_EQ(seen.size(), 2U);
}

} // namespace
} // namespace partyline::test
