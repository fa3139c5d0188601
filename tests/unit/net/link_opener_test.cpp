// WebSockets from the client's end: the handshake with our own server and with bare sockets that answer badly, then messages both
// ways, plain, compressed and through TLS.
#include "net/link_opener.hpp"

#include "unit/net/authority.hpp"
#include "unit/net/client_world.hpp"
#include "websocket/handshake.hpp"

namespace partyline::net {
namespace {

using namespace std::chrono_literals;
using websocket::opcode;

class link_opener_test : public testing::Test
{
protected:
    link_opener_test()
    {
        world.owners.push_back(&mine);
        server.upgrade = [&](exchange_id id, http::request const& request) {
            head = request;
            if (refusal != 0) {
                server.table.respond(id, http::response::text(refusal, "no"));
                return;
            }
            auto const upgrade = request.headers.joined("upgrade");
            auto const connection = request.headers.joined("connection");
            auto const protocols = request.headers.joined("sec-websocket-protocol");
            auto const extensions = request.headers.joined("sec-websocket-extensions");
            auto const answer = websocket::accept_upgrade({.method = "GET",
                                                           .upgrade = upgrade,
                                                           .connection = connection,
                                                           .key = request.header("sec-websocket-key"),
                                                           .version = request.header("sec-websocket-version"),
                                                           .protocols = protocols,
                                                           .extensions = extensions},
                                                          server_deflate ? &*server_deflate : nullptr);
            auto const* accepted = std::get_if<websocket::upgrade_answer>(&answer);
            ASSERT_NE(accepted, nullptr);
            theirs.current = server.table.accept_websocket(id, accepted->head + extra + "\r\n", accepted->deflate,
                                                           server_options, theirs);
            server.owners.push_back(&theirs);
        };
    }
    bool open(link_wish wish = {.target = "/ws?a=b"})
    {
        seen = {};
        opener = std::make_unique<link_opener>(world.place(), world.origin, std::move(wish), options, mine, seen);
        opener->start();
        EXPECT_EQ(seen.calls, 0) << "nobody is called out of start";
        if (!world.until([&] { return seen.calls == 1; })) return false;
        mine.current = seen.opened;
        opener.reset();
        return seen.opened != nullptr;
    }
    void send(std::string_view text, std::vector<binary> attachments = {})
    {
        mine.queue.push_back(test::make_delivery(text, std::move(attachments)));
        world.home.wake();
    }
    void reply(std::string_view text)
    {
        theirs.queue.push_back(test::make_delivery(text));
        server.shard.wake();
    }

