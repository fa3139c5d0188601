// What may be a player's name.
#include "arena/name.hpp"

#include <string>

#include <gtest/gtest.h>

namespace arena::test {

TEST(name, has_1_to_16_characters_of_any_script)
{
    for (auto const* good : {"A", "Ada", "Ada Lovelace 2nd", "  x", "<b>&amp;", "\"'\\", "Zoë", "עדה", "علي",
                             "小さな船", "🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀", "👩\u200D🚀", "می\u200Cخواهم"})
        EXPECT_TRUE(is_name(good)) << good;
    EXPECT_FALSE(is_name(""));
    EXPECT_FALSE(is_name(std::string(17, 'a')));
    EXPECT_FALSE(is_name("🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀"));
    EXPECT_FALSE(is_name(std::string(100'000, 'a')));
}

TEST(name, can_be_seen)
{
    for (auto const* unseen : {" ", "   ", "\u00A0", "\u200B\u200B", "\u2060", "\uFEFF", "\u3000", "\u3164", "\u2800",
                               "\u00AD", "\u0301", " \uFE0F"})
        EXPECT_FALSE(is_name(unseen)) << testing::PrintToString(std::string(unseen));
}

TEST(name, controls_nothing)
{
    for (auto const* control : {"a\nb", "a\tb", "\033[31mred", "a\u007F", "a\u0085", "\u202Eada", "a\u202C", "\u2066a",
                                "a\u2069", "\u200Fa", "\u061Ca", "a\u2028b", "a\U000E0041"})
        EXPECT_FALSE(is_name(control)) << testing::PrintToString(std::string(control));
    EXPECT_FALSE(is_name(std::string_view("a\0b", 3)));
}

} // namespace arena::test
