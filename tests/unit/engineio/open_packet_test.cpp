#include "engineio/open_packet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partyline::engineio {
namespace {

using namespace std::chrono_literals;

TEST(open_packet, tells_who_one_is_and_how_the_server_keeps_time)
{
    auto const read = read_open_packet(
        R"({"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->sid, "lv_VI97HAXpY6yYWAAAC");
    EXPECT_TRUE(read->offers_websocket);
    EXPECT_EQ(read->ping_interval, 25s);
    EXPECT_EQ(read->ping_timeout, 20s);
    EXPECT_EQ(read->max_payload, 1'000'000U);
}

TEST(open_packet, of_an_older_server_has_no_limit_for_payloads)
{
    auto const read = read_open_packet(R"({"sid":"x","upgrades":[],"pingInterval":1,"pingTimeout":1})");
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->offers_websocket);
    EXPECT_EQ(read->max_payload, 0U);
}

TEST(open_packet, passes_over_upgrades_and_members_that_are_unknown)
{
    auto const read = read_open_packet(
        R"({"new":{"a":[1]},"sid":"x","upgrades":["webtransport","websocket",""],"pingInterval":1.0,"pingTimeout":2})");
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->offers_websocket);
}

TEST(open_packet, of_which_a_part_is_missing_or_wrong_is_refused)
{
    for (std::string_view const text : {
             R"()",
             R"(null)",
             R"([])",
             R"("sid")",
             R"({"sid":"x","upgrades":[],"pingInterval":1,"pingTimeout":1)",
             R"({"upgrades":[],"pingInterval":1,"pingTimeout":1})",
             R"({"sid":"x","pingInterval":1,"pingTimeout":1})",
             R"({"sid":"x","upgrades":[],"pingTimeout":1})",
             R"({"sid":"x","upgrades":[],"pingInterval":1})",
             R"({"sid":"","upgrades":[],"pingInterval":1,"pingTimeout":1})",
             R"({"sid":7,"upgrades":[],"pingInterval":1,"pingTimeout":1})",
             R"({"sid":"a b","upgrades":[],"pingInterval":1,"pingTimeout":1})",
             R"({"sid":"a\r\nb","upgrades":[],"pingInterval":1,"pingTimeout":1})",
             R"({"sid":"é","upgrades":[],"pingInterval":1,"pingTimeout":1})",
             R"({"sid":"x","upgrades":"websocket","pingInterval":1,"pingTimeout":1})",
             R"({"sid":"x","upgrades":[1],"pingInterval":1,"pingTimeout":1})",
             R"({"sid":"x","upgrades":null,"pingInterval":1,"pingTimeout":1})",
             R"({"sid":"x","upgrades":[],"pingInterval":"1","pingTimeout":1})",
             R"({"sid":"x","upgrades":[],"pingInterval":0,"pingTimeout":1})",
             R"({"sid":"x","upgrades":[],"pingInterval":-1,"pingTimeout":1})",
             R"({"sid":"x","upgrades":[],"pingInterval":1.5,"pingTimeout":1})",
             R"({"sid":"x","upgrades":[],"pingInterval":2147483648,"pingTimeout":1})",
             R"({"sid":"x","upgrades":[],"pingInterval":1,"pingTimeout":1e400})",
             R"({"sid":"x","upgrades":[],"pingInterval":1,"pingTimeout":1,"maxPayload":-1})",
             R"({"sid":"x","upgrades":[],"pingInterval":1,"pingTimeout":1,"maxPayload":"1"})",
             R"({"sid":"x","upgrades":[[[[[[[[[1]]]]]]]]],"pingInterval":1,"pingTimeout":1})",
         })
    {
        auto const read = read_open_packet(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error(), errc::invalid_handshake) << text;
    }
}

TEST(open_packet, has_a_sid_of_at_most_256_characters)
{
    auto const with_sid = [](std::size_t size) {
        return read_open_packet(R"({"sid":")" + std::string(size, 'x') +
                                R"(","upgrades":[],"pingInterval":1,"pingTimeout":1})");
    };
    EXPECT_TRUE(with_sid(256));
    EXPECT_FALSE(with_sid(257));
}

} // namespace
} // namespace partyline::engineio
