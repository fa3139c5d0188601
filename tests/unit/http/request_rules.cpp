#include "http/request_rules.hpp"

namespace partyline::http {
namespace {

// The rules one by one, without a parser in front; as texts they are tested with the reader.
TEST(request_rules, finds_how_the_body_is_delimited)
{
    parsed_head head{"POST", "/", 0, "", 1, {{"Host", "h"}, {"Content-Length", "007"}}};
    request_framing framing;
    EXPECT_EQ(judge(head, framing), 0);
    EXPECT_EQ(framing.content_length, 7u);
    EXPECT_FALSE(framing.chunked);

    head.fields = {{"Host", "h"}, {"Transfer-Encoding", "CHUNKED"}};
    EXPECT_EQ(judge(head, framing), 0);
    EXPECT_TRUE(framing.chunked);
    EXPECT_EQ(framing.content_length, std::nullopt) << "nothing is left of the request before";
}

TEST(request_rules, puts_a_broken_message_before_an_unknown_one)
{
    parsed_head const head{"POST", "/", 0, "", 1, {{"Expect", "x"}, {"Host", "h"}, {"Host", "i"}}};
    request_framing framing;
    EXPECT_EQ(judge(head, framing), 400);
}

TEST(request_rules, lets_an_old_client_do_without_a_host)
{
    request_framing framing;
    EXPECT_EQ(judge({"GET", "/", 0, "", 0, {}}, framing), 0);
    EXPECT_EQ(judge({"GET", "/", 0, "", 1, {}}, framing), 400);
    EXPECT_EQ(judge({"GET", "/", 0, "", 1, {{"Host", ""}}}, framing), 0);
}

} // namespace
} // namespace partyline::http
