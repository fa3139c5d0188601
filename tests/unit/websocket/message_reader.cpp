// The rules of RFC 6455, in the order of the case groups of the Autobahn suite: framing, pings, reserved bits, opcodes,
// fragmentation, UTF-8, closing. Limits and sizes are in message_reader_limits.cpp, compression in message_reader_deflate.cpp.
#include "websocket/message_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/websocket/frames.hpp"

namespace partyline::websocket::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// -- framing

TEST(message_reader_framing, text_and_binary_of_every_length_form_arrive_unchanged)
{
    for (std::size_t size : {0u, 1u, 7u, 8u, 31u, 125u, 126u, 127u, 128u, 300u}) {
        std::string const payload(size, '*');
        EXPECT_THAT(read_every_way(text(payload)), ElementsAre("text:" + payload)) << size;
        EXPECT_THAT(read_every_way(binary(payload)), ElementsAre("binary:" + payload)) << size;
    }
}

TEST(message_reader_framing, binary_may_hold_any_byte)
{
    std::string payload;
    for (int i = 0; i != 256; ++i) payload.push_back(static_cast<char>(i));
    EXPECT_THAT(read_every_way(binary(payload)), ElementsAre("binary:" + payload));
}

TEST(message_reader_framing, many_messages_in_one_piece_come_out_in_order)
{
    std::string bytes;
    events expected;
    for (int i = 0; i != 50; ++i) {
        bytes += text(std::to_string(i));
        expected.push_back("text:" + std::to_string(i));
    }
    EXPECT_EQ(read_every_way(bytes), expected);
}

TEST(message_reader_framing, a_whole_frame_is_a_view_into_the_bytes_received)
{
    message_limits const limits;
    message_reader reader(role::server, limits);
    std::string bytes = text("hello");
    reader.receive(bytes);
    auto const event = reader.next_event();
    ASSERT_TRUE(event);
    EXPECT_EQ(std::get<message>(*event).data.data(), bytes.data() + 6);
    EXPECT_FALSE(reader.is_midway());
    EXPECT_EQ(reader.bytes_held(), 0u);
    EXPECT_FALSE(reader.next_event());
}

TEST(message_reader_framing, a_server_refuses_unmasked_frames_and_a_client_masked_ones)
{
    EXPECT_THAT(read_every_way(plain(opcode::text, "x")), ElementsAre("failure:1002"));
    EXPECT_THAT(read_every_way(masked(opcode::text, "x"), role::client), ElementsAre("failure:1002"));
    EXPECT_THAT(read_every_way(plain(opcode::text, "x") + plain(opcode::ping, "y"), role::client),
                ElementsAre("text:x", "ping:y"));
}

