// Compressed messages through the whole reader (RFC 7692 section 6): with and without fragments and context takeover.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/websocket/frames.hpp"
#include "websocket/deflater.hpp"
#include "websocket/message_reader.hpp"

namespace partyline::websocket::test {
namespace {

using testing::ElementsAre;

std::string deflated(std::string_view words)
{
    std::string out;
    EXPECT_TRUE(thread_deflater().deflate_message(words, 15, out));
    return out;
}

events read_compressed(std::string_view bytes, message_limits const& limits = {})
{
    return read_every_way(bytes, role::server, limits, true);
}

TEST(message_reader_deflate, compressed_and_plain_messages_may_alternate)
{
    EXPECT_THAT(read_compressed(masked(opcode::text, deflated("hello"), true, true) + text("plain") +
                                masked(opcode::binary, deflated(std::string(5000, 'z')), true, true)),
                ElementsAre("text:hello", "text:plain", "binary:" + std::string(5000, 'z')));
}

TEST(message_reader_deflate, the_example_of_the_rfc_is_hello)
{
    EXPECT_THAT(read_compressed(masked(opcode::text, "\xf2\x48\xcd\xc9\xc9\x07" + std::string(1, '\0'), true, true)),
                ElementsAre("text:Hello"));
}

TEST(message_reader_deflate, the_bit_stands_on_the_first_fragment_alone)
{
    std::string const data = deflated("one two three");
    EXPECT_THAT(read_compressed(masked(opcode::text, data.substr(0, 3), false, true) + masked(opcode::ping, "p") +
                                masked(opcode::continuation, data.substr(3), false) + masked(opcode::continuation, "")),
                ElementsAre("ping:p", "text:one two three"));
    EXPECT_THAT(read_compressed(masked(opcode::text, data.substr(0, 3), false, true) +
                                masked(opcode::continuation, data.substr(3), true, true)),
                ElementsAre("failure:1002"));
    EXPECT_THAT(read_compressed(masked(opcode::ping, "", true, true)), ElementsAre("failure:1002"));
}

TEST(message_reader_deflate, the_bit_means_nothing_unless_negotiated)
{
    EXPECT_THAT(read_every_way(masked(opcode::text, deflated("x"), true, true)), ElementsAre("failure:1002"));
}

TEST(message_reader_deflate, an_empty_message_may_be_compressed)
{
    EXPECT_THAT(read_compressed(masked(opcode::text, deflated(""), true, true)), ElementsAre("text:"));
    EXPECT_THAT(read_compressed(masked(opcode::binary, "", true, true)), ElementsAre("binary:"));
}

TEST(message_reader_deflate, the_limit_counts_what_comes_out)
{
    message_limits const limits{.max_message_size = 1000};
    std::string const most(1000, 'a');
    EXPECT_THAT(read_compressed(masked(opcode::text, deflated(most), true, true), limits), ElementsAre("text:" + most));
    EXPECT_THAT(read_compressed(masked(opcode::text, deflated(most + "a"), true, true), limits),
                ElementsAre("failure:1009"));
}

TEST(message_reader_deflate, a_bomb_goes_off_small)
{
    message_limits const limits;
    inflater decompressor(false);
    message_reader reader(role::server, limits, &decompressor);
    std::string const bomb = masked(opcode::binary, deflated(std::string(64u << 20, '\0')), true, true);
    ASSERT_LT(bomb.size(), 100'000u);
    EXPECT_THAT(read(reader, bomb), ElementsAre("failure:1009"));
    EXPECT_EQ(reader.bytes_held(), 0u);
    message_reader next(role::server, limits, &decompressor); // the shared inflater serves the next connection
    EXPECT_THAT(read(next, masked(opcode::text, deflated("fine"), true, true)), ElementsAre("text:fine"));
}

TEST(message_reader_deflate, broken_data_is_1007)
{
    EXPECT_THAT(read_compressed(masked(opcode::text, "\xff\xff\xff\xff", true, true)), ElementsAre("failure:1007"));
    std::string const cut = deflated(std::string(300, 'x') + "and an end").substr(0, 6);
    EXPECT_THAT(read_compressed(masked(opcode::text, cut, true, true)), ElementsAre("failure:1007"));
}

TEST(message_reader_deflate, text_is_checked_after_decompression)
{
    EXPECT_THAT(read_compressed(masked(opcode::text, deflated("\xce\xba\xed\xa0\x80"), true, true)),
                ElementsAre("failure:1007"));
}

TEST(message_reader_deflate, with_context_takeover_a_message_may_point_into_an_earlier_one)
{
    message_limits const limits;
    deflater compressor(true, 15);
    inflater decompressor(true);
    message_reader reader(role::client, limits, &decompressor);
    std::string const words = "a sentence without anything that repeats, 0123456789";
    std::size_t first_size = 0;
    for (int i = 0; i != 5; ++i) {
        std::string out;
        ASSERT_TRUE(compressor.deflate(words, out));
        if (i == 0) first_size = out.size();
        EXPECT_TRUE(i == 0 || out.size() < first_size / 2);
        EXPECT_THAT(read(reader, plain(opcode::text, out, true, true), 5), ElementsAre("text:" + words));
    }
}

TEST(message_reader_deflate, messages_of_every_size_and_window_arrive)
{
    message_limits const limits{.max_message_size = 1u << 20};
    inflater decompressor(false);
    thread_deflater compressor;
    for (int bits = 8; bits <= 15; ++bits) {
        for (std::size_t size : {16u, 64u, 256u, 1024u, 4096u, 65'536u, 131'072u}) {
            std::string payload;
            for (std::size_t i = 0; payload.size() < size; ++i) payload += "{\"n\":" + std::to_string(i * i) + "}";
            std::string data;
            ASSERT_TRUE(compressor.deflate_message(payload, bits, data));
            message_reader reader(role::server, limits, &decompressor);
            EXPECT_TRUE(read(reader, masked(opcode::text, data, true, true), 4096) == events{"text:" + payload});
        }
    }
}

} // namespace
} // namespace partyline::websocket::test
