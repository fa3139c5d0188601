// Which proxy, if any; the list of those that need none.
#include "http/proxy.hpp"

#include <gtest/gtest.h>

namespace partyline::http {
namespace {

std::string chosen(std::string_view target, proxy_settings const& settings)
{
    auto const found = choose_proxy(*parse_url(target), settings);
    if (!found) return std::string(describe(found.error()));
    return *found ? (*found)->host_and_port() : "none";
}

TEST(proxy, follows_the_scheme_of_the_target)
{
    proxy_settings const settings{.http_proxy = "http://plain:1", .https_proxy = "http://secure:2"};
    EXPECT_EQ(chosen("http://x", settings), "plain:1");
    EXPECT_EQ(chosen("ws://x", settings), "plain:1");
    EXPECT_EQ(chosen("https://x", settings), "secure:2");
    EXPECT_EQ(chosen("wss://x", settings), "secure:2");
    EXPECT_EQ(chosen("wss://x", {.http_proxy = "http://plain:1"}), "none");
    EXPECT_EQ(chosen("ws://x", {.http_proxy = "  "}), "none");
}

TEST(proxy, is_read_with_or_without_a_scheme)
{
    EXPECT_EQ(parse_proxy("proxy.example:3128")->host_and_port(), "proxy.example:3128");
    EXPECT_EQ(parse_proxy("proxy.example")->port, 80);
    EXPECT_EQ(parse_proxy("[::1]:3128")->host_and_port(), "[::1]:3128");
    auto const full = *parse_proxy("http://me:s%40fe@proxy:8080/");
    EXPECT_EQ(full.user, "me");
    EXPECT_EQ(full.password, "s@fe");
    EXPECT_EQ(parse_proxy("https://proxy").error(), errc::unsupported);
    EXPECT_EQ(parse_proxy("socks5://proxy").error(), errc::unsupported);
    EXPECT_EQ(parse_proxy("pro xy").error(), errc::invalid_url);
    EXPECT_EQ(chosen("http://x", {.http_proxy = "a b"}), describe(errc::invalid_url));
}

TEST(proxy, is_not_used_for_those_who_are_named)
{
    auto const bypassed = [](std::string_view target, std::string_view list) {
        return bypasses_proxy(*parse_url(target), list);
    };
    EXPECT_TRUE(bypassed("http://example.com", "*"));
    EXPECT_TRUE(bypassed("http://example.com", "other, Example.com"));
    EXPECT_TRUE(bypassed("http://example.com", "a b\texample.com"));
    EXPECT_TRUE(bypassed("http://a.b.example.com", "example.com"));
    EXPECT_TRUE(bypassed("http://a.example.com", ".example.com"));
    EXPECT_TRUE(bypassed("http://example.com", ".example.com"));
    EXPECT_TRUE(bypassed("http://a.example.com.", "*.example.com"));
    EXPECT_TRUE(bypassed("http://example.com:8080", "example.com:8080"));
    EXPECT_FALSE(bypassed("http://example.com", "example.com:8080"));
    EXPECT_TRUE(bypassed("https://example.com", "example.com:443"));
    EXPECT_FALSE(bypassed("http://badexample.com", "example.com"));
    EXPECT_FALSE(bypassed("http://example.com", "example.com.evil"));
    EXPECT_FALSE(bypassed("http://example.com", ""));
    EXPECT_FALSE(bypassed("http://example.com", ", ,"));
    EXPECT_FALSE(bypassed("http://example.com", "."));
    EXPECT_FALSE(bypassed("http://example.com", "example.com:x"));
}

TEST(proxy, is_not_used_for_addresses_and_networks_that_are_named)
{
    auto const bypassed = [](std::string_view target, std::string_view list) {
        return bypasses_proxy(*parse_url(target), list);
    };
    EXPECT_TRUE(bypassed("http://127.0.0.1", "127.0.0.1"));
    EXPECT_TRUE(bypassed("http://127.0.0.1:80", "127.0.0.1:80"));
    EXPECT_FALSE(bypassed("http://127.0.0.1:80", "127.0.0.1:81"));
    EXPECT_TRUE(bypassed("http://10.3.2.1", "192.168.0.0/16,10.0.0.0/8"));
    EXPECT_FALSE(bypassed("http://11.3.2.1", "10.0.0.0/8"));
    EXPECT_FALSE(bypassed("http://10.3.2.1", "10.0.0.0/x"));
    EXPECT_FALSE(bypassed("http://10.3.2.1", "10.0.0.0/"));
    EXPECT_TRUE(bypassed("http://[::1]", "0:0:0:0:0:0:0:1"));
    EXPECT_TRUE(bypassed("http://[::1]:3000", "[::1]:3000"));
    EXPECT_TRUE(bypassed("http://[fd00::5]", "fd00::/8"));
    EXPECT_FALSE(bypassed("http://10.0.0.1", "0.0.1"));
    EXPECT_FALSE(bypassed("http://[::1]", "[::1"));
}

} // namespace
} // namespace partyline::http
