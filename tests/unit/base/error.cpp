#include <partyline/error.hpp>
#include <partyline/result.hpp>

#include <set>

#include <gtest/gtest.h>

using namespace partyline;

TEST(error, every_code_has_a_sentence_of_its_own_without_a_full_stop)
{
    std::set<std::string_view> sentences;
    for (int code = 1; code <= static_cast<int>(errc::unsupported); ++code) {
        auto const sentence = describe(static_cast<errc>(code));
        EXPECT_NE(sentence, "no error") << code;
        EXPECT_FALSE(sentence.ends_with('.')) << sentence;
        EXPECT_TRUE(sentences.insert(sentence).second) << sentence;
    }
    EXPECT_EQ(describe(errc{}), "no error");
}

TEST(error, says_the_detail_behind_the_sentence)
{
    EXPECT_STREQ(error(errc::timed_out).what(), "the time is up");
    EXPECT_STREQ(error(errc::invalid_option, "port").what(), "an option has a value that is not valid: port");
    EXPECT_EQ(error(errc::timed_out).code(), errc::timed_out);
}

TEST(result, holds_a_value_or_the_reason_why_not)
{
    result<int> const good = 7;
    result<int> const bad = errc::timed_out;
    EXPECT_TRUE(good);
    EXPECT_EQ(*good, 7);
    EXPECT_FALSE(bad);
    EXPECT_EQ(bad.error(), errc::timed_out);
    EXPECT_THROW(static_cast<void>(bad.value()), error);
    EXPECT_TRUE(result<void>());
    EXPECT_FALSE(result<void>(errc::refused));
}
