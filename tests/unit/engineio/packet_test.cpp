#include "engineio/packet.hpp"

#include <gtest/gtest.h>

namespace partyline::engineio {

TEST(packet, every_type_character_is_read)
{
    for (int type = 0; type < 7; ++type) {
        auto const text = std::to_string(type) + "data";
        auto const read = parse_packet(text);
        ASSERT_TRUE(read);
        EXPECT_EQ(read->type, static_cast<packet_type>(type));
        EXPECT_EQ(type_character(read->type), text[0]);
        EXPECT_EQ(read->data, "data");
        EXPECT_FALSE(read->is_binary);
    }
}

TEST(packet, data_may_be_empty)
{
    auto const read = parse_packet("4");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->data, "");
}

TEST(packet, an_empty_packet_is_refused) { EXPECT_EQ(parse_packet("").error(), errc::invalid_packet); }

TEST(packet, every_other_first_byte_is_refused)
{
    for (int c = 0; c < 256; ++c) {
        if (c >= '0' && c <= '6') continue;
        EXPECT_EQ(parse_packet(std::string(1, static_cast<char>(c)) + "x").error(), errc::invalid_packet) << c;
    }
}

} // namespace partyline::engineio
