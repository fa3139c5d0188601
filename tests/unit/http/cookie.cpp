#include "http/cookie.hpp"

namespace partyline::http {
namespace {

using std::chrono_literals::operator""s;
using std::string_literals::operator""s;

std::string text_of(cookie const& what)
{
    auto const text = serialize(what);
    EXPECT_TRUE(text);
    return text ? *text : "";
}

TEST(cookie, has_the_defaults_of_the_official_server)
{
    EXPECT_EQ(text_of({.value = "abc_-1"}), "io=abc_-1; Path=/; HttpOnly; SameSite=Lax");
}

TEST(cookie, writes_every_attribute)
{
    EXPECT_EQ(text_of({.name = "n",
                       .value = "a b",
                       .path = "/p",
                       .http_only = true,
                       .same_site = cookie::site::none,
                       .domain = ".example.com",
                       .max_age = 3600s,
                       .expires = std::chrono::sys_seconds{784111777s},
                       .secure = true,
                       .partitioned = true,
                       .priority = cookie::importance::high}),
              "n=a%20b; Max-Age=3600; Domain=.example.com; Path=/p; Expires=Sun, 06 Nov 1994 08:49:37 GMT; HttpOnly; "
              "Secure; Partitioned; Priority=High; SameSite=None");
    EXPECT_EQ(text_of({.value = "v", .path = std::nullopt, .http_only = false, .same_site = cookie::site::unset}),
              "io=v");
    EXPECT_EQ(text_of({.value = "v",
                       .path = {},
                       .http_only = false,
                       .same_site = cookie::site::strict,
                       .priority = cookie::importance::low}),
              "io=v; Priority=Low; SameSite=Strict");
}

TEST(cookie, encodes_with_the_function_it_is_given)
{
    EXPECT_EQ(text_of({.value = "v",
                       .path = {},
                       .http_only = false,
                       .same_site = {},
                       .encode = [](std::string_view value) { return std::string(value) + "!"; }}),
              "io=v!");
}

TEST(cookie, refuses_whatever_could_smuggle_something_in)
{
    for (auto const& bad : {""s, "a b"s, "a;b"s, "a=b"s, "a\r\nb"s, "a\0"s, "a,b"s, "\xc3\xa9"s})
        EXPECT_EQ(serialize({.name = bad}).error(), errc::invalid_option) << bad;
    for (auto const& bad : {"/;x"s, "/\r\n"s, "/\0"s, "/\n"s, "/\x7f"s})
        EXPECT_EQ(serialize({.path = bad}).error(), errc::invalid_option) << bad;
    for (auto const& bad : {"a;b"s, "a b"s, "-a.com"s, "a..b"s, "a\r\n"s, "."s, "a_b"s, std::string(64, 'a')})
        EXPECT_EQ(serialize({.domain = bad}).error(), errc::invalid_option) << bad;
    auto const raw = [](std::string_view value) { return std::string(value); };
    for (auto const& bad : {"a;b"s, "a\r\nSet-Cookie: x=y"s, "a b"s, "a,b"s, "a\0"s})
        EXPECT_EQ(serialize({.value = bad, .encode = raw}).error(), errc::invalid_option) << bad;
}

TEST(cookie, reads_a_cookie_header)
{
    std::string_view const header = "a=1; b=\"two\" ;c=%20x; d=%zz; noequals; =novalue; a=again; e=x=y";
    auto const all = parse_cookies(header);
    ASSERT_EQ(all.size(), 6u);
    EXPECT_EQ(all[1].value, "two");
    EXPECT_EQ(all[2].value, " x");
    EXPECT_EQ(all[3].value, "%zz");
    EXPECT_EQ(all[5].value, "x=y");
    EXPECT_EQ(find_cookie(header, "a"), "1") << "the first one counts";
    EXPECT_EQ(find_cookie(header, "A"), std::nullopt);
    EXPECT_EQ(find_cookie("", "a"), std::nullopt);
    EXPECT_EQ(find_cookie("a=\"", "a"), "\"");
}

TEST(cookie, reads_no_more_than_its_limit)
{
    std::string many;
    for (int i = 0; i < 5000; ++i) many += "a=1;";
    EXPECT_EQ(parse_cookies(many).size(), 256u);
    EXPECT_EQ(parse_cookies(many, 3).size(), 3u);
}

} // namespace
} // namespace partyline::http
