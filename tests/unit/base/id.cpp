#include "base/id.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

using partyline::base::id20;
using partyline::base::shard_of;

namespace {

std::array<std::byte, id20::random_bytes> bytes(unsigned first)
{
    std::array<std::byte, id20::random_bytes> out;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::byte>(first + i * 73);
    return out;
}

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

} // namespace

TEST(id20, is_twenty_characters_of_the_alphabet)
{
    auto const id = id20::make(bytes(5));
    EXPECT_EQ(id.view().size(), 20U);
    EXPECT_EQ(id.view().find_first_not_of(alphabet), std::string_view::npos);
    EXPECT_EQ(sizeof(id20), 20U);
}

TEST(id20, keeps_all_120_random_bits)
{
    std::set<std::string> seen;
    for (std::size_t i = 0; i < id20::random_bytes; ++i) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            auto random = bytes(0);
            random[i] ^= static_cast<std::byte>(1U << bit);
            EXPECT_TRUE(seen.insert(std::string(id20::make(random))).second);
        }
    }
}

TEST(id20, carries_any_shard_beside_108_random_bits)
{
    for (std::uint32_t const shard : {0U, 1U, 63U, 64U, 4095U}) {
        auto const id = id20::make(bytes(9), shard);
        EXPECT_EQ(shard_of(id), shard);
        EXPECT_EQ(id.view().substr(2), id20::make(bytes(9)).view().substr(2));
        EXPECT_EQ(shard_of(*id20::parse(id)), shard);
    }
    std::set<std::string> seen;
    for (std::size_t bit = 12; bit < 120; ++bit) {
        auto random = bytes(0);
        random[bit / 8] ^= static_cast<std::byte>(0x80U >> bit % 8);
        EXPECT_TRUE(seen.insert(std::string(id20::make(random, 7))).second);
    }
}

TEST(id20, parses_exactly_what_it_makes)
{
    auto const id = id20::make(bytes(1));
    EXPECT_EQ(id20::parse(id.view()), id);
    EXPECT_FALSE(id20::parse(""));
    EXPECT_FALSE(id20::parse(id.view().substr(1)));
    EXPECT_FALSE(id20::parse(std::string(id.view()) + "A"));
    for (int c = 0; c < 256; ++c) {
        std::string text(id.view());
        text[10] = static_cast<char>(c);
        EXPECT_EQ(id20::parse(text).has_value(), alphabet.find(static_cast<char>(c)) != std::string_view::npos) << c;
    }
}

TEST(id20, is_empty_without_a_value)
{
    EXPECT_TRUE(id20().empty());
    EXPECT_EQ(id20().view(), "");
    EXPECT_EQ(shard_of(id20()), 0U);
    EXPECT_NE(id20(), id20::make(bytes(0)));
    EXPECT_EQ(std::hash<id20>()(id20::make(bytes(3))), std::hash<id20>()(id20::make(bytes(3))));
}
