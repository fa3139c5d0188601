// What is kept of the first request, in its packed form: nothing is lost by packing.
#include <gtest/gtest.h>

#include "server/handshake_facts.hpp"

namespace partyline {
namespace {

using pairs = std::vector<std::pair<std::string, std::string>>;

std::shared_ptr<handshake_request const> facts_of(std::vector<http::header_field> const& headers,
                                                  std::vector<std::string> const* keep = nullptr,
                                                  std::string_view subject = {})
{
    http::request first;
    first.target = "/socket.io/?EIO=4&a=1&a=2&name=J%C3%BCrgen";
    first.headers = http::header_block(headers);
    return handshake_facts::make(first, "192.0.2.1", true, 1234, keep, subject);
}

} // namespace

TEST(handshake_facts, keeps_common_and_other_headers_with_any_value_in_their_order)
{
    auto const long_value = std::string(3000, 'x');
    auto const facts = facts_of({{"Host", "example.org"},
                                 {"Connection", "Upgrade"},
                                 {"Upgrade", "WebSocket"},
                                 {"X-Own-Header", long_value},
                                 {"Accept", "*/*"},
                                 {"Cookie", ""}});
    EXPECT_EQ(facts->headers(), (pairs{{"host", "example.org"},
                                       {"connection", "Upgrade"},
                                       {"upgrade", "WebSocket"},
                                       {"x-own-header", long_value},
                                       {"accept", "*/*"},
                                       {"cookie", ""}}));
    EXPECT_EQ(facts->header("CONNECTION"), "Upgrade");
    EXPECT_EQ(facts->header("x-own-header"), long_value);
    EXPECT_EQ(facts->header("absent"), "");
}

TEST(handshake_facts, joins_headers_of_one_name)
{
    auto const facts = facts_of(
        {{"X-Forwarded-For", "192.0.2.7"}, {"Cookie", "a=1"}, {"x-forwarded-for", "198.51.100.1"}, {"cookie", "b=2"}});
    EXPECT_EQ(facts->header("x-forwarded-for"), "192.0.2.7, 198.51.100.1");
    EXPECT_EQ(facts->header("cookie"), "a=1; b=2");
    EXPECT_EQ(facts->headers().size(), 2U);
}

TEST(handshake_facts, keeps_what_is_asked_for_and_the_origin)
{
    std::vector<std::string> const keep{"User-Agent"};
    auto const facts = facts_of({{"Host", "x"}, {"user-agent", "lynx"}, {"Origin", "http://x"}}, &keep);
    EXPECT_EQ(facts->headers(), (pairs{{"user-agent", "lynx"}, {"origin", "http://x"}}));
}

TEST(handshake_facts, holds_address_url_and_query)
{
    auto const facts = facts_of({});
    EXPECT_EQ(facts->address(), "192.0.2.1");
    EXPECT_EQ(facts->url(), "/socket.io/?EIO=4&a=1&a=2&name=J%C3%BCrgen");
    EXPECT_EQ(facts->query("a"), "2");
    EXPECT_EQ(facts->query(), (pairs{{"EIO", "4"}, {"a", "2"}, {"name", "Jürgen"}}));
    EXPECT_TRUE(facts->secure());
    EXPECT_EQ(facts->issued(), 1234);
    EXPECT_TRUE(facts->headers().empty());
}

TEST(handshake_facts, the_subject_of_a_certificate_is_no_header)
{
    auto const facts = facts_of({{"Host", "x"}}, nullptr, "CN=Ada");
    EXPECT_EQ(facts->certificate_subject(), "CN=Ada");
    EXPECT_EQ(facts->header(":subject"), "");
    EXPECT_EQ(facts->headers(), (pairs{{"host", "x"}}));
    EXPECT_EQ(facts_of({})->certificate_subject(), "");
}

} // namespace partyline
