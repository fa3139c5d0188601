// What a remote side may make a reader hold, and messages as large as that.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/websocket/frames.hpp"
#include "websocket/message_reader.hpp"

namespace partyline::websocket::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string pattern(std::size_t size)
{
    std::string out(size, '\0');
    for (std::size_t i = 0; i != size; ++i) out[i] = static_cast<char>('a' + i * 7 % 26);
    return out;
}

TEST(message_reader_limits, a_message_of_the_limit_arrives_and_one_byte_more_is_1009)
{
    message_limits const limits{.max_message_size = 200};
    std::string const most = pattern(200);
    EXPECT_THAT(read_every_way(text(most), role::server, limits), ElementsAre("text:" + most));
    EXPECT_THAT(read_every_way(text(most + "x"), role::server, limits), ElementsAre("failure:1009"));
    EXPECT_THAT(read_every_way(masked(opcode::binary, most.substr(0, 150), false) +
                                   masked(opcode::continuation, most.substr(150)),
                               role::server, limits),
                ElementsAre("binary:" + most));
    EXPECT_THAT(read_every_way(masked(opcode::binary, most.substr(0, 150), false) +
                                   masked(opcode::continuation, most.substr(149)),
                               role::server, limits),
                ElementsAre("failure:1009"));
}

TEST(message_reader_limits, a_small_limit_holds_for_short_messages_too)
{
    message_limits const limits{.max_message_size = 10};
    EXPECT_THAT(read_every_way(text("0123456789"), role::server, limits), ElementsAre("text:0123456789"));
    EXPECT_THAT(read_every_way(text("0123456789x"), role::server, limits), ElementsAre("failure:1009"));
}

TEST(message_reader_limits, a_message_too_big_is_refused_at_its_header)
{
    message_limits const limits;
    message_reader reader(role::server, limits);
    EXPECT_THAT(read(reader, text(pattern(1'000'001)).substr(0, 14)), ElementsAre("failure:1009"));
    EXPECT_EQ(reader.bytes_held(), 0u);
}

TEST(message_reader_limits, a_length_of_nearly_64_bits_neither_overflows_nor_allocates)
{
    message_limits const limits;
    message_reader reader(role::client, limits);
    EXPECT_THAT(read(reader, plain(opcode::binary, "0123456789", false)), IsEmpty());
    EXPECT_THAT(read(reader, std::string("\x80\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10)), ElementsAre("failure:1009"));
}

TEST(message_reader_limits, memory_follows_what_arrived_and_not_what_was_announced)
{
    message_limits const limits{.max_message_size = 1u << 30};
    message_reader reader(role::server, limits);
    std::string const frame = masked(opcode::binary, pattern(16u << 20));
    EXPECT_THAT(read(reader, frame.substr(0, 1000)), IsEmpty());
    EXPECT_LT(reader.bytes_held(), 4000u);
}

TEST(message_reader_limits, tiny_fragments_do_not_multiply_memory)
{
    message_limits const limits;
    message_reader reader(role::server, limits);
    EXPECT_THAT(read(reader, masked(opcode::binary, "x", false)), IsEmpty());
    std::string const more = masked(opcode::continuation, "x", false);
    for (int i = 0; i != 16'000; ++i) ASSERT_THAT(read(reader, more), IsEmpty());
    EXPECT_LT(reader.bytes_held(), 40'000u);
}

TEST(message_reader_limits, fragments_are_counted_and_empty_ones_too)
{
    message_limits const limits{.max_fragments = 4};
    for (std::string_view payload : {"", "x"}) {
        std::string three = masked(opcode::text, payload, false);
        for (int i = 0; i != 2; ++i) three += masked(opcode::continuation, payload, false);
        EXPECT_THAT(read_every_way(three + masked(opcode::continuation, "end"), role::server, limits),
                    testing::SizeIs(1));
        EXPECT_THAT(
            read_every_way(three + masked(opcode::continuation, payload, false) + masked(opcode::continuation, payload),
                           role::server, limits),
            ElementsAre("failure:1008"));
    }
    message_limits const standard;
    message_reader reader(role::server, standard);
    std::string flood = masked(opcode::text, "", false);
    for (int i = 0; i != 16'383; ++i) flood += masked(opcode::continuation, "", false);
    EXPECT_THAT(read(reader, flood), IsEmpty());
    EXPECT_THAT(read(reader, masked(opcode::continuation, "", false)), ElementsAre("failure:1008"));
}

TEST(message_reader_limits, fragments_of_each_message_are_counted_anew)
{
    message_limits const limits{.max_fragments = 2};
    std::string const pair = masked(opcode::text, "a", false) + masked(opcode::continuation, "b");
    EXPECT_THAT(read_every_way(pair + pair + pair, role::server, limits), ElementsAre("text:ab", "text:ab", "text:ab"));
}

TEST(message_reader_limits, messages_of_up_to_16_mib_arrive_in_pieces_and_in_fragments)
{
    message_limits const limits{.max_message_size = 16u << 20};
    for (std::size_t size : {std::size_t{65'535}, std::size_t{65'536}, std::size_t{1} << 20, std::size_t{16} << 20}) {
        std::string const payload = pattern(size);
        for (auto code : {opcode::text, opcode::binary}) {
            std::string const name = code == opcode::text ? "text:" : "binary:";
            std::string const frame = masked(code, payload);
            message_reader reader(role::server, limits);
            EXPECT_TRUE(read(reader, frame) == events{name + payload});
            EXPECT_TRUE(read(reader, frame, 65'536) == events{name + payload});
            std::string fragments;
            for (std::size_t at = 0; at < size; at += 65'536)
                fragments +=
                    masked(at == 0 ? code : opcode::continuation, payload.substr(at, 65'536), at + 65'536 >= size);
            EXPECT_TRUE(read(reader, fragments, 10'007) == events{name + payload});
            EXPECT_EQ(reader.bytes_held(), 0u);
        }
    }
}

TEST(message_reader_limits, an_idle_reader_is_a_few_words) { EXPECT_LE(sizeof(message_reader), 48u); }

} // namespace
} // namespace partyline::websocket::test
