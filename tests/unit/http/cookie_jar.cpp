// What is kept, for whom, and for how long; on a clock of the test's own.
#include "http/cookie_jar.hpp"

#include <gtest/gtest.h>

namespace partyline::http {
namespace {

using namespace std::chrono_literals;

constexpr cookie_jar::time start{std::chrono::seconds(1'700'000'000)};
constexpr cookie_scope here{"chat.example.com", "/socket.io/", false};
constexpr cookie_scope safe{"chat.example.com", "/socket.io/", true};

std::string kept(std::string_view header, cookie_scope const& from = here)
{
    cookie_jar jar;
    jar.store(header, from, start);
    return jar.header(from, start);
}

TEST(set_cookie, shows_its_parts)
{
    auto const found = *parse_set_cookie(" io = abc=d ; Max-Age=60; Domain=.Example.COM; Path=/a; SECURE; HttpOnly; "
                                         "SameSite=Lax; foo=bar; Expires=Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(found.name, "io");
    EXPECT_EQ(found.value, "abc=d");
    EXPECT_EQ(found.domain, "example.com");
    EXPECT_EQ(found.path, "/a");
    EXPECT_TRUE(found.secure);
    EXPECT_EQ(found.max_age, 60s);
    EXPECT_EQ(found.expires->time_since_epoch(), 784111777s);
    EXPECT_EQ(parse_set_cookie("a=b; Expires=Sun, 06-Nov-1994 08:49:37 GMT")->expires, found.expires);
}

TEST(set_cookie, passes_over_attributes_that_it_does_not_understand)
{
    auto const found = *parse_set_cookie("a=; Max-Age=1x; Expires=tomorrow; Path=relative; Domain=; ;;");
    EXPECT_EQ(found.value, "");
    EXPECT_FALSE(found.max_age);
    EXPECT_FALSE(found.expires);
    EXPECT_EQ(found.path, "");
    EXPECT_EQ(found.domain, "");
    EXPECT_EQ(parse_set_cookie("a=b; Max-Age=-1")->max_age, 0s);
    EXPECT_EQ(parse_set_cookie("a=b; Max-Age=99999999999999999999")->max_age, 24h * 400);
}

TEST(set_cookie, is_none_without_a_name_or_with_bytes_that_must_not_travel)
{
    for (auto const* text : {"", "a", "=b", " =b", "a=b\r\nX: y", "a=b\x01", "a\x7f=b", ";a=b"})
        EXPECT_FALSE(parse_set_cookie(text)) << text;
}

TEST(cookie_jar, sends_back_what_a_load_balancer_set)
{
    cookie_jar jar;
    jar.store("AWSALB=xyz; Expires=Thu, 21 Nov 2030 08:49:37 GMT; Path=/", here, start);
    jar.store("io=sid; Path=/; HttpOnly; SameSite=Lax", here, start);
    EXPECT_EQ(jar.header(here, start), "AWSALB=xyz; io=sid");
    jar.store("AWSALB=new; Path=/", here, start);
    EXPECT_EQ(jar.header(here, start), "AWSALB=new; io=sid") << "replaced in its place";
}

TEST(cookie_jar, forgets_a_cookie_when_its_time_is_up)
{
    cookie_jar jar;
    jar.store("a=1; Max-Age=10; Expires=Thu, 21 Nov 2030 08:49:37 GMT", here, start);
    EXPECT_EQ(jar.header(here, start + 9s), "a=1");
    EXPECT_EQ(jar.header(here, start + 10s), "") << "Max-Age goes before Expires";
    EXPECT_EQ(jar.size(), 0u);
    jar.store("b=1", here, start);
    EXPECT_EQ(jar.header(here, start + 240h), "b=1") << "as long as the client";
    jar.store("b=; Max-Age=0", here, start);
    EXPECT_EQ(jar.size(), 0u) << "taken back";
    jar.store("c=1; Expires=Sun, 06 Nov 1994 08:49:37 GMT", here, start);
    EXPECT_EQ(jar.size(), 0u);
}

TEST(cookie_jar, keeps_a_cookie_to_the_host_that_set_it_unless_that_widens_it)
{
    cookie_jar jar;
    jar.store("own=1; Path=/", here, start);
    jar.store("wide=2; Domain=example.com; Path=/", here, start);
    auto const at = [&](std::string_view host) { return jar.header({host, "/", false}, start); };
    EXPECT_EQ(at("chat.example.com"), "own=1; wide=2");
    EXPECT_EQ(at("example.com"), "wide=2");
    EXPECT_EQ(at("a.b.example.com"), "wide=2");
    EXPECT_EQ(at("badexample.com"), "");
    EXPECT_EQ(at("example.com.evil"), "");
}

TEST(cookie_jar, takes_no_cookie_for_others)
{
    EXPECT_EQ(kept("a=1; Domain=other.com"), "");
    EXPECT_EQ(kept("a=1; Domain=evil.chat.example.com"), "");
    EXPECT_EQ(kept("a=1; Domain=com"), "");
    EXPECT_EQ(kept("a=1; Domain=localhost", {"localhost", "/", false}), "a=1");
    EXPECT_EQ(kept("a=1; Domain=0.0.1", {"127.0.0.1", "/", false}), "");
    EXPECT_EQ(kept("a=1; Domain=127.0.0.1", {"127.0.0.1", "/", false}), "a=1");
}

TEST(cookie_jar, minds_the_path)
{
    cookie_jar jar;
    jar.store("dir=1", {"h", "/a/b/c", false}, start);
    jar.store("root=2; Path=/", {"h", "/a/b/c", false}, start);
    jar.store("top=3", {"h", "/c", false}, start);
    auto const at = [&](std::string_view path) { return jar.header({"h", path, false}, start); };
    EXPECT_EQ(at("/a/b/c"), "dir=1; root=2; top=3") << "longest path first";
    EXPECT_EQ(at("/a/b"), "dir=1; root=2; top=3");
    EXPECT_EQ(at("/a/bc"), "root=2; top=3");
}

TEST(cookie_jar, gives_secure_cookies_to_secure_connections_alone)
{
    cookie_jar jar;
    jar.store("a=1; Secure", safe, start);
    EXPECT_EQ(jar.header(safe, start), "a=1");
    EXPECT_EQ(jar.header(here, start), "");
    EXPECT_EQ(kept("a=1; Secure"), "") << "a plain connection cannot set one";
    EXPECT_EQ(kept("__Secure-a=1", safe), "");
    EXPECT_EQ(kept("__Secure-a=1; Secure", safe), "__Secure-a=1");
    EXPECT_EQ(kept("__Host-a=1; Secure", safe), "");
    EXPECT_EQ(kept("__Host-a=1; Secure; Path=/; Domain=chat.example.com", safe), "");
    EXPECT_EQ(kept("__Host-a=1; Secure; Path=/", safe), "__Host-a=1");
}

TEST(cookie_jar, is_bounded_in_number_and_size)
{
    cookie_jar jar;
    for (int i = 0; i < 1000; ++i) jar.store("n" + std::to_string(i) + "=v", here, start);
    EXPECT_EQ(jar.size(), cookie_jar::most_cookies);
    EXPECT_TRUE(jar.header(here, start).ends_with("n999=v"));
    EXPECT_FALSE(jar.header(here, start).starts_with("n0="));
    EXPECT_EQ(kept("a=" + std::string(5000, 'x')), "");
    EXPECT_EQ(kept("a=b; Path=/" + std::string(5000, 'x')), "");
    EXPECT_EQ(kept("a=b; Path=/; " + std::string(20'000, 'x')), "");
}

} // namespace
} // namespace partyline::http
