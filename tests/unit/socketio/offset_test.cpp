#include <socketio/offset.hpp>

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace partyline::socketio {
namespace {

TEST(offset, is_read_back_as_the_number_it_was_made_of)
{
    for (std::uint64_t const number : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{63}, std::uint64_t{64},
                                       std::uint64_t{4095}, std::uint64_t{1} << 53, UINT64_MAX - 1, UINT64_MAX})
    {
        offset_text const text(number);
        EXPECT_EQ(read_offset(text), number) << text.view();
        EXPECT_LE(text.view().size(), offset_text::max_size);
    }
}

TEST(offset, is_short_and_safe_in_a_url)
{
    std::set<std::string> seen;
    for (std::uint64_t number = 0; number < 10'000; ++number) {
        auto const text = std::string(offset_text(number).view());
        EXPECT_LE(text.size(), 3U);
        EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"),
                  std::string::npos);
        EXPECT_TRUE(seen.insert(text).second);
    }
}

TEST(offset, that_is_none_of_ours_is_not_read)
{
    for (char const* text : {"", "!", "a b", "\"", "-0", "zzzzzzzzzzz", "zzzzzzzzzzzz", "caf\xc3\xa9"})
        EXPECT_EQ(read_offset(text), std::nullopt) << text;
}

} // namespace
} // namespace partyline::socketio