TEST(message_reader_framing, a_client_reads_plain_frames_of_every_length_form)
{
    for (std::size_t const size : {0u, 1u, 125u, 126u, 300u, 70'000u}) {
        std::string const payload(size, 'x');
        EXPECT_EQ(
            read_every_way(plain(opcode::text, payload.substr(0, 300)) + plain(opcode::binary, "\xff"), role::client),
            (events{"text:" + payload.substr(0, 300), "binary:\xff"}));
        message_limits const limits;
        message_reader whole(role::client, limits);
        EXPECT_EQ(read(whole, plain(opcode::text, payload)), events{"text:" + payload});
    }
    EXPECT_EQ(read_every_way(plain(opcode::text, "\xff"), role::client), events{"failure:1007"});
    message_limits const small{.max_message_size = 3};
    EXPECT_EQ(read_every_way(plain(opcode::text, "four"), role::client, small), events{"failure:1009"});
    EXPECT_EQ(
        read_every_way(plain(opcode::text, "be", false) + plain(opcode::ping, "p") + plain(opcode::continuation, "gun"),
                       role::client),
        (events{"ping:p", "text:begun"}));
}

TEST(message_reader_framing, a_length_longer_written_than_needed_is_accepted)
{
    EXPECT_THAT(read_every_way(std::string("\x81\x7e\x00\x01x", 5), role::client), ElementsAre("text:x"));
    EXPECT_THAT(read_every_way(std::string("\x81\x7f\0\0\0\0\0\0\0\x01x", 11), role::client), ElementsAre("text:x"));
}

TEST(message_reader_framing, a_length_of_64_bits_with_the_top_bit_is_refused)
{
    EXPECT_THAT(read_every_way(std::string("\x82\x7f\x80\0\0\0\0\0\0\x01x", 11), role::client),
                ElementsAre("failure:1002"));
}

TEST(message_reader_framing, what_was_not_yet_read_can_be_kept_and_given_again)
{
    message_limits const limits;
    message_reader reader(role::server, limits);
    std::string bytes = text("one") + text("two");
    reader.receive(bytes);
    ASSERT_EQ(print(*reader.next_event()), "text:one");
    std::string kept(reader.unread().begin(), reader.unread().end());
    EXPECT_EQ(kept, text("two"));
    reader.receive(kept);
    EXPECT_EQ(print(*reader.next_event()), "text:two");
}

// -- pings and pongs

TEST(message_reader_ping, carries_up_to_125_bytes_of_anything)
{
    EXPECT_THAT(read_every_way(masked(opcode::ping, "")), ElementsAre("ping:"));
    EXPECT_THAT(read_every_way(masked(opcode::ping, "\xff\xfe")), ElementsAre("ping:\xff\xfe"));
    std::string const longest(125, 'p');
    EXPECT_THAT(read_every_way(masked(opcode::ping, longest)), ElementsAre("ping:" + longest));
    EXPECT_THAT(read_every_way(masked(opcode::ping, longest + "p")), ElementsAre("failure:1002"));
}

TEST(message_reader_ping, pongs_nobody_asked_for_are_reported_and_harm_nothing)
{
    EXPECT_THAT(read_every_way(masked(opcode::pong, "late") + text("x")), ElementsAre("pong:late", "text:x"));
}

TEST(message_reader_ping, ten_pings_are_ten_events)
{
    std::string bytes;
    events expected;
    for (int i = 0; i != 10; ++i) {
        bytes += masked(opcode::ping, std::to_string(i));
        expected.push_back("ping:" + std::to_string(i));
    }
    EXPECT_EQ(read_every_way(bytes), expected);
}

// -- reserved bits and opcodes

TEST(message_reader_reserved, any_reserved_bit_fails_the_connection_after_what_came_before)
{
    for (int bits : {0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70}) {
        for (auto code : {opcode::text, opcode::binary, opcode::ping, opcode::close}) {
            std::string frame = masked(code, "");
            frame[0] = static_cast<char>(frame[0] | bits);
            EXPECT_THAT(read_every_way(text("before") + frame + text("after")),
                        ElementsAre("text:before", "failure:1002"));
        }
    }
}

TEST(message_reader_reserved, unknown_opcodes_fail_the_connection)
{
    for (unsigned code : {3u, 4u, 5u, 6u, 7u, 11u, 12u, 13u, 14u, 15u})
        for (auto payload : {"", "payload"})
            EXPECT_THAT(read_every_way(masked(static_cast<opcode>(code), payload)), ElementsAre("failure:1002"))
                << code;
}

// -- fragmentation

TEST(message_reader_fragments, become_one_message)
{
    EXPECT_THAT(read_every_way(masked(opcode::text, "one ", false) + masked(opcode::continuation, "two ", false) +
                               masked(opcode::continuation, "three")),
                ElementsAre("text:one two three"));
    EXPECT_THAT(read_every_way(masked(opcode::binary, "", false) + masked(opcode::continuation, "", false) +
                               masked(opcode::continuation, "")),
                ElementsAre("binary:"));
}

TEST(message_reader_fragments, let_control_frames_between_and_these_come_out_first)
{
    EXPECT_THAT(read_every_way(masked(opcode::text, "one ", false) + masked(opcode::ping, "a") +
                               masked(opcode::continuation, "two", false) + masked(opcode::pong, "b") +
                               masked(opcode::ping, std::string(125, 'c')) + masked(opcode::continuation, "!") +
                               text("next")),
                ElementsAre("ping:a", "pong:b", "ping:" + std::string(125, 'c'), "text:one two!", "text:next"));
}

TEST(message_reader_fragments, a_close_between_ends_everything)
{
    EXPECT_THAT(read_every_way(masked(opcode::text, "one", false) + masked(opcode::close, closing(1000)) +
                               masked(opcode::continuation, "two")),
                ElementsAre("close:1000:"));
}

TEST(message_reader_fragments, control_frames_are_never_fragmented)
{
    EXPECT_THAT(read_every_way(masked(opcode::ping, "a", false)), ElementsAre("failure:1002"));
    EXPECT_THAT(read_every_way(masked(opcode::pong, "a", false)), ElementsAre("failure:1002"));
    EXPECT_THAT(read_every_way(masked(opcode::close, "", false)), ElementsAre("failure:1002"));
}

TEST(message_reader_fragments, a_continuation_needs_a_beginning)
{
    EXPECT_THAT(read_every_way(masked(opcode::continuation, "x")), ElementsAre("failure:1002"));
    EXPECT_THAT(read_every_way(masked(opcode::continuation, "x", false)), ElementsAre("failure:1002"));
    EXPECT_THAT(read_every_way(masked(opcode::text, "a", false) + masked(opcode::continuation, "b") +
                               masked(opcode::continuation, "c")),
                ElementsAre("text:ab", "failure:1002"));
}

TEST(message_reader_fragments, a_new_message_may_not_begin_inside_another)
{
    EXPECT_THAT(read_every_way(masked(opcode::text, "a", false) + text("b")), ElementsAre("failure:1002"));
    EXPECT_THAT(read_every_way(masked(opcode::binary, "a", false) + masked(opcode::binary, "b", false)),
                ElementsAre("failure:1002"));
}

TEST(message_reader_fragments, memory_is_given_back_after_the_message)
{
    message_limits const limits;
    message_reader reader(role::server, limits);
    events out;
    feed(reader, masked(opcode::text, "half", false), out);
    EXPECT_TRUE(reader.is_midway());
    EXPECT_GT(reader.bytes_held(), 0u);
    feed(reader, masked(opcode::continuation, "done"), out);
    EXPECT_THAT(out, ElementsAre("text:halfdone"));
    EXPECT_FALSE(reader.is_midway());
    EXPECT_EQ(reader.bytes_held(), 0u);
}

// -- UTF-8

TEST(message_reader_utf8, valid_text_of_every_length_of_character_arrives)
{
    std::string const words =
        "\x24 \xc2\xa2 \xe2\x82\xac \xf0\x90\x8d\x88 \xed\x9f\xbf \xee\x80\x80 \xf4\x8f\xbf\xbf \xef\xbf\xbe";
    EXPECT_THAT(read_every_way(text(words)), ElementsAre("text:" + words));
    for (std::size_t cut = 0; cut <= words.size(); ++cut) // a character may be cut between frames
        EXPECT_THAT(read_every_way(masked(opcode::text, words.substr(0, cut), false) +
                                   masked(opcode::continuation, words.substr(cut))),
                    ElementsAre("text:" + words));
}

TEST(message_reader_utf8, invalid_text_fails_with_1007)
{
    for (std::string_view bad :
         {"\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
          "\xf0\x80\x80\xaf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe", "\xff", "\xc3",
          "\xe2\x82", "\xf0\x9f\x98", "\xc3(", "\xe2\x28\xa1"})
    {
        std::string const words = "before" + std::string(bad);
        EXPECT_THAT(read_every_way(text(words)), ElementsAre("failure:1007")) << testing::PrintToString(bad);
        EXPECT_THAT(read_every_way(masked(opcode::text, words, false) + masked(opcode::continuation, "")),
                    ElementsAre("failure:1007"));
        EXPECT_THAT(read_every_way(plain(opcode::text, words), role::client), ElementsAre("failure:1007"));
        EXPECT_THAT(read_every_way(binary(words)), ElementsAre("binary:" + words));
    }
}

TEST(message_reader_utf8, a_bad_byte_fails_as_soon_as_it_arrives)
{
    message_limits const limits;
    std::string const good = "\xce\xba\xe1\xbd\xb9";
    {
        message_reader reader(role::server, limits); // in the first frame of a message that goes on
        EXPECT_THAT(read(reader, masked(opcode::text, good + "\xf4\x90", false)), ElementsAre("failure:1007"));
    }
    {
        message_reader reader(role::server, limits); // in a frame that is still arriving
        std::string const frame = text(good + "\xf4\x90\x80\x80 and much more");
        EXPECT_THAT(read(reader, frame.substr(0, 6 + good.size() + 1)), IsEmpty());
        EXPECT_THAT(read(reader, frame.substr(6 + good.size() + 1, 1)), ElementsAre("failure:1007"));
    }
}

// -- closing

TEST(message_reader_close, says_code_and_reason)
{
    EXPECT_THAT(read_every_way(masked(opcode::close, "")), ElementsAre("close:1005:"));
    EXPECT_THAT(read_every_way(masked(opcode::close, closing(1000))), ElementsAre("close:1000:"));
    std::string const longest(123, 'r');
    EXPECT_THAT(read_every_way(masked(opcode::close, closing(4999, longest))), ElementsAre("close:4999:" + longest));
    EXPECT_THAT(read_every_way(masked(opcode::close, closing(1000, longest + "r"))), ElementsAre("failure:1002"));
}

TEST(message_reader_close, a_payload_of_one_byte_is_refused)
{
    EXPECT_THAT(read_every_way(masked(opcode::close, "\x03")), ElementsAre("failure:1002"));
}

TEST(message_reader_close, only_codes_that_may_travel_are_accepted)
{
    for (unsigned code : {1000u, 1001u, 1002u, 1003u, 1007u, 1008u, 1009u, 1010u, 1011u, 1012u, 1013u, 1014u, 3000u,
                          3999u, 4000u, 4999u})
        EXPECT_THAT(read_every_way(masked(opcode::close, closing(code))),
                    ElementsAre("close:" + std::to_string(code) + ":"));
    for (unsigned code : {0u, 999u, 1004u, 1005u, 1006u, 1015u, 1016u, 1100u, 2000u, 2999u, 5000u, 65535u})
        EXPECT_THAT(read_every_way(masked(opcode::close, closing(code))), ElementsAre("failure:1002")) << code;
}

TEST(message_reader_close, a_reason_that_is_no_utf8_is_refused)
{
    EXPECT_THAT(read_every_way(masked(opcode::close, closing(1000, "\xce\xba\xed\xa0\x80"))),
                ElementsAre("failure:1007"));
}

TEST(message_reader_close, nothing_is_delivered_after_it)
{
    EXPECT_THAT(read_every_way(masked(opcode::close, closing(1000)) + text("x") + masked(opcode::ping, "") +
                               masked(opcode::close, closing(1001))),
                ElementsAre("close:1000:"));
    EXPECT_THAT(read_every_way(masked(opcode::continuation, "") + text("x")), ElementsAre("failure:1002"));
}

} // namespace
} // namespace partyline::websocket::test
