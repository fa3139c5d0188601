// How a client bears servers that are no longer merely wrong: what it answers, what it keeps, and what it says when nothing moves.
#include <partyline/client.hpp>

#include <algorithm>

#include <gmock/gmock.h>

#include "unit/client/hostile_world.hpp"

namespace partyline::test {
namespace {

TEST(client_against_a_hostile_server, waits_for_one_answer_to_a_goodbye_at_most)
{
    constexpr std::string_view opened =
        R"(0{"sid":"e","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000})";
    std::atomic<int> said{0};
    std::atomic<int> waiting{0};
    std::atomic<int> most{0};
    hostile_server bad([&](hostile_line& line) {
        for (std::string head; !(head = line.request()).empty();) {
            if (head.starts_with("POST")) { // never answered
                ++said;
                most = std::max<int>(most, ++waiting);
                line.hold();
                --waiting;
                return;
            }
            if (!line.answer(head.find("sid=") == head.npos ? opened : "nonsense")) return;
        }
    });
    auto options = wary(only_polling);
    options.reconnection_delay = options.reconnection_delay_max = 20ms;
    client line(bad.url(), options);
    line.connect();
    EXPECT_TRUE(until([&] { return said >= 20; }));
    EXPECT_LE(most, 4); // the end of the one before is seen a little later; it does not add up
}

TEST(client_against_a_hostile_server, follows_no_redirection)
{
    std::atomic<int> asked{0};
    hostile_server bad([&](hostile_line& line) {
        while (!line.request().empty()) {
            ++asked;
            line.send(
                "HTTP/1.1 302 Found\r\nLocation: /socket.io/?EIO=4&transport=polling\r\nContent-Length: 0\r\n\r\n");
        }
    });
    auto options = wary(only_polling);
    options.reconnection = false;
    client line(bad.url(), options);
    notes seen;
    line.on_connect_error([&](client_error const& why) { seen.add(why.message + " " + std::to_string(why.status)); });
    line.connect();
    EXPECT_TRUE(seen.has("xhr poll error 302"));
    EXPECT_EQ(asked, 1);
}

