// Addresses as text, compared with what the grammar says and with each other.
#include "http/ip_literal.hpp"

#include <gtest/gtest.h>

namespace partyline::http {
namespace {

std::string again(std::string_view text)
{
    auto const found = parse_ip(text);
    return found ? to_string(*found) : "none";
}

TEST(ip_literal, reads_and_writes_ipv4)
{
    for (auto const* text : {"0.0.0.0", "127.0.0.1", "255.255.255.255", "10.20.30.40"}) EXPECT_EQ(again(text), text);
}

TEST(ip_literal, refuses_what_only_some_would_read_as_an_address)
{
    for (auto const* text : {"", "1", "127.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "0x7f.0.0.1", "256.1.1.1", "1.2.3.4 ",
                             " 1.2.3.4", "1..2.3", "1.2.3.", "+1.2.3.4", "1.2.3.4x", "1111.2.3.4"})
        EXPECT_EQ(again(text), "none") << text;
}

TEST(ip_literal, reads_ipv6_and_writes_its_shortest_form)
{
    EXPECT_EQ(again("::"), "::");
    EXPECT_EQ(again("::1"), "::1");
    EXPECT_EQ(again("1::"), "1::");
    EXPECT_EQ(again("0:0:0:0:0:0:0:1"), "::1");
    EXPECT_EQ(again("2001:DB8::00ff"), "2001:db8::ff");
    EXPECT_EQ(again("1:0:0:2:0:0:0:3"), "1:0:0:2::3");
    EXPECT_EQ(again("1:2:3:4:5:6:7:8"), "1:2:3:4:5:6:7:8");
    EXPECT_EQ(again("1:0:3:4:5:6:7:8"), "1:0:3:4:5:6:7:8");
    EXPECT_EQ(again("1:2:3:4:5:6:7::"), "1:2:3:4:5:6:7:0");
    EXPECT_EQ(again("::ffff:1.2.3.4"), "::ffff:102:304");
    EXPECT_EQ(again("1:2:3:4:5:6:1.2.3.4"), "1:2:3:4:5:6:102:304");
}

TEST(ip_literal, refuses_broken_ipv6)
{
    for (auto const* text : {":",
                             ":::",
                             "1",
                             "1:",
                             ":1",
                             "1:2:3:4:5:6:7",
                             "1:2:3:4:5:6:7:8:9",
                             "1:2:3:4:5:6:7:8::",
                             "::1::",
                             "1::2::3",
                             "12345::",
                             "g::",
                             "::1%eth0",
                             "[::1]",
                             "1.2.3.4::",
                             "::1.2.3",
                             "1:2:3:4:5:6:7:1.2.3.4",
                             "::-1",
                             "::+1",
                             "1:2:3:4::5:6:7:8",
                             "::1.2.3.4:5"})
        EXPECT_EQ(again(text), "none") << text;
}

TEST(ip_literal, compares_networks_bit_by_bit)
{
    auto const ip = [](std::string_view text) { return *parse_ip(text); };
    EXPECT_TRUE(same_network(ip("10.1.2.3"), ip("10.200.0.1"), 8));
    EXPECT_FALSE(same_network(ip("10.1.2.3"), ip("11.1.2.3"), 8));
    EXPECT_TRUE(same_network(ip("192.168.15.1"), ip("192.168.0.1"), 20));
    EXPECT_FALSE(same_network(ip("192.168.16.1"), ip("192.168.0.1"), 20));
    EXPECT_TRUE(same_network(ip("1.2.3.4"), ip("200.2.3.4"), 0));
    EXPECT_TRUE(same_network(ip("1.2.3.4"), ip("1.2.3.4"), 32));
    EXPECT_FALSE(same_network(ip("1.2.3.4"), ip("1.2.3.5"), 32));
    EXPECT_FALSE(same_network(ip("1.2.3.4"), ip("1.2.3.4"), 33));
    EXPECT_FALSE(same_network(ip("1.2.3.4"), ip("::1"), 0));
    EXPECT_TRUE(same_network(ip("fe80::1"), ip("fe80:0:0:0:ffff::"), 64));
}

} // namespace
} // namespace partyline::http
