#include "websocket/frame_reader.hpp"

#include <gtest/gtest.h>

namespace partyline::websocket {
namespace {

using status = frame_reader::status;

TEST(frame_reader, reads_back_what_was_written_and_needs_every_byte_of_it)
{
    for (std::uint64_t size : {0ull, 125ull, 126ull, 65'535ull, 65'536ull, 0x7fffffffffffffffull}) {
        for (bool masked : {false, true}) {
            frame_header header{.code = opcode::binary, .fin = false, .payload_size = size};
            if (masked) header.mask = mask_key{9, 8, 7, 6};
            char bytes[max_header_size];
            std::size_t const length = write_header(bytes, header);
            frame_reader const reader(masked ? role::server : role::client, false);
            frame_header got;
            std::size_t got_length = 0;
            for (std::size_t i = 0; i != length; ++i)
                EXPECT_EQ(reader.read(bytes, i, got, got_length), status::incomplete);
            ASSERT_EQ(reader.read(bytes, length, got, got_length), status::complete);
            EXPECT_EQ(got_length, length);
            EXPECT_EQ(got.code, header.code);
            EXPECT_EQ(got.fin, header.fin);
            EXPECT_EQ(got.rsv1, header.rsv1);
            EXPECT_EQ(got.mask, header.mask);
            EXPECT_EQ(got.payload_size, size);
        }
    }
}

TEST(frame_reader, fails_on_the_first_two_bytes_where_they_say_enough)
{
    frame_reader const server(role::server, false);
    frame_header got;
    std::size_t length = 0;
    EXPECT_EQ(server.read("\x81\x00", 2, got, length), status::invalid); // not masked
    EXPECT_EQ(server.read("\x83\x80", 2, got, length), status::invalid); // unknown opcode
    EXPECT_EQ(server.read("\xa1\x80", 2, got, length), status::invalid); // RSV2
    EXPECT_EQ(server.read("\x89\xfe", 2, got, length), status::invalid); // a ping above 125 bytes
    EXPECT_EQ(server.read("\x09\x80", 2, got, length), status::invalid); // a ping in pieces
}

TEST(frame_reader, the_compression_bit_needs_compression_and_the_first_frame_of_a_message)
{
    frame_header got;
    std::size_t length = 0;
    EXPECT_EQ(frame_reader(role::client, false).read("\xc1\x00", 2, got, length), status::invalid);
    EXPECT_EQ(frame_reader(role::client, true).read("\xc1\x00", 2, got, length), status::complete);
    EXPECT_TRUE(got.rsv1);
    EXPECT_EQ(frame_reader(role::client, true).read("\xc0\x00", 2, got, length), status::invalid);
    EXPECT_EQ(frame_reader(role::client, true).read("\xc9\x00", 2, got, length), status::invalid);
}

} // namespace
} // namespace partyline::websocket
