// Our server's session and our client's session against each other: whatever the network's delays are, messages arrive once
// and in order; whatever fails, both ends come to an end.
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/engineio/session_pair.hpp"

namespace partyline::testing {
namespace {

using engineio::transport;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct way
{
    std::string name;
    std::vector<transport> transports;
    bool offers_websocket;
};
std::vector<way> const ways = {{"polling", {transport::polling}, false},
                               {"websocket", {transport::websocket}, false},
                               {"upgrade", {transport::polling, transport::websocket}, true}};

/// Steps that take from 0 to 40 ms, the same ones for the same seed.
std::function<std::chrono::milliseconds()> uneven(unsigned seed)
{
    return [random = std::minstd_rand(seed)]() mutable { return std::chrono::milliseconds(random() % 41); };
}

engineio::delivery_ref numbered(std::size_t number)
{
    auto const text = "#" + std::to_string(number);
    if (number % 5 == 4) return binary_delivery(text, {"first bytes", "second"});
    return text_delivery(text);
}

std::vector<std::string> all_numbered(std::size_t count)
{
    std::vector<std::string> out;
    for (std::size_t number = 0; number < count; ++number) {
        out.push_back("#" + std::to_string(number));
        if (number % 5 == 4) out.insert(out.end(), {"bfirst bytes", "bsecond"});
    }
    return out;
}

bool is_prefix(std::vector<std::string> const& part, std::vector<std::string> const& whole)
{
    return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

/// Both talk for a while, at moments of their own.
void talk(session_pair& pair, unsigned seed, std::size_t turns = 30)
{
    std::minstd_rand random(seed * 7919 + 1);
    for (std::size_t turn = 0; turn < turns; ++turn) {
        for (auto count = random() % 4; count > 0; --count) pair.client_sends(numbered(pair.client_sent));
        for (auto count = random() % 4; count > 0; --count) pair.server_sends(numbered(pair.server_sent));
        pair.after(std::chrono::milliseconds(random() % 30));
    }
}

TEST(session_pair, carries_every_message_once_and_in_order_whatever_the_delays)
{
    for (auto const& way : ways) {
        for (unsigned seed = 1; seed <= 60; ++seed) {
            SCOPED_TRACE(way.name + ", seed " + std::to_string(seed));
            session_pair pair({.client = {.transports = way.transports},
                               .max_payload = seed % 2 == 0 ? 40U : 1'000'000U,
                               .offers_websocket = way.offers_websocket,
                               .latency = uneven(seed)});
            talk(pair, seed);
            pair.after(5s);
            EXPECT_EQ(pair.client_heard, all_numbered(pair.server_sent));
            EXPECT_EQ(pair.server_heard, all_numbered(pair.client_sent));
            EXPECT_GT(pair.client_sent, 20U);
            EXPECT_EQ(pair.upgraded, way.offers_websocket);
            EXPECT_THAT(pair.client_end, IsEmpty());
            EXPECT_THAT(pair.server_end, IsEmpty());
        }
    }
}

TEST(session_pair, stays_open_by_its_heartbeat)
{
    for (auto const& way : ways) {
        session_pair pair({.client = {.transports = way.transports}, .offers_websocket = way.offers_websocket});
        pair.after(10min);
        EXPECT_TRUE(pair.client().is_open()) << way.name;
        EXPECT_FALSE(pair.server_is_closed()) << way.name;
    }
}

TEST(session_pair, ends_at_both_sides_whichever_step_fails)
{
    for (auto const& way : ways) {
        std::size_t steps = 0;
        {
            session_pair pair({.client = {.transports = way.transports},
                               .offers_websocket = way.offers_websocket,
                               .latency = uneven(1)});
            talk(pair, 1, 10);
            pair.after(5s);
            steps = pair.steps();
        }
        for (std::size_t step = 0; step < steps; ++step) {
            SCOPED_TRACE(way.name + ", step " + std::to_string(step));
            session_pair pair({.client = {.transports = way.transports},
                               .max_payload = 40,
                               .offers_websocket = way.offers_websocket,
                               .latency = uneven(1),
                               .broken_step = step});
            talk(pair, 1, 10);
            pair.after(2min);
            EXPECT_TRUE(is_prefix(pair.client_heard, all_numbered(pair.server_sent)));
            EXPECT_TRUE(is_prefix(pair.server_heard, all_numbered(pair.client_sent)));
            // a broken probe harms nobody; everything else is the end, for both
            if (pair.client().is_open()) {
                EXPECT_EQ(way.name, "upgrade");
                EXPECT_EQ(pair.client_heard, all_numbered(pair.server_sent));
                EXPECT_EQ(pair.server_heard, all_numbered(pair.client_sent));
            } else {
                EXPECT_TRUE(pair.server_is_closed());
                EXPECT_EQ(pair.client_end.size(), 1U);
                EXPECT_EQ(pair.server_end.size(), pair.server_exists() ? 1U : 0U);
            }
        }
    }
}

TEST(session_pair, loses_nothing_when_the_probe_fails)
{
    std::size_t survived = 0;
    for (unsigned seed = 1; seed <= 40; ++seed) {
        for (std::size_t step = 0; step < 3; ++step) { // the handshake, 2probe, 3probe
            SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step));
            session_pair pair({.latency = uneven(seed), .broken_step = step, .breaks_links_only = true});
            talk(pair, seed);
            pair.after(15s);
            EXPECT_TRUE(pair.client().is_open());
            EXPECT_EQ(pair.client().current_transport(), transport::polling);
            EXPECT_EQ(pair.client_heard, all_numbered(pair.server_sent));
            EXPECT_EQ(pair.server_heard, all_numbered(pair.client_sent));
            ++survived;
        }
    }
    EXPECT_EQ(survived, 120U);
}

TEST(session_pair, delivers_what_was_sent_before_the_client_closed)
{
    for (auto const& way : ways) {
        for (unsigned seed = 1; seed <= 60; ++seed) {
            SCOPED_TRACE(way.name + ", seed " + std::to_string(seed));
            session_pair pair({.client = {.transports = way.transports},
                               .max_payload = 40,
                               .offers_websocket = way.offers_websocket,
                               .latency = uneven(seed)});
            pair.after(200ms);
            talk(pair, seed, seed % 7);
            for (int i = 0; i < 5; ++i) pair.client_sends(numbered(pair.client_sent));
            pair.close_client();
            pair.after(2s);
            EXPECT_EQ(pair.server_heard, all_numbered(pair.client_sent));
            EXPECT_THAT(pair.client_end, ElementsAre("forced close: "));
            EXPECT_THAT(pair.server_end, ElementsAre("transport close: "));
        }
    }
}

TEST(session_pair, delivers_what_was_sent_before_the_server_closed)
{
    for (auto const& way : ways) {
        for (unsigned seed = 1; seed <= 60; ++seed) {
            SCOPED_TRACE(way.name + ", seed " + std::to_string(seed));
            session_pair pair({.client = {.transports = way.transports},
                               .offers_websocket = way.offers_websocket,
                               .latency = uneven(seed)});
            pair.after(200ms);
            for (int i = 0; i < 5; ++i) pair.server_sends(numbered(pair.server_sent));
            pair.close_server();
            pair.after(2s);
            EXPECT_EQ(pair.client_heard, all_numbered(pair.server_sent));
            EXPECT_THAT(pair.server_end, ElementsAre("forced close: "));
            ASSERT_EQ(pair.client_end.size(), 1U);
            EXPECT_TRUE(pair.client_end[0].starts_with("transport close: ")) << pair.client_end[0];
        }
    }
}

TEST(session_pair, closed_by_the_client_at_any_moment_ends_at_both_sides)
{
    for (auto const& way : ways) {
        for (int moment = 0; moment < 150; ++moment) {
            SCOPED_TRACE(way.name + ", at " + std::to_string(moment) + " ms");
            session_pair pair({.client = {.transports = way.transports}, .offers_websocket = way.offers_websocket});
            pair.after(std::chrono::milliseconds(moment));
            pair.client_sends(numbered(0));
            pair.close_client();
            pair.after(1min);
            EXPECT_THAT(pair.client_end, ElementsAre("forced close: "));
            EXPECT_TRUE(pair.server_is_closed());
        }
    }
}

} // namespace
} // namespace partyline::testing
