#include "websocket/token.hpp"

#include <gtest/gtest.h>

namespace partyline::websocket {
namespace {

TEST(token, is_one_or_more_characters_that_are_no_separators)
{
    EXPECT_TRUE(is_token("permessage-deflate"));
    EXPECT_TRUE(is_token("!#$%&'*+-.^_`|~09azAZ"));
    EXPECT_FALSE(is_token(""));
    for (char c : std::string_view("()<>@,;:\\\"/[]?={} \t\x7f\x80\xff\n")) EXPECT_FALSE(is_token(std::string(1, c)));
    EXPECT_FALSE(is_token(std::string_view("\0", 1)));
}

TEST(token, elements_of_a_list_come_off_trimmed)
{
    std::string_view list = " a,\tb ,, c";
    EXPECT_EQ(take_element(list), "a");
    EXPECT_EQ(take_element(list), "b");
    EXPECT_EQ(take_element(list), "");
    EXPECT_EQ(take_element(list), "c");
    EXPECT_TRUE(list.empty());
}

TEST(token, case_is_ignored_for_ascii_letters_alone)
{
    EXPECT_TRUE(equal_ignoring_case("WebSocket", "websocket"));
    EXPECT_FALSE(equal_ignoring_case("websocket", "websockets"));
    EXPECT_FALSE(equal_ignoring_case("@", "`"));
    EXPECT_FALSE(equal_ignoring_case("\xc4", "\xe4"));
}

} // namespace
} // namespace partyline::websocket
