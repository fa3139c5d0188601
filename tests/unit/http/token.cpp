#include "http/token.hpp"

namespace partyline::http {
namespace {

using std::string_literals::operator""s;

TEST(token, knows_its_characters)
{
    EXPECT_TRUE(is_token("!#$%&'*+-.^_`|~09azAZ"));
    for (auto const* bad : {"", " ", "a b", "a:", "a,", "\"a\"", "a/b", "\x80", "a\t"})
        EXPECT_FALSE(is_token(bad)) << bad;
}

TEST(token, knows_what_may_stand_in_a_value)
{
    EXPECT_TRUE(is_field_value(""));
    EXPECT_TRUE(is_field_value("a\tb \xc3\xa9"));
    EXPECT_FALSE(is_field_value("a\r"));
    EXPECT_FALSE(is_field_value("a\n"));
    EXPECT_FALSE(is_field_value("\0"s));
    EXPECT_FALSE(is_field_value("\x7f"));
}

TEST(token, cuts_lists_at_commas_outside_quotes)
{
    std::string_view rest = " a ,\"b,\\\",c\" ,,d";
    std::vector<std::string_view> members;
    while (!rest.empty()) members.push_back(next_list_member(rest));
    EXPECT_EQ(members, (std::vector<std::string_view>{"a", "\"b,\\\",c\"", "", "d"}));
}

TEST(token, survives_lists_that_end_in_the_middle)
{
    for (std::string_view text : {"\"", "\"a\\", "\\", "a,\"b\\"}) {
        auto rest = text;
        int members = 0;
        while (!rest.empty() && members < 10) {
            (void)next_list_member(rest);
            ++members;
        }
        EXPECT_LE(members, 2) << text;
    }
}

TEST(token, finds_tokens_whatever_the_case)
{
    EXPECT_TRUE(list_has_token("keep-alive, UPGRADE", "upgrade"));
    EXPECT_FALSE(list_has_token("upgraded", "upgrade"));
    EXPECT_FALSE(list_has_token("", "upgrade"));
}

} // namespace
} // namespace partyline::http
