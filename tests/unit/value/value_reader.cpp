#include "value/value_reader.hpp"

#include <gtest/gtest.h>

using namespace partyline;

TEST(value_reader, walks_the_tree)
{
    value const v = value::object{{"list", value::array{1, "two", nullptr}}, {"flag", true}};
    value_reader in(v);
    std::string_view text;
    std::int64_t number = 0;
    ASSERT_TRUE(in.enter_object());
    ASSERT_TRUE(in.next_key(text));
    EXPECT_EQ(text, "list");
    ASSERT_TRUE(in.enter_array() && in.next_element());
    EXPECT_TRUE(in.read_int64(number));
    ASSERT_TRUE(in.next_element());
    EXPECT_FALSE(in.read_int64(number));
    EXPECT_EQ(in.failure(), errc::type_mismatch);
    auto const twin = in.clone();
    EXPECT_TRUE(in.read_string(text)) << "a failed reading moves nothing";
    ASSERT_TRUE(in.next_element());
    EXPECT_TRUE(in.read_null());
    EXPECT_FALSE(in.next_element());
    ASSERT_TRUE(in.next_key(text));
    in.skip();
    EXPECT_FALSE(in.next_key(text));
    EXPECT_TRUE(twin->read_string(text)) << "the clone stayed where it was";
    EXPECT_EQ(text, "two");
}

TEST(value_reader, resolves_placeholders_only_with_attachments)
{
    value const v = value::object{{"_placeholder", true}, {"num", 0}};
    EXPECT_EQ(value_reader(v).peek(), value_kind::object);
    std::vector<binary> const attachments = {binary::from_text("x")};
    value_reader in(v, attachments);
    EXPECT_EQ(in.peek(), value_kind::binary);
    EXPECT_FALSE(in.enter_object());
    binary bytes;
    EXPECT_TRUE(in.read_binary(bytes));
    EXPECT_EQ(bytes.text(), "x");
}

TEST(value_reader, reads_nothing_twice)
{
    value const v = "x";
    value_reader in(v);
    std::string_view text;
    EXPECT_TRUE(in.read_string(text));
    EXPECT_FALSE(in.read_string(text));
    EXPECT_EQ(in.peek(), value_kind::null);
}
