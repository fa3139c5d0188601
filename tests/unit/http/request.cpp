#include "http/request.hpp"

namespace partyline::http {
namespace {

request make(std::string target, std::vector<header_field> const& fields = {}, method verb = method::get)
{
    request made;
    made.method = verb;
    made.target = std::move(target);
    made.headers = header_block(fields);
    return made;
}

TEST(request, splits_its_target)
{
    EXPECT_EQ(make("/a/b?c=d?e").path(), "/a/b");
    EXPECT_EQ(make("/a/b?c=d?e").query(), "c=d?e");
    EXPECT_EQ(make("/a").query(), "");
    EXPECT_EQ(make("http://h:1/p?q").path(), "/p");
    EXPECT_EQ(make("http://h:1?q").path(), "/");
    EXPECT_EQ(make("http://h:1?q").query(), "q");
    EXPECT_EQ(make("http://h").path(), "/");
    EXPECT_EQ(make("*", {}, method::options).path(), "*");
    EXPECT_EQ(make("h:443", {}, method::connect).path(), "");
    EXPECT_EQ(make("/x?u=http://h/").path(), "/x");
}

TEST(request, takes_the_host_from_an_absolute_target_first)
{
    EXPECT_EQ(make("http://a:1/p", {{"Host", "b"}}).host(), "a:1");
    EXPECT_EQ(make("/p", {{"Host", "b"}}).host(), "b");
    EXPECT_EQ(make("h:443", {}, method::connect).host(), "h:443");
    EXPECT_EQ(make("/p").host(), "");
}

TEST(request, is_an_upgrade_if_both_headers_say_so)
{
    EXPECT_TRUE(
        make("/", {{"Connection", "keep-alive, Upgrade"}, {"Upgrade", "websocket"}}).is_upgrade_to("WebSocket"));
    EXPECT_FALSE(make("/", {{"Connection", "keep-alive"}, {"Upgrade", "websocket"}}).is_upgrade());
    EXPECT_FALSE(make("/", {{"Connection", "upgrade"}}).is_upgrade());
    EXPECT_FALSE(make("/", {{"Connection", "upgrade"}, {"Upgrade", "h2c"}}).is_upgrade_to("websocket"));
    EXPECT_TRUE(make("/", {{"Connection", "upgrade"}, {"Upgrade", "h2c, websocket"}}).is_upgrade_to("websocket"));
}

TEST(request, knows_the_methods_by_their_exact_text)
{
    for (auto const* name : {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"})
        EXPECT_EQ(to_string(to_method(name)), name);
    EXPECT_EQ(to_method("get"), method::unknown);
    EXPECT_EQ(to_method(""), method::unknown);
    EXPECT_EQ(make("/").method_text(), "GET");
}

} // namespace
} // namespace partyline::http
