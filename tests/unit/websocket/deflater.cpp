#include "websocket/deflater.hpp"

#include <gtest/gtest.h>

#include "websocket/inflater.hpp"

namespace partyline::websocket {
namespace {

std::string inflated(inflater& machine, std::string_view data)
{
    padded_buffer out;
    auto const done = machine.inflate(data, 100'000'000, out);
    return done ? std::string(out.view()) : "invalid";
}

// Not compressible, and the same every time.
std::string noise(std::size_t size)
{
    std::string out;
    std::uint32_t x = 12345;
    while (out.size() < size) out.push_back(static_cast<char>((x = x * 1664525u + 1013904223u) >> 24));
    return out;
}

TEST(deflater, what_goes_in_comes_out)
{
    thread_deflater compressor;
    inflater machine(false);
    for (std::size_t size : {0u, 1u, 2u, 100u, 1024u, 70'000u, 1'000'000u}) {
        for (auto const& plain : {std::string(size, 'x'), noise(size)}) {
            std::string data;
            ASSERT_TRUE(compressor.deflate_message(plain, 15, data));
            EXPECT_TRUE(inflated(machine, data) == plain) << size;
            EXPECT_LE(data.size(), size + size / 100 + 32);
        }
    }
}

TEST(deflater, appends_to_what_is_there_and_leaves_out_the_tail)
{
    std::string out = "head";
    ASSERT_TRUE(thread_deflater().deflate_message("Hello", 15, out));
    EXPECT_EQ(out, "head" + std::string("\xf2\x48\xcd\xc9\xc9\x07\x00", 7)); // RFC 7692 section 7.2.3.1
}

TEST(deflater, messages_without_takeover_stand_alone)
{
    thread_deflater compressor;
    std::string first;
    std::string second;
    ASSERT_TRUE(compressor.deflate_message("the same words", 15, first));
    ASSERT_TRUE(compressor.deflate_message("the same words", 15, second));
    EXPECT_EQ(first, second);
}

TEST(deflater, empty_messages_do_not_disturb_a_context)
{
    deflater compressor(true, 15);
    inflater machine(true);
    for (std::string_view plain : {"", "one", "", "", "one", "two", ""}) {
        std::string data;
        ASSERT_TRUE(compressor.deflate(plain, data));
        EXPECT_EQ(inflated(machine, data), plain);
    }
}

TEST(deflater, every_number_of_window_bits_is_kept)
{
    std::string const unit = noise(240);
    std::string plain;
    while (plain.size() < 100'000) plain += unit + noise(plain.size() % 97);
    thread_deflater compressor;
    for (int bits = 8; bits <= 15; ++bits) {
        std::string data;
        ASSERT_TRUE(compressor.deflate_message(plain, bits, data));
        inflater exact(false, bits); // refuses what reaches back further
        EXPECT_TRUE(inflated(exact, data) == plain) << bits;
        deflater with_takeover(true, bits);
        inflater other(true, bits);
        for (int i = 0; i != 3; ++i) {
            data.clear();
            ASSERT_TRUE(with_takeover.deflate(plain, data));
            EXPECT_TRUE(inflated(other, data) == plain) << bits;
        }
    }
}

TEST(deflater, every_effort_gives_readable_data)
{
    inflater machine(false);
    std::string const plain = std::string(3000, 'a') + noise(3000);
    for (int level = 0; level <= 9; ++level) {
        for (int mem_level = 1; mem_level <= 9; ++mem_level) {
            std::string data;
            ASSERT_TRUE(thread_deflater({level, mem_level}).deflate_message(plain, 15, data));
            EXPECT_TRUE(inflated(machine, data) == plain) << level << ' ' << mem_level;
        }
    }
}

} // namespace
} // namespace partyline::websocket
