// URLs that are taken, and those that are refused because two readers would differ about them.
#include "http/url.hpp"

#include <gtest/gtest.h>

namespace partyline::http {
namespace {

TEST(url, knows_four_schemes_and_their_ports)
{
    auto const plain = *parse_url("http://example.com");
    EXPECT_FALSE(plain.secure);
    EXPECT_FALSE(plain.websocket);
    EXPECT_EQ(plain.port, 80);
    EXPECT_EQ(plain.path, "/");
    auto const secure = *parse_url("HTTPS://Example.COM/");
    EXPECT_TRUE(secure.secure);
    EXPECT_EQ(secure.host, "example.com");
    EXPECT_EQ(secure.port, 443);
    EXPECT_TRUE(parse_url("ws://x")->websocket);
    EXPECT_EQ(parse_url("wss://x")->port, 443);
    EXPECT_TRUE(parse_url("wss://x")->secure);
}

TEST(url, shows_its_parts)
{
    auto const found = *parse_url("https://us%65r:p%40ss%3Aw@chat.example.com:8443/rooms/one?a=b&c=%20?#top");
    EXPECT_TRUE(found.has_credentials);
    EXPECT_EQ(found.user, "user");
    EXPECT_EQ(found.password, "p@ss:w");
    EXPECT_EQ(found.host, "chat.example.com");
    EXPECT_EQ(found.port, 8443);
    EXPECT_EQ(found.path, "/rooms/one");
    EXPECT_EQ(found.query, "a=b&c=%20?");
    EXPECT_EQ(found.authority(), "chat.example.com:8443");
    EXPECT_EQ(found.host_and_port(), "chat.example.com:8443");
    EXPECT_EQ(found.origin(), "https://chat.example.com:8443");
}

TEST(url, names_the_port_only_where_it_is_not_the_schemes_own)
{
    EXPECT_EQ(parse_url("http://x:80/")->authority(), "x");
    EXPECT_EQ(parse_url("http://x:443/")->authority(), "x:443");
    EXPECT_EQ(parse_url("wss://x:443/")->origin(), "https://x");
    EXPECT_EQ(parse_url("http://x:/a")->port, 80);
    EXPECT_EQ(parse_url("https://x")->host_and_port(), "x:443");
}

TEST(url, takes_addresses_of_both_families)
{
    EXPECT_EQ(parse_url("http://127.0.0.1:3000")->host, "127.0.0.1");
    auto const six = *parse_url("http://[2001:DB8::1]:3000?x");
    EXPECT_EQ(six.host, "2001:db8::1");
    EXPECT_EQ(six.authority(), "[2001:db8::1]:3000");
    EXPECT_EQ(six.query, "x");
    EXPECT_EQ(parse_url("https://[::1]")->authority(), "[::1]");
    EXPECT_EQ(parse_url("http://x/?list[]=1")->query, "list[]=1");
}

TEST(url, takes_names_of_the_field)
{
    for (auto const* text : {"http://localhost", "http://a-b.c_d.example", "http://xn--bcher-kva.example",
                             "http://my_service:1", "http://example.com./x", "http://1.2.3.4.example", "http://0.pool"})
        EXPECT_TRUE(parse_url(text)) << text;
}

TEST(url, refuses_what_two_readers_could_read_in_two_ways)
{
    for (auto const* text : {"",
                             "http",
                             "http:",
                             "http://",
                             "http:///",
                             "//host",
                             "host:80",
                             "ftp://x",
                             "javascript://x",
                             " http://x",
                             "http://x ",
                             "http://x\r\n",
                             "http://x/\n",
                             "http://x/a b",
                             "http://x/\xc3\xa4",
                             "http://b\xc3\xbc.example",
                             "http://a@b@c",
                             "http://a%4",
                             "http://u%zz@h",
                             "http://h%41",
                             "http://x:0",
                             "http://x:65536",
                             "http://x:-1",
                             "http://x:+80",
                             "http://x:8a",
                             "http://x:123456",
                             "http://x:80:80",
                             "http://127.1",
                             "http://0x7f000001",
                             "http://2130706433",
                             "http://1.2.3.4.5",
                             "http://1.2.3.04",
                             "http://a..b",
                             "http://.a",
                             "http://[::1",
                             "http://[::1]x",
                             "http://[1.2.3.4]",
                             "http://[::1%25eth0]",
                             "http://::1",
                             "http://x\\@y",

                             "http://x/<",
                             "http://:80",
                             "http://user@"})
        EXPECT_FALSE(parse_url(text)) << text;
    EXPECT_FALSE(parse_url("http://" + std::string(64, 'a')));
    EXPECT_FALSE(parse_url("http://x/" + std::string(9000, 'a')));
    EXPECT_FALSE(parse_url(std::string_view("http://x\0y", 10)));
    EXPECT_EQ(parse_url("").error(), errc::invalid_url);
}

TEST(url, tells_what_may_stand_in_a_request_line)
{
    EXPECT_TRUE(is_request_target("/"));
    EXPECT_TRUE(is_request_target("/socket.io/?EIO=4&x=[1]"));
    for (auto const* text : {"", "x", "*", "http://x/", "/a b", "/a\r\nX: y", "/#a", "/\xc3\xa4", "/\t"})
        EXPECT_FALSE(is_request_target(text)) << text;
}

} // namespace
} // namespace partyline::http
