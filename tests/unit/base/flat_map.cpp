#include "base/flat_map.hpp"

#include <gtest/gtest.h>

using namespace partyline::base;

TEST(string_map, is_looked_up_by_view)
{
    string_map<int> rooms{string_hash{{1, 2}}};
    rooms["lobby"] = 3;
    rooms.emplace("hall", 4);
    EXPECT_EQ(rooms.find(std::string_view("lobby, and more").substr(0, 5))->second, 3);
    EXPECT_EQ(rooms.find("attic"), rooms.end());
    EXPECT_EQ(rooms.size(), 2U);
}

TEST(string_set, is_looked_up_by_view)
{
    string_set names{string_hash{{1, 2}}};
    names.insert("ann");
    EXPECT_TRUE(names.contains(std::string_view("ann")));
    EXPECT_FALSE(names.contains(std::string_view("bob")));
}

TEST(keyed_hash, depends_on_every_byte_the_length_and_the_seed)
{
    hash_seed const seed{0x0706050403020100, 0x0f0e0d0c0b0a0908};
    std::string text(40, 'x');
    auto const plain = keyed_hash(text, seed);
    EXPECT_EQ(plain, keyed_hash(text, seed));
    EXPECT_NE(plain, keyed_hash(text, {seed.first + 1, seed.second}));
    EXPECT_NE(plain, keyed_hash(text, {seed.first, seed.second + 1}));
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string other = text;
        other[i] = 'y';
        EXPECT_NE(plain, keyed_hash(other, seed)) << i;
        EXPECT_NE(plain, keyed_hash(std::string_view(text).substr(0, i), seed)) << i;
    }
    EXPECT_NE(keyed_hash(std::string_view("\0", 1), seed), keyed_hash("", seed));
}

TEST(plain_string_hash, looks_up_by_view)
{
    flat_map<std::string, int, plain_string_hash, string_equal> table;
    for (int each = 0; each < 100; ++each) table["event" + std::to_string(each)] = each;
    EXPECT_EQ(table.find(std::string_view("event42, and more").substr(0, 7))->second, 42);
    EXPECT_EQ(table.find("event100"), table.end());
}
