#include "http/head_scanner.hpp"

namespace partyline::http {
namespace {

using verdict = head_scanner::verdict;
constexpr head_scanner::limits limits{100, 40, 3};

TEST(head_scanner, finds_the_end_in_one_piece_without_a_copy)
{
    std::string const input = "GET / HTTP/1.1\r\nA: b\r\n\r\nrest";
    head_scanner scanner;
    std::size_t consumed = 0;
    EXPECT_EQ(scanner.receive(input, limits, consumed), verdict::complete);
    EXPECT_EQ(consumed, input.size() - 4);
    EXPECT_EQ(scanner.head().data(), input.data());
    EXPECT_EQ(scanner.buffered(), 0u);
}

TEST(head_scanner, finds_the_same_end_at_every_split)
{
    std::string const input = "\r\nGET / HTTP/1.1\r\nA: b\r\n\r\nrest";
    for (std::size_t split = 1; split < input.size() - 4; ++split) {
        head_scanner scanner;
        std::size_t first = 0;
        std::size_t second = 0;
        ASSERT_EQ(scanner.receive(input.substr(0, split), limits, first), verdict::incomplete);
        ASSERT_EQ(scanner.receive(input.substr(split), limits, second), verdict::complete);
        EXPECT_EQ(first + second, input.size() - 4);
        EXPECT_EQ(scanner.head(), "GET / HTTP/1.1\r\nA: b\r\n\r\n");
    }
}

TEST(head_scanner, tells_the_limits_apart)
{
    auto const scan = [](std::string const& text) {
        head_scanner scanner;
        std::size_t consumed = 0;
        return scanner.receive(text, limits, consumed);
    };
    EXPECT_EQ(scan(std::string(41, 'a')), verdict::line_too_long);
    EXPECT_EQ(scan("a\r\nb: " + std::string(100, 'c')), verdict::head_too_long);
    EXPECT_EQ(scan("a\r\nb:\r\nc:\r\nd:\r\n\r\n"), verdict::complete);
    EXPECT_EQ(scan("a\r\nb:\r\nc:\r\nd:\r\ne:\r\n"), verdict::too_many_lines);
    EXPECT_EQ(scan("a\nb"), verdict::malformed);
    EXPECT_EQ(scan("a\r\n b: c\r\n"), verdict::malformed);
    EXPECT_EQ(scan("\n"), verdict::malformed);
}

TEST(head_scanner, gives_everything_back_when_cleared)
{
    head_scanner scanner;
    std::size_t consumed = 0;
    EXPECT_TRUE(scanner.empty());
    (void)scanner.receive("GET", limits, consumed);
    EXPECT_FALSE(scanner.empty());
    scanner.clear();
    EXPECT_TRUE(scanner.empty());
    EXPECT_EQ(scanner.buffered(), 0u);
}

} // namespace
} // namespace partyline::http
