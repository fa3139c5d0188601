#include "http/query.hpp"

namespace partyline::http {
namespace {

TEST(query, finds_values_by_name)
{
    query const q("EIO=4&transport=polling&sid=abc_-1&empty&also=");
    EXPECT_EQ(q.first("EIO"), "4");
    EXPECT_EQ(q.raw("sid"), "abc_-1");
    EXPECT_EQ(q.first("empty"), "");
    EXPECT_EQ(q.first("also"), "");
    EXPECT_EQ(q.first("eio"), std::nullopt);
    EXPECT_EQ(query("").first("x"), std::nullopt);
}

TEST(query, decodes_names_and_values)
{
    query const q("a%20b=c+d%26&x%3Dy=1=2");
    EXPECT_EQ(q.first("a b"), "c d&");
    EXPECT_EQ(q.first("x=y"), "1=2");
    EXPECT_EQ(q.raw("a b"), "c+d%26");
}

TEST(query, keeps_duplicates_in_order)
{
    query const q("a=1&b=2&a=3&&a=%34");
    EXPECT_EQ(q.first("a"), "1");
    EXPECT_EQ(q.last("a"), "4");
    EXPECT_EQ(q.count("a"), 3u);
    auto const all = q.parameters();
    ASSERT_EQ(all.size(), 4u);
    EXPECT_EQ(all[1].name, "b");
    EXPECT_EQ(all[3].value, "4");
}

TEST(query, ignores_pairs_beyond_its_limit)
{
    query const q("a=1&b=2&c=3", 2);
    EXPECT_EQ(q.parameters().size(), 2u);
    EXPECT_FALSE(q.contains("c"));
    std::string many;
    for (int i = 0; i < 5000; ++i) many += "x&";
    EXPECT_EQ(query(many).parameters().size(), query::default_limit);
}

TEST(query, reads_separators_alone_as_nothing)
{
    EXPECT_TRUE(query("&&&").parameters().empty());
    ASSERT_EQ(query("=&=x").parameters().size(), 2u);
    EXPECT_EQ(query("=x").first(""), "x");
}

} // namespace
} // namespace partyline::http