TEST(client_against_a_hostile_server, lets_a_proxy_go_that_breaks_the_rules)
{
    std::vector<std::pair<hostile_server::script, errc>> const proxies{
        {[](hostile_line& line) {
             line.request();
             line.send("HTTP/1.1 200 OK\r\n");
             line.flood("X-Filler: " + std::string(100, 'x') + "\r\n");
         },
         errc::limit_exceeded},
        {[](hostile_line& line) {
             line.request();
             line.send("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
             line.flood(std::string(1000, 'x'));
         },
         errc::message_too_big},
        {[](hostile_line& line) {
             line.request();
             line.send("HTTP/1.1 200 OK\r\nX: ");
             line.drip("x");
         },
         errc::timed_out},
        {[](hostile_line& line) {
             line.request();
             line.send("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");
             line.hold();
         },
         errc::invalid_http},
    };
    for (auto const& [play, why] : proxies) {
        hostile_server bad(play);
        auto options = wary(only_polling);
        options.proxy = bad.url();
        options.reconnection = false;
        client line("http://chat.example", options);
        notes seen;
        line.on_connect_error([&](client_error const& told) { seen.add(std::string(describe(told.cause))); });
        line.connect();
        EXPECT_EQ(seen.when(1), lines{std::string(describe(why))});
    }
}

TEST(client_against_a_hostile_server, keeps_no_more_cookies_than_its_jar_holds)
{
    std::mutex mutex;
    std::string longest;
    hostile_server bad([&](hostile_line& line) {
        for (int round = 0;; ++round) {
            auto const head = line.request();
            if (head.empty()) return;
            auto const sent = hostile_line::value_of(head, "Cookie: ");
            {
                std::lock_guard const lock(mutex);
                if (sent.size() > longest.size()) longest = sent;
            }
            std::string set;
            for (int i = 0; i < 100; ++i)
                set += "Set-Cookie: c" + std::to_string(100 * round + i) + "=" + std::string(100, 'x') + "\r\n";
            if (round == 0) {
                line.answer(open_long, set);
            } else if (!line.answer("6", set + "Set-Cookie: large=" + std::string(5000, 'x') + "\r\n") || round == 50) {
                return line.be_silent();
            }
        }
    });
    auto options = wary(only_polling);
    options.with_credentials = true;
    client line(bad.url(), options);
    line.connect();
    EXPECT_TRUE(until([&] {
        std::lock_guard const lock(mutex);
        return std::count(longest.begin(), longest.end(), '=') == 64;
    }));
    std::lock_guard const lock(mutex);
    EXPECT_EQ(longest.find("large"), std::string::npos);
    EXPECT_LT(longest.size(), 64U * 120);
}

TEST(client_against_a_hostile_server, passes_over_answers_that_nobody_waits_for)
{
    hostile_server bad([](hostile_line& line) {
        if (!begin(line)) return;
        for (auto const* each :
             {"43999[1]", "430[\"first\"]", "430[\"twice\"]", "4318446744073709551615[]", "43/none,0[]",
              "42/none,[\"x\"]", "41/none", "40{\"sid\":\"again\"}", "44{\"message\":\"late\"}"})
            if (!line.text(each)) return;
        line.text(R"(42["end"])");
        line.hold();
    });
    notes seen;
    client line(bad.url(), wary(only_websocket));
    line.on("end", [&] { seen.add("end"); });
    line.on_disconnect([&](client_disconnect_reason) { seen.add("lost"); });
    line.connect();
    line.emit("ask", [&](std::string answer) { seen.add(answer); });
    EXPECT_TRUE(seen.has("end"));
    EXPECT_THAT(seen.all(), ::testing::ElementsAre("first", "end")) << "one answer for one question, and no other";
    EXPECT_EQ(line.id(), "abc");
}

TEST(client_against_a_hostile_server, answers_a_flood_of_pings_with_one_pong_at_a_time)
{
    std::atomic<bool> flooded{false};
    hostile_server bad([&](hostile_line& line) {
        if (!begin(line)) return;
        // Engine.IO's, and WebSocket's; nothing is read meanwhile
        auto const all = repeated(
            hostile_line::head_of(0x81, 1) + "2" + hostile_line::head_of(0x89, 125) + std::string(125, 'p'), 500);
        for (int i = 0; i < 200 && line.send(all); ++i) {
        }
        flooded = true;
        line.hold();
    });
    notes seen;
    [[maybe_unused]] auto const before = memory();
    client line(bad.url(), wary(only_websocket));
    line.on_close([&](client_disconnect_reason, std::string_view) { seen.add("closed"); });
    line.connect();
    ASSERT_TRUE(until([&] { return flooded || seen.size() != 0; }));
    EXPECT_LT(line.statistics().get().queued_bytes, 100U);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    EXPECT_LT(memory() - before, 16L << 20);
#endif
}

TEST(client_against_a_hostile_server, says_when_a_server_reads_nothing)
{
    hostile_server bad([](hostile_line& line) {
        if (begin(line)) line.be_silent();
    });
    auto options = wary(only_websocket);
    options.send_queue = {.bytes = 100'000, .packets = 100};
    options.max_pending_acks = 10;
    client line(bad.url(), options);
    notes seen;
    line.on_connect([&] {
        std::size_t taken = 0;
        while (taken < 100'000 && line.emit("x", std::string(10'000, 'x'))) ++taken;
        seen.add(taken < 100'000 ? "refused" : "taken without end");
    });
    line.connect();
    EXPECT_TRUE(seen.has("refused"));
    EXPECT_LE(line.statistics().get().queued_bytes, 120'000U);
    for (int i = 0; i < 50; ++i) (void)line.emit("ask", [](std::string) {});
    EXPECT_LE(line.statistics().get().pending_acks, 10U);
    line.close().get(); // at most `linger`
    EXPECT_FALSE(line.connected());
}

TEST(client_against_a_hostile_server, says_when_a_post_is_never_answered)
{
    hostile_server bad([](hostile_line& line) {
        auto const head = line.request();
        if (head.starts_with("POST")) return line.be_silent();
        if (!line.answer(std::string(open_long) + "\x1e"
                                                  R"(40{"sid":"abc"})"))
            return;
        line.request();
        line.be_silent();
    });
    auto options = wary(only_polling);
    options.send_queue = {.bytes = 100'000, .packets = 100};
    client line(bad.url(), options);
    line.connect();
    bool refused = false;
    EXPECT_TRUE(until([&] {
        for (int i = 0; i < 100; ++i) line.emit("x", std::string(1000, 'x'));
        auto const now = line.statistics().get();
        refused = now.queued_bytes + now.buffered_bytes >= 90'000;
        return refused;
    }));
    auto const now = line.statistics().get();
    EXPECT_LE(now.queued_bytes, 110'000U);
    line.close().get();
}

TEST(client_against_a_hostile_server, gives_up_a_request_whose_time_is_up)
{
    hostile_server bad([](hostile_line& line) {
        if (!begin_polling(line)) return;
        line.request();
        line.be_silent();
    });
    auto options = wary(only_polling);
    options.request_timeout = 100ms;
    options.timeout.reset();
    client line(bad.url(), options);
    notes seen;
    line.on_error([&](client_error const& why) { seen.add(why.message + ": " + std::string(describe(why.cause))); });
    line.connect();
    EXPECT_TRUE(until([&] {
        auto const all = seen.all();
        return std::any_of(all.begin(), all.end(), [](auto const& each) {
            return each.ends_with(": " + std::string(describe(errc::timed_out))) && each.starts_with("xhr p");
        });
    })) << ::testing::PrintToString(seen.all());
}

} // namespace
} // namespace partyline::test
