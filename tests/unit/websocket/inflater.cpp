#include "websocket/inflater.hpp"

#include <gtest/gtest.h>

#include "websocket/deflater.hpp"

namespace partyline::websocket {
namespace {

using namespace std::string_literals;

std::string inflate(inflater& machine, std::string_view data, std::size_t limit = 1'000'000)
{
    padded_buffer out;
    auto const done = machine.inflate(data, limit, out);
    if (done) return std::string(out.view());
    EXPECT_LE(out.size(), limit);
    return done.error() == errc::message_too_big ? "too big" : "invalid";
}

TEST(inflater, the_examples_of_rfc_7692_section_7_2_3)
{
    inflater machine(false);
    EXPECT_EQ(inflate(machine, "\xf2\x48\xcd\xc9\xc9\x07\x00"s), "Hello");                         // one fixed block
    EXPECT_EQ(inflate(machine, "\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s), "Hello");         // stored
    EXPECT_EQ(inflate(machine, "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s), "Hello");                     // a last block
    EXPECT_EQ(inflate(machine, "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"s), "Hello"); // two blocks
}

TEST(inflater, a_shared_window_carries_over_and_without_one_it_does_not)
{
    std::string const first = "\xf2\x48\xcd\xc9\xc9\x07\x00"s;
    std::string const again = "\xf2\x00\x11\x00\x00"s; // points back into the first
    inflater with(true);
    EXPECT_EQ(inflate(with, first), "Hello");
    EXPECT_EQ(inflate(with, again), "Hello");
    inflater without(false);
    EXPECT_EQ(inflate(without, first), "Hello");
    EXPECT_EQ(inflate(without, again), "invalid");
    EXPECT_EQ(inflate(without, first), "Hello"); // one bad message does not spoil the next
}

TEST(inflater, the_window_survives_a_last_block)
{
    inflater machine(true);
    EXPECT_EQ(inflate(machine, "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s), "Hello");
    EXPECT_EQ(inflate(machine, "\xf2\x00\x11\x00\x00"s), "Hello");
    EXPECT_EQ(inflate(machine, "\xf3\x48\xcd\xc9\xc9\x07\x00"s), "Hello"); // the message ends with the last block
    EXPECT_EQ(inflate(machine, "\xf2\x48\xcd\xc9\xc9\x07\x00"s), "Hello");
}

TEST(inflater, data_cut_inside_a_block_is_refused)
{
    std::string const whole = "\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s;
    for (std::size_t size = 1; size != whole.size(); ++size) {
        if (size == 1 || size == 6) continue; // with the tail, these happen to be whole blocks
        inflater machine(false);
        EXPECT_EQ(inflate(machine, whole.substr(0, size)), "invalid") << size;
    }
}

TEST(inflater, the_limit_is_exact_at_every_size)
{
    thread_deflater compressor;
    inflater machine(false);
    for (std::size_t size : {1u, 2u, 255u, 256u, 257u, 1000u, 65'536u, 300'000u}) {
        std::string const plain(size, 'x');
        std::string data;
        ASSERT_TRUE(compressor.deflate_message(plain, 15, data));
        EXPECT_TRUE(inflate(machine, data, size) == plain);
        EXPECT_EQ(inflate(machine, data, size - 1), "too big");
    }
    EXPECT_EQ(inflate(machine, "\x00"s, 0), "");
}

TEST(inflater, a_bomb_costs_no_more_than_the_limit)
{
    std::string data;
    ASSERT_TRUE(thread_deflater().deflate_message(std::string(256u << 20, '\0'), 15, data));
    inflater machine(false);
    padded_buffer out;
    auto const done = machine.inflate(data, 100'000, out);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error(), errc::message_too_big);
    EXPECT_LE(out.capacity(), 100'000u);
}

TEST(inflater, endless_empty_blocks_end)
{
    std::string data;
    for (int i = 0; i != 10'000; ++i) data += "\x03\x00"s; // a last block with nothing in it
    inflater machine(false);
    EXPECT_EQ(inflate(machine, data), "");
}

} // namespace
} // namespace partyline::websocket