    test::net_world server;
    test::client_world world{server};
    link_options server_options{.close_timeout = 2s};
    link_options options{.close_timeout = 2s};
    std::optional<websocket::deflate_options> server_deflate;
    test::test_owner theirs;
    test::test_owner mine;
    test::open_observer seen;
    std::unique_ptr<link_opener> opener;
    http::request head;
    std::string extra;
    int refusal = 0;
};

TEST_F(link_opener_test, opens_a_link_and_speaks_both_ways)
{
    world.origin.headers = {{"Origin", "http://example.com"}, {"X-Token", "t"}};
    ASSERT_TRUE(open());
    EXPECT_EQ(head.target, "/ws?a=b");
    EXPECT_EQ(head.header("host"), world.origin.authority);
    EXPECT_EQ(head.header("x-token"), "t");
    EXPECT_EQ(seen.protocol, "");
    send("hello", {binary::from_text("bytes")});
    ASSERT_TRUE(world.until([&] { return theirs.messages.size() == 2; }));
    EXPECT_EQ(theirs.messages, (std::vector<std::string>{"4hello", "bytes"}));
    int checked = 0;
    mine.on_data = [&](link&, bool, std::string_view data) {
        test::touch_behind(data);
        ++checked;
    };
    reply("welcome");
    ASSERT_TRUE(world.until([&] { return mine.messages.size() == 1; }));
    EXPECT_EQ(mine.messages[0], "4welcome");
    EXPECT_EQ(checked, 1);
}

TEST_F(link_opener_test, an_idle_link_owns_nothing_but_itself)
{
    ASSERT_TRUE(open());
    auto const before = world.home.counters().state_allocations;
    EXPECT_EQ(before, 0u);
    reply("short");
    ASSERT_TRUE(world.until([&] { return mine.messages.size() == 1; }));
    send("short");
    ASSERT_TRUE(world.until([&] { return theirs.messages.size() == 1; }));
    EXPECT_EQ(world.home.counters().state_allocations, before);
    EXPECT_EQ(mine.current->kept_bytes(), 0u);
    EXPECT_EQ(world.home.deadlines().size(), 0u) << "no timer";
}

TEST_F(link_opener_test, carries_messages_of_every_size_in_order)
{
    server_options.messages.max_message_size = options.messages.max_message_size = 5'000'000;
    ASSERT_TRUE(open());
    std::vector<std::string> expected;
    for (std::size_t const size : {0u, 1u, 120u, 126u, 5'000u, 70'000u, 200'000u, 4'000'000u, 3u}) {
        std::string text(size, static_cast<char>('a' + expected.size()));
        expected.push_back("4" + text);
        send(text);
        reply(text);
    }
    ASSERT_TRUE(world.until(
        [&] { return theirs.messages.size() == expected.size() && mine.messages.size() == expected.size(); }, 20s));
    EXPECT_TRUE(theirs.messages == expected);
    EXPECT_TRUE(mine.messages == expected);
}

TEST_F(link_opener_test, keeps_the_rest_of_a_write_while_the_server_does_not_read)
{
    server_options.messages.max_message_size = 1'000'000;
    ASSERT_TRUE(open());
    // The server's half of the link stops: its loop is not run.
    std::vector<std::string> expected;
    for (int i = 0; i < 200; ++i) {
        std::string const text(100'000, static_cast<char>('a' + i % 26));
        expected.push_back("4" + text);
        mine.queue.push_back(test::make_delivery(text));
    }
    world.home.wake();
    for (int i = 0; i < 200 && !mine.current->blocked(); ++i) world.home.run_for(1ms);
    ASSERT_TRUE(mine.current->blocked());
    EXPECT_LE(mine.current->kept_bytes(), 300'000u) << "what was begun, not what waits";
    EXPECT_GT(mine.queue.size(), 0u);
    ASSERT_TRUE(world.until([&] { return theirs.messages.size() == expected.size(); }, 20s));
    EXPECT_TRUE(theirs.messages == expected);
}

TEST_F(link_opener_test, sends_a_text_that_overtakes_the_queue)
{
    ASSERT_TRUE(open());
    send("queued");
    mine.current->send_text("2probe");
    ASSERT_TRUE(world.until([&] { return theirs.messages.size() == 2; }));
    EXPECT_EQ(theirs.messages, (std::vector<std::string>{"2probe", "4queued"}));
}

TEST_F(link_opener_test, sends_binary_as_base64_where_that_was_agreed)
{
    ASSERT_TRUE(open());
    mine.current->send_base64();
    bool was_binary = false;
    theirs.on_data = [&](link&, bool is_binary, std::string_view) { was_binary = was_binary || is_binary; };
    send("x", {binary::from_text("bytes")});
    ASSERT_TRUE(world.until([&] { return theirs.messages.size() == 2; }));
    EXPECT_EQ(theirs.messages[1], "bYnl0ZXM=");
    EXPECT_FALSE(was_binary);
}

TEST_F(link_opener_test, agrees_on_a_subprotocol_that_was_asked_for)
{
    ASSERT_TRUE(open({.target = "/", .protocols = {"one", "two"}}));
    EXPECT_EQ(seen.protocol, "one");
    EXPECT_EQ(head.headers.joined("sec-websocket-protocol"), "one, two");
}

TEST_F(link_opener_test, compresses_with_and_without_context)
{
    for (auto const takeover : {websocket::takeover::never, websocket::takeover::as_asked}) {
        server_deflate = websocket::deflate_options{.server_takeover = takeover, .client_takeover = takeover};
        mine.messages.clear();
        theirs.messages.clear();
        ASSERT_TRUE(
            open({.target = "/",
                  .deflate = websocket::deflate_options{.server_takeover = takeover, .client_takeover = takeover}}));
        auto const before = world.home.counters().written_bytes;
        std::string const text(50'000, 'z');
        for (int i = 0; i < 3; ++i) {
            send(text);
            send("small");
            reply(text);
        }
        ASSERT_TRUE(world.until([&] { return theirs.messages.size() == 6 && mine.messages.size() == 3; }));
        for (int i = 0; i < 6; i += 2) {
            EXPECT_TRUE(theirs.messages[static_cast<std::size_t>(i)] == "4" + text);
            EXPECT_EQ(theirs.messages[static_cast<std::size_t>(i) + 1], "4small");
        }
        EXPECT_TRUE(mine.messages[2] == "4" + text);
        EXPECT_LT(world.home.counters().written_bytes - before, 2'000u);
        mine.current->abort();
        mine.current = nullptr;
        ASSERT_TRUE(world.until([&] { return theirs.current == nullptr; }));
    }
}

TEST_F(link_opener_test, answers_pings_and_the_close_frame_of_the_server)
{
    ASSERT_TRUE(open());
    theirs.current->close(4001, "bye");
    ASSERT_TRUE(world.until([&] { return mine.ends == 1 && theirs.ends == 1; }));
    EXPECT_EQ(mine.end.code, 4001);
    EXPECT_TRUE(mine.end.clean);
    EXPECT_TRUE(theirs.end.clean);
    EXPECT_TRUE(world.until([&] { return world.table.size() == 0 && server.table.size() == 0; }));
}

TEST_F(link_opener_test, closes_behind_what_was_written)
{
    ASSERT_TRUE(open());
    send("last");
    mine.flush();
    mine.current->close(1000);
    ASSERT_TRUE(world.until([&] { return mine.ends == 1 && theirs.ends == 1; }));
    EXPECT_EQ(theirs.messages, std::vector<std::string>{"4last"});
    EXPECT_TRUE(mine.end.clean);
    EXPECT_TRUE(world.until([&] { return world.table.size() == 0 && server.table.size() == 0; }));
}

TEST_F(link_opener_test, tells_a_link_that_was_lost)
{
    ASSERT_TRUE(open());
    theirs.current->abort();
    theirs.current = nullptr;
    ASSERT_TRUE(world.until([&] { return mine.ends == 1; }));
    EXPECT_EQ(mine.end.code, 1006);
    EXPECT_FALSE(mine.end.clean);
}

TEST_F(link_opener_test, sends_and_keeps_cookies)
{
    http::cookie_jar jar;
    world.origin.cookies = &jar;
    extra = "Set-Cookie: lb=2; Path=/\r\n";
    ASSERT_TRUE(open());
    EXPECT_EQ(jar.size(), 1u);
    mine.current->abort();
    mine.current = nullptr;
    ASSERT_TRUE(open());
    EXPECT_EQ(head.header("cookie"), "lb=2");
}

TEST_F(link_opener_test, says_what_the_server_answered)
{
    refusal = 403;
    EXPECT_FALSE(open());
    EXPECT_EQ(seen.why.code, errc::refused);
    EXPECT_EQ(seen.why.detail, "the server answered 403 Forbidden");
    EXPECT_EQ(seen.status, 403);
    EXPECT_EQ(world.table.size(), 0u);
}

TEST_F(link_opener_test, refuses_wishes_that_cannot_be_sent)
{
    for (auto const& wish : {link_wish{.target = "/a b"}, link_wish{.protocols = {"a b"}},
                             link_wish{.protocols = {"a", "a"}}, link_wish{.protocols = {"a\r\nX: y"}}})
    {
        EXPECT_FALSE(open(wish));
        EXPECT_EQ(seen.why.code, errc::invalid_option);
    }
    world.origin.headers = {{"X", "a\r\nb"}};
    EXPECT_FALSE(open());
    EXPECT_EQ(seen.why.code, errc::invalid_option);
    EXPECT_EQ(server.upgrades, 0);
}

TEST_F(link_opener_test, calls_nobody_once_it_is_destroyed_in_any_step)
{
    for (int steps = 0; steps < 8; ++steps) {
        seen = {};
        opener = std::make_unique<link_opener>(world.place(), world.origin, link_wish{}, options, mine, seen);
        opener->start();
        for (int i = 0; i < steps && seen.calls == 0; ++i) world.home.run_for(0ms), server.step(0ms);
        if (seen.opened) seen.opened->abort();
        int const before = seen.calls;
        opener.reset();
        for (int i = 0; i < 5; ++i) world.step();
        EXPECT_EQ(seen.calls, before) << steps;
        ASSERT_TRUE(world.until([&] { return server.table.size() == 0; })) << steps;
    }
}

TEST_F(link_opener_test, may_be_destroyed_in_its_own_call)
{
    for (int const status : {0, 400}) {
        refusal = status;
        seen = {};
        seen.then = [&] { opener.reset(); };
        opener = std::make_unique<link_opener>(world.place(), world.origin, link_wish{}, options, mine, seen);
        opener->start();
        ASSERT_TRUE(world.until([&] { return seen.calls == 1; }));
        EXPECT_EQ(opener, nullptr);
        EXPECT_EQ(seen.opened != nullptr, status == 0);
    }
}

TEST_F(link_opener_test, speaks_through_tls)
{
    test::authority authority;
    tls_context const secure(authority.issue());
    test::net_world other({}, &secure);
    other.upgrade = [&](exchange_id id, http::request const& request) {
        auto const accept = websocket::accept_for(request.header("sec-websocket-key"));
        theirs.current = other.table.accept_websocket(
            id,
            "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept +
                "\r\n\r\n",
            {}, server_options, theirs);
        other.owners.push_back(&theirs);
    };
    theirs.on_data = [&](link&, bool, std::string_view data) { theirs.queue.push_back(test::make_delivery(data)); };
    test::client_world outside(other);
    outside.owners.push_back(&mine);
    outside.origin.where.secure = true;
    outside.origin.connect.tls = std::make_shared<tls_client_context>(
        tls_client_options{.ca_pem = authority.pem(),
                           .clock = [] { return std::chrono::system_clock::from_time_t(test::certificate_time); }});
    link_opener line(outside.place(), outside.origin, {}, options, mine, seen);
    line.start();
    ASSERT_TRUE(outside.until([&] { return seen.calls == 1; }));
    ASSERT_NE(seen.opened, nullptr) << seen.why.detail;
    mine.current = seen.opened;
    std::string expected;
    for (std::size_t const size : {1u, 20'000u, 300'000u, 5u})
        mine.queue.push_back(test::make_delivery(std::string(size, 't')));
    outside.home.wake();
    ASSERT_TRUE(outside.until([&] { return mine.messages.size() == 4; }));
    EXPECT_TRUE(mine.messages[2] == "44" + std::string(300'000, 't'));
}

// -- against a bare socket

class link_opener_wire_test : public testing::Test
{
protected:
    link_opener_wire_test()
    {
        ::fcntl(ear->descriptor(), F_SETFL, O_NONBLOCK);
        world.origin.where.port = ear->address().port;
    }
    ~link_opener_wire_test() override
    {
        if (peer >= 0) ::close(peer);
    }
    /// Opens until the request is there; answers its key.
    std::string key(link_wish wish = {})
    {
        opener = std::make_unique<link_opener>(world.place(), world.origin, std::move(wish), options, mine, seen);
        opener->start();
        text.clear();
        EXPECT_TRUE(world.until([&] { return pump() && text.ends_with("\r\n\r\n"); }));
        auto const at = text.find("Sec-WebSocket-Key: ") + 19;
        return text.substr(at, 24);
    }
    bool pump()
    {
        if (peer < 0) peer = ::accept4(ear->descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        char buffer[4096];
        auto const got = peer < 0 ? 0 : ::recv(peer, buffer, sizeof buffer, 0);
        if (got > 0) text.append(buffer, static_cast<std::size_t>(got));
        return peer >= 0;
    }
    void answer(std::string_view bytes)
    {
        EXPECT_EQ(::send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    }
    bool over()
    {
        bool const told = world.until([&] { return seen.calls == 1; });
        mine.current = seen.opened;
        return told;
    }
    static std::string accepts(std::string const& key, std::string const& more = {})
    {
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
               "Upgrade\r\nSec-WebSocket-Accept: " +
               websocket::accept_for(key) + "\r\n" + more + "\r\n";
    }
    void hang_up() { ::close(std::exchange(peer, -1)); }

    std::shared_ptr<listening_socket const> ear = listen_on({.host = "127.0.0.1"}).front();
    int peer = -1;
    std::string text;
    test::net_world server;
    test::client_world world{server};
    link_options options{.messages = {.max_message_size = 1000}};
    test::test_owner mine;
    test::open_observer seen;
    std::unique_ptr<link_opener> opener;
};

TEST_F(link_opener_wire_test, sends_what_the_standard_asks_for_with_a_fresh_key)
{
    auto const first = key({.target = "/x", .deflate = websocket::deflate_options{}});
    EXPECT_TRUE(text.starts_with("GET /x HTTP/1.1\r\nHost: ")) << text;
    EXPECT_NE(text.find("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"), text.npos);
    EXPECT_NE(text.find("\r\nSec-WebSocket-Extensions: permessage-deflate; "), text.npos);
    opener.reset();
    hang_up();
    EXPECT_NE(key(), first);
}

TEST_F(link_opener_wire_test, delivers_frames_that_came_with_the_answer_and_masks_what_it_sends)
{
    auto const k = key();
    answer(accepts(k) + test::server_frame("early") + test::server_frame("p", opcode::ping));
    ASSERT_TRUE(over());
    ASSERT_NE(seen.opened, nullptr);
    text.clear();
    ASSERT_TRUE(world.until([&] { return pump() && mine.messages.size() == 1 && text.size() == 7; }));
    EXPECT_EQ(mine.messages[0], "early");
    EXPECT_EQ(text[0], '\x8a');
    EXPECT_EQ(text[1], '\x81') << "masked";
    EXPECT_EQ(text[6] ^ text[2], 'p');
    text.clear();
    mine.current->send_text("aaaaaaaa");
    mine.current->send_text("aaaaaaaa");
    ASSERT_TRUE(world.until([&] { return pump() && text.size() == 28; }));
    EXPECT_NE(text.substr(2, 4), text.substr(16, 4)) << "a key of its own for each frame";
}

TEST_F(link_opener_wire_test, reads_the_answer_byte_by_byte)
{
    auto const whole = accepts(key()) + test::server_frame("now");
    for (char const c : whole) {
        answer({&c, 1});
        world.step();
    }
    ASSERT_TRUE(over());
    EXPECT_TRUE(world.until([&] { return mine.messages.size() == 1; }));
}

TEST_F(link_opener_wire_test, refuses_answers_that_break_the_standard)
{
    struct row
    {
        std::function<std::string(std::string)> answer;
        errc code;
        int status;
    };
    std::string const lines = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
    for (auto const& each : std::vector<row>{
             {[&](std::string) {
                  return "HTTP/1.1 101 x\r\n" + lines + "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n";
              },
              errc::invalid_handshake, 101},
             {[&](std::string) { return "HTTP/1.1 101 x\r\n" + lines + "\r\n"; }, errc::invalid_handshake, 101},
             {[&](std::string const& k) { return accepts(k, "Sec-WebSocket-Protocol: chat\r\n"); },
              errc::invalid_handshake, 101},
             {[&](std::string const& k) { return accepts(k, "Sec-WebSocket-Extensions: permessage-deflate\r\n"); },
              errc::invalid_handshake, 101},
             {[&](std::string const&) { return std::string("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"); },
              errc::refused, 200},
             {[&](std::string const&) {
                  return std::string("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n");
              },
              errc::refused, 302},
             {[&](std::string const&) { return std::string("SSH-2.0-x\r\n\r\n"); }, errc::invalid_http, 0},
             {[&](std::string const&) { return "HTTP/1.1 101 x\r\nX: " + std::string(20'000, 'x'); },
              errc::limit_exceeded, 0},
         })
    {
        seen = {};
        answer(each.answer(key()));
        ASSERT_TRUE(over());
        EXPECT_EQ(seen.opened, nullptr);
        EXPECT_EQ(seen.why.code, each.code) << seen.why.detail;
        EXPECT_EQ(seen.status, each.status);
        hang_up();
    }
}

TEST_F(link_opener_wire_test, tells_an_end_or_a_silence_before_the_answer)
{
    key();
    hang_up();
    ASSERT_TRUE(over());
    EXPECT_EQ(seen.why.code, errc::disconnected);
    seen = {};
    world.origin.connect.timeout = 50ms;
    key();
    ASSERT_TRUE(over());
    EXPECT_EQ(seen.why.code, errc::timed_out);
    EXPECT_EQ(seen.why.detail, "waiting for the WebSocket handshake of 127.0.0.1");
    seen = {};
    opener.reset();
    world.names.silent = true;
    world.origin.where.host = "slow.example";
    opener = std::make_unique<link_opener>(world.place(), world.origin, link_wish{}, options, mine, seen);
    opener->start();
    ASSERT_TRUE(over());
    EXPECT_EQ(seen.why.detail, "looking up slow.example") << "the step that took the time";
}

TEST_F(link_opener_wire_test, ends_a_link_whose_server_breaks_the_rules)
{
    struct row
    {
        std::string bytes;
        std::uint16_t code;
    };
    for (auto const& each : {row{test::text_frame("masked"), 1002}, row{std::string("\xc1\x01x", 3), 1002},
                             row{test::server_frame(std::string(1001, 'x')), 1009},
                             row{test::server_frame("\xff"), 1007}, row{std::string("\x83\x00", 2), 1002}})
    {
        seen = {};
        mine.ends = 0;
        answer(accepts(key()));
        ASSERT_TRUE(over());
        answer(each.bytes);
        ASSERT_TRUE(world.until([&] { return mine.ends == 1; }));
        EXPECT_EQ(mine.end.code, each.code);
        EXPECT_FALSE(mine.end.clean);
        hang_up();
        EXPECT_TRUE(world.until([&] { return world.table.size() == 0; }));
    }
}

} // namespace
} // namespace partyline::net
