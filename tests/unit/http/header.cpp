#include <partyline/http.hpp>

namespace partyline::http {
namespace {

std::vector<header_field> const fields = {{"Host", "h"},     {"Cookie", "a=1"},         {"Accept", "x"},
                                          {"cookie", "b=2"}, {"accept", "y, \"z, w\""}, {"Empty", ""}};

TEST(header_block, keeps_the_order_of_arrival)
{
    header_block const block(fields);
    ASSERT_EQ(block.size(), 6u);
    std::size_t i = 0;
    for (auto const field : block) {
        EXPECT_EQ(field.name, fields[i].name);
        EXPECT_EQ(field.value, fields[i].value);
        ++i;
    }
    EXPECT_EQ(i, 6u);
}

TEST(header_block, is_found_by_name_whatever_the_case)
{
    header_block const block(fields);
    EXPECT_EQ(block.find("COOKIE"), "a=1");
    EXPECT_EQ(block.find("empty"), "");
    EXPECT_EQ(block.find("absent"), std::nullopt);
    EXPECT_EQ(block.value_or_empty("absent"), "");
    EXPECT_TRUE(block.contains("host"));
}

TEST(header_block, joins_repeated_headers_as_node_does)
{
    header_block const block(fields);
    EXPECT_EQ(block.joined("cookie"), "a=1; b=2");
    EXPECT_EQ(block.joined("accept"), "x, y, \"z, w\"");
    EXPECT_EQ(block.joined("absent"), "");
}

TEST(header_block, finds_tokens_in_lists_but_not_in_quotes)
{
    header_block const block(fields);
    EXPECT_TRUE(block.has_token("accept", "Y"));
    EXPECT_FALSE(block.has_token("accept", "w"));
    EXPECT_FALSE(block.has_token("accept", ""));
}

TEST(header_block, costs_four_bytes_for_each_field_beyond_its_text)
{
    header_block const block(std::vector<header_field>{{"Host", "h"}, {"A", "bc"}});
    EXPECT_EQ(block.bytes(), 2 * 4 + 5 + 3u);
    EXPECT_LE(sizeof block, 16u);
    EXPECT_EQ(header_block{}.bytes(), 0u);
}

TEST(header_block, may_be_copied_moved_and_cut_down)
{
    header_block block(fields);
    auto const copy = block;
    auto const moved = std::move(block);
    EXPECT_TRUE(block.empty()); // NOLINT: a moved-from block is empty by contract
    EXPECT_EQ(block.begin(), block.end());
    EXPECT_EQ(copy.joined("cookie"), moved.joined("cookie"));
    std::vector<std::string> const names = {"cookie", "absent"};
    auto const kept = copy.only(names);
    EXPECT_EQ(kept.size(), 2u);
    EXPECT_FALSE(kept.contains("host"));
}

TEST(header_block, leaves_out_what_sixteen_bits_cannot_count)
{
    std::string const huge(70'000, 'x');
    header_block const block(std::vector<header_field>{{"A", huge}, {"B", "b"}});
    EXPECT_EQ(block.size(), 1u);
    EXPECT_EQ(block.find("b"), "b");
}

TEST(header_list, sets_adds_and_removes)
{
    header_list list{{"A", "1"}, {"b", "2"}, {"a", "3"}};
    list.set("A", "4");
    EXPECT_EQ(list.size(), 2u);
    EXPECT_EQ(list.find("a"), "4");
    list.add("Set-Cookie", "x=1");
    list.add("Set-Cookie", "y=2");
    EXPECT_EQ(list.remove("set-cookie"), 2u);
    EXPECT_EQ(list.remove("set-cookie"), 0u);
    list.set("new", "v");
    EXPECT_EQ(list.find("New"), "v");
}

TEST(header_list, appends_to_lists_without_repeating)
{
    header_list list;
    list.append_token("Vary", "Origin");
    list.append_token("vary", "Accept-Encoding");
    list.append_token("Vary", "origin");
    EXPECT_EQ(list.size(), 1u);
    EXPECT_EQ(list.find("Vary"), "Origin, Accept-Encoding");
    list.set("Vary", "*");
    list.append_token("Vary", "Cookie");
    EXPECT_EQ(list.find("Vary"), "*");
}

} // namespace
} // namespace partyline::http
