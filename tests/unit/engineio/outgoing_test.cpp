#include "engineio/outgoing.hpp"

#include <gtest/gtest.h>

namespace partyline::engineio {

namespace {

outgoing_part with_room(std::string_view content, std::size_t room, bool is_binary = false)
{
    return {std::string(room, '\0').append(content), room, is_binary};
}

std::string frame_of(base::message_part const& part)
{
    return std::string(part.frame_head()) + std::string(part.frame_tail());
}

} // namespace

TEST(outgoing, a_text_message_is_a_typed_packet_in_a_text_frame)
{
    auto const made = make_message(with_room("hello", 16), {}, true);
    ASSERT_EQ(made->parts().size(), 1u);
    auto const& part = made->parts()[0];
    EXPECT_FALSE(part.is_binary);
    EXPECT_EQ(part.packet(), "4hello");
    EXPECT_EQ(frame_of(part), "\x81\x06"
                              "4hello");
    EXPECT_EQ(made->bytes(), 8u);
    EXPECT_TRUE(made->compress());
}

TEST(outgoing, the_content_is_not_moved_when_there_is_room)
{
    auto source = with_room(std::string(1000, 'x'), 16);
    auto const* const content = source.buffer.data() + 16;
    auto const made = make_message(std::move(source), {}, false);
    EXPECT_EQ(made->parts()[0].packet().data() + 1, content);
    EXPECT_FALSE(made->compress());
}

TEST(outgoing, every_length_of_header_fits)
{
    for (std::size_t size : {0u, 1u, 124u, 125u, 126u, 65534u, 65535u, 65536u, 100000u}) {
        for (std::size_t room : {0u, 1u, 3u, 10u, 16u, 40u}) {
            auto const made = make_message(with_room(std::string(size, 'x'), room), {}, true);
            auto const& part = made->parts()[0];
            auto const frame = frame_of(part);
            EXPECT_EQ(part.packet(), "4" + std::string(size, 'x'));
            auto const payload = size + 1;
            std::size_t const header = payload < 126 ? 2 : payload < 65536 ? 4 : 10;
            ASSERT_EQ(frame.size(), header + payload) << size << " " << room;
            EXPECT_EQ(frame.substr(header), part.packet());
            EXPECT_EQ(frame[0], '\x81');
            EXPECT_EQ(static_cast<unsigned char>(frame[1]), payload < 126 ? payload : payload < 65536 ? 126u : 127u);
        }
    }
}

TEST(outgoing, a_binary_message_has_no_type)
{
    auto const made = make_message(with_room("\x01\x02", 16, true), {}, true);
    auto const& part = made->parts()[0];
    EXPECT_TRUE(part.is_binary);
    EXPECT_EQ(part.packet(), "\x01\x02");
    EXPECT_EQ(frame_of(part), "\x82\x02\x01\x02");
}

TEST(outgoing, attachments_share_their_bytes)
{
    auto const bytes = binary::from_text(std::string(300, '\xab'));
    auto const made = make_message(with_room("51-[]", 16), {bytes, binary()}, true);
    ASSERT_EQ(made->parts().size(), 3u);
    auto const& shared = made->parts()[1];
    EXPECT_TRUE(shared.is_binary);
    EXPECT_EQ(shared.frame_head(), std::string_view("\x82\x7e\x01\x2c", 4));
    EXPECT_EQ(shared.frame_tail().data(), bytes.text().data()) << "not copied";
    EXPECT_EQ(shared.packet(), bytes.text());
    auto const& empty = made->parts()[2];
    EXPECT_EQ(frame_of(empty), std::string("\x82\0", 2));
    EXPECT_EQ(empty.packet(), "");
    EXPECT_EQ(made->bytes(), 8u + 304u + 2u);
}

TEST(outgoing, control_packets_have_their_own_type_and_are_never_compressed)
{
    EXPECT_EQ(frame_of(make_control(packet_type::ping)->parts()[0]), "\x81\x01"
                                                                     "2");
    auto const open = make_control(packet_type::open, "{\"sid\":1}");
    EXPECT_EQ(open->parts()[0].packet(), "0{\"sid\":1}");
    EXPECT_FALSE(open->compress());
}

} // namespace partyline::engineio
