#include "engineio/delivery.hpp"

#include <gtest/gtest.h>

#include "unit/engineio/session_world.hpp"
#include "websocket/deflater.hpp"
#include "websocket/inflater.hpp"

namespace partyline::engineio {

using testing::binary_delivery;
using testing::text_delivery;

TEST(delivery, shares_the_message)
{
    auto const message = make_control(packet_type::ping);
    auto const a = delivery_ref::make(message);
    EXPECT_EQ(a->message().get(), message.get());
    EXPECT_EQ(a->bytes(), 3u);
    EXPECT_EQ(a->parts()[0].packet(), "2");
}

TEST(delivery, references_are_counted)
{
    auto a = text_delivery("x");
    auto b = a;
    EXPECT_EQ(a, b);
    auto c = std::move(a);
    EXPECT_FALSE(a); // NOLINT(bugprone-use-after-move): moved-from is empty
    b = delivery_ref();
    EXPECT_EQ(c->parts()[0].packet(), "4x");
    c = c; // NOLINT
    EXPECT_EQ(c->parts()[0].packet(), "4x");
}

TEST(delivery, text_is_polled_as_it_is_and_costs_nothing_more)
{
    auto const item = text_delivery("hello");
    EXPECT_EQ(item->polling_packet(0), "4hello");
    EXPECT_EQ(item->polling_packet(0).data(), item->parts()[0].packet().data());
    EXPECT_EQ(item->derived_bytes(), 0u);
}

TEST(delivery, base64_is_made_once)
{
    auto const item = binary_delivery("51-", {std::string_view("\x01\x02\x03\x04"), ""});
    auto const first = item->polling_packet(1);
    EXPECT_EQ(first, "bAQIDBA==");
    EXPECT_EQ(item->polling_packet(2), "b");
    EXPECT_EQ(item->polling_packet(1).data(), first.data());
    EXPECT_EQ(item->derived_bytes(), 10u);
}

TEST(delivery, is_deflated_from_the_threshold_on_if_the_message_allows_it)
{
    EXPECT_TRUE(text_delivery("123", true)->deflatable(0, 4)) << "the type counts";
    EXPECT_FALSE(text_delivery("123", true)->deflatable(0, 5));
    EXPECT_FALSE(text_delivery("123", false)->deflatable(0, 0));
}

TEST(delivery, a_deflated_frame_is_made_once_for_each_window)
{
    std::string const text(2000, 'x');
    auto const item = binary_delivery(text, {text});
    websocket::thread_deflater deflater;
    auto const wide = item->deflated_frame(0, 15, deflater);
    auto const narrow = item->deflated_frame(0, 9, deflater);
    auto const attachment = item->deflated_frame(1, 15, deflater);
    EXPECT_EQ(item->deflated_frame(0, 15, deflater).data(), wide.data());
    EXPECT_EQ(item->deflated_frame(0, 9, deflater).data(), narrow.data());
    EXPECT_NE(wide.data(), narrow.data());

    EXPECT_EQ(wide[0], '\xc1') << "final, compressed, text";
    EXPECT_EQ(attachment[0], '\xc2') << "final, compressed, binary";
    ASSERT_LT(wide.size(), 126u);
    EXPECT_EQ(static_cast<std::size_t>(wide[1]), wide.size() - 2);
    EXPECT_GE(item->derived_bytes(), wide.size() + narrow.size() + attachment.size());
}

TEST(delivery, a_deflated_frame_inflates_to_the_packet)
{
    std::string text;
    for (int i = 0; i < 5000; ++i) text += std::to_string(i * 7919);
    auto const item = text_delivery(text);
    websocket::thread_deflater deflater;
    auto const frame = item->deflated_frame(0, 15, deflater);
    ASSERT_GT(frame.size(), 130u);
    ASSERT_EQ(static_cast<unsigned char>(frame[1]), 126);
    ASSERT_EQ(static_cast<unsigned char>(frame[2]) * 256u + static_cast<unsigned char>(frame[3]), frame.size() - 4);

    websocket::inflater inflater(false);
    websocket::padded_buffer out;
    ASSERT_TRUE(inflater.inflate(frame.substr(4), 1'000'000, out));
    EXPECT_EQ(out.view(), "4" + text);
}

} // namespace partyline::engineio
