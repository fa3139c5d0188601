#include "http/message_parser.hpp"

namespace partyline::http {
namespace {

using verdict = message_parser::verdict;

TEST(message_parser, shows_the_parts_of_a_request_head)
{
    auto const parser = message_parser::for_requests();
    parsed_head head;
    ASSERT_EQ(parser->parse_head("GET /x HTTP/1.0\r\nA:  b \r\nC:\r\n\r\n", head), verdict::ok);
    EXPECT_EQ(head.method, "GET");
    EXPECT_EQ(head.target, "/x");
    EXPECT_EQ(head.minor_version, 0);
    ASSERT_EQ(head.fields.size(), 2u);
    EXPECT_EQ(head.fields[0].value, "b");
    EXPECT_EQ(head.fields[1].value, "");
}

TEST(message_parser, shows_the_parts_of_a_response_head)
{
    auto const parser = message_parser::for_responses();
    parsed_head head;
    ASSERT_EQ(parser->parse_head("HTTP/1.1 404 Not Found\r\nA: b\r\n\r\n", head), verdict::ok);
    EXPECT_EQ(head.status, 404);
    EXPECT_EQ(head.reason, "Not Found");
}

TEST(message_parser, disagrees_with_no_one_about_the_end_of_a_head)
{
    parsed_head head;
    EXPECT_EQ(message_parser::for_requests()->parse_head("GET / HTTP/1.1\r\nA: b\r\n\r\nmore", head),
              verdict::malformed);
    EXPECT_EQ(message_parser::for_requests()->parse_head("GET / HTTP/1.1\r\nA: b\r\n", head), verdict::malformed);
    EXPECT_EQ(message_parser::for_requests()->parse_head("GET / HTTP/2.0\r\n\r\n", head), verdict::bad_version);
}

TEST(message_parser, takes_chunks_apart)
{
    auto const parser = message_parser::for_requests();
    parsed_head head;
    ASSERT_EQ(parser->parse_head("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", head), verdict::ok);
    std::string body;
    std::size_t consumed = 0;
    EXPECT_EQ(parser->parse_chunks("3\r\nabc\r\n2", consumed, body), verdict::need_more);
    EXPECT_EQ(body, "abc");
    EXPECT_EQ(consumed, 6u) << "the line that is not complete is asked for again";
    EXPECT_EQ(parser->parse_chunks("\r\n2\r\nde\r\n0\r\n\r\nnext", consumed, body), verdict::complete);
    EXPECT_EQ(body, "abcde");
    EXPECT_EQ(consumed, 14u);
}

TEST(message_parser, waits_for_the_whole_of_an_empty_body)
{
    auto const parser = message_parser::for_requests();
    parsed_head head;
    ASSERT_EQ(parser->parse_head("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", head), verdict::ok);
    std::string const end = "0\r\n\r\n";
    std::string body;
    std::size_t consumed = 0;
    for (std::size_t size = 0; size < end.size(); ++size) {
        EXPECT_EQ(parser->parse_chunks(std::string_view(end).substr(0, size), consumed, body), verdict::need_more);
        EXPECT_EQ(consumed, 0u);
    }
    EXPECT_EQ(parser->parse_chunks(end, consumed, body), verdict::complete);
    EXPECT_EQ(consumed, end.size());
}

} // namespace
} // namespace partyline::http
