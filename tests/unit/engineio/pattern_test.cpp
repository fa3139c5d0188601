#include "engineio/pattern.hpp"

#include <gtest/gtest.h>

namespace partyline::engineio {

TEST(pattern, is_found_anywhere_unless_anchored)
{
    auto const dyn = pattern::make("^\\/dyn-\\d+$");
    ASSERT_TRUE(dyn);
    EXPECT_TRUE(dyn->matches("/dyn-101"));
    EXPECT_FALSE(dyn->matches("/dyn-"));
    EXPECT_FALSE(dyn->matches("/dyn-1x"));
    EXPECT_FALSE(dyn->matches("x/dyn-1"));
    EXPECT_TRUE(pattern::make("yn")->matches("/dyn-1"));
    EXPECT_EQ(dyn->expression(), "^\\/dyn-\\d+$");
}

TEST(pattern, what_does_not_compile_is_refused)
{
    EXPECT_EQ(pattern::make("(").error(), errc::invalid_option);
    EXPECT_EQ(pattern::make("(?=x)").error(), errc::invalid_option) << "look-ahead is not linear";
}

TEST(pattern, a_hostile_text_takes_linear_time)
{
    auto const nested = pattern::make("^(a+)+$");
    ASSERT_TRUE(nested);
    EXPECT_FALSE(nested->matches(std::string(900'000, 'a') + "b"));
    EXPECT_TRUE(pattern::make("^(.|\\n)*$")->matches(std::string(900'000, 'x')));
}

TEST(pattern, copies_share)
{
    auto const a = *pattern::make("x");
    auto const b = a;
    EXPECT_EQ(&a.expression(), &b.expression());
}

} // namespace partyline::engineio
