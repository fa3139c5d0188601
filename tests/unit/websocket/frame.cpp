#include "websocket/frame.hpp"

#include <gtest/gtest.h>

namespace partyline::websocket {
namespace {

using namespace std::string_literals;

std::string header_of(frame_header const& header)
{
    std::string out(max_header_size, '#');
    out.resize(write_header(out.data(), header));
    EXPECT_EQ(out.size(), header_size(header.payload_size, header.mask.has_value()));
    return out;
}

TEST(frame, lengths_take_the_shortest_form)
{
    EXPECT_EQ(header_of({.payload_size = 0}), "\x81\x00"s);
    EXPECT_EQ(header_of({.payload_size = 125}), "\x81\x7d"s);
    EXPECT_EQ(header_of({.payload_size = 126}), "\x81\x7e\x00\x7e"s);
    EXPECT_EQ(header_of({.payload_size = 65'535}), "\x81\x7e\xff\xff"s);
    EXPECT_EQ(header_of({.payload_size = 65'536}), "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"s);
    EXPECT_EQ(header_of({.payload_size = 0x0102030405060708}), "\x81\x7f\x01\x02\x03\x04\x05\x06\x07\x08"s);
}

TEST(frame, the_first_byte_says_what_it_is)
{
    EXPECT_EQ(header_of({.code = opcode::binary, .fin = false}), "\x02\x00"s);
    EXPECT_EQ(header_of({.code = opcode::text, .rsv1 = true}), "\xc1\x00"s);
    EXPECT_EQ(header_of({.code = opcode::continuation}), "\x80\x00"s);
    EXPECT_EQ(header_of({.code = opcode::pong}), "\x8a\x00"s);
}

TEST(frame, the_examples_of_rfc_6455_section_5_7)
{
    std::string out;
    append_frame(out, {.code = opcode::text}, "Hello");
    EXPECT_EQ(out, "\x81\x05Hello");
    out.clear();
    append_frame(out, {.code = opcode::text, .mask = mask_key{0x37, 0xfa, 0x21, 0x3d}}, "Hello");
    EXPECT_EQ(out, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
}

TEST(frame, appending_keeps_what_is_there)
{
    std::string out = "before";
    append_frame(out, {.code = opcode::ping, .mask = mask_key{1, 2, 3, 4}}, "");
    EXPECT_EQ(out, "before\x89\x80\x01\x02\x03\x04");
}

TEST(frame, a_close_has_code_and_reason)
{
    std::string out;
    append_close(out, close_code::going_away, "bye");
    EXPECT_EQ(out, "\x88\x05\x03\xe9"s + "bye");
}

TEST(frame, a_close_whose_code_may_not_travel_is_empty)
{
    for (auto code : {close_code::no_status, close_code::abnormal, close_code::tls_failure}) {
        std::string out;
        append_close(out, code, "unseen");
        EXPECT_EQ(out, "\x88\x00"s);
    }
}

TEST(frame, a_long_reason_is_cut_at_a_characters_end)
{
    std::string out;
    append_close(out, close_code::normal, std::string(122, 'x') + "\xe2\x82\xac");
    EXPECT_EQ(out, "\x88\x7c\x03\xe8"s + std::string(122, 'x'));
    out.clear();
    append_close(out, close_code::normal, std::string(200, 'x'));
    EXPECT_EQ(out.size(), 2u + 125u);
}

} // namespace
} // namespace partyline::websocket
