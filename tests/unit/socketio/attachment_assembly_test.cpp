#include <socketio/attachment_assembly.hpp>

#include <string>

#include <gtest/gtest.h>

namespace partyline::socketio {
namespace {

TEST(attachment_assembly, is_complete_with_its_last_attachment)
{
    attachment_assembly packet("52-[]", 2, 100);
    EXPECT_FALSE(packet.complete());
    EXPECT_TRUE(packet.add("one"));
    EXPECT_FALSE(packet.complete());
    EXPECT_TRUE(packet.add(""));
    EXPECT_TRUE(packet.complete());
    EXPECT_EQ(packet.text(), "52-[]");
    ASSERT_EQ(packet.attachments().size(), 2U);
    EXPECT_EQ(packet.attachments()[0].text(), "one");
    EXPECT_EQ(packet.attachments()[1].text(), "");
    EXPECT_EQ(packet.bytes(), 8U);
}

TEST(attachment_assembly, has_readable_bytes_behind_its_text)
{
    attachment_assembly packet("51-[]", 1, 100);
    for (std::size_t i = 0; i < attachment_assembly::padding; ++i) EXPECT_EQ(packet.text().data()[5 + i], '\0');
}

TEST(attachment_assembly, owns_what_it_is_given)
{
    std::string text = "51-[]";
    std::string data = "data";
    attachment_assembly packet(text, 1, 100);
    ASSERT_TRUE(packet.add(data));
    text.assign(5, 'x');
    data.assign(4, 'x');
    EXPECT_EQ(packet.text(), "51-[]");
    EXPECT_EQ(packet.attachments()[0].text(), "data");
}

TEST(attachment_assembly, holds_no_more_than_its_limit_of_bytes)
{
    attachment_assembly packet("53-[]", 3, 10);
    EXPECT_TRUE(packet.add("12345"));
    auto const refused = packet.add("1");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), errc::message_too_big);
    EXPECT_TRUE(packet.add("")) << "nothing more is no more";
    EXPECT_EQ(packet.bytes(), 10U);
}

} // namespace
} // namespace partyline::socketio
