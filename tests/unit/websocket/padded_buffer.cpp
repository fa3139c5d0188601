#include "websocket/padded_buffer.hpp"

#include <gtest/gtest.h>

namespace partyline::websocket {
namespace {

TEST(padded_buffer, keeps_what_is_appended_and_64_readable_bytes_behind_it)
{
    padded_buffer buffer;
    std::string expected;
    for (int i = 0; i != 500; ++i) {
        std::string const piece = std::to_string(i);
        buffer.append(piece, 100'000);
        expected += piece;
        ASSERT_EQ(buffer.view(), expected);
        unsigned sum = 0;
        for (std::size_t k = 0; k != padded_buffer::padding; ++k)
            sum += static_cast<unsigned char>(buffer.data()[buffer.size() + k]);
        volatile unsigned const looked_at = sum; // for the address sanitizer
        (void)looked_at;
    }
}

TEST(padded_buffer, an_empty_append_makes_memory_to_point_to)
{
    padded_buffer buffer;
    buffer.append("", 0);
    EXPECT_NE(buffer.data(), nullptr);
    EXPECT_EQ(buffer.size(), 0u);
}

TEST(padded_buffer, never_grows_beyond_what_is_expected_unless_more_comes)
{
    padded_buffer buffer;
    buffer.append(std::string(300, 'x'), 400);
    EXPECT_EQ(buffer.capacity(), 400u);
    buffer.append(std::string(300, 'x'), 400);
    EXPECT_EQ(buffer.capacity(), 600u);
}

TEST(padded_buffer, doubles_so_that_small_pieces_cost_little)
{
    padded_buffer buffer;
    int moves = 0;
    char const* last = nullptr;
    for (int i = 0; i != 100'000; ++i) {
        buffer.append("x", 1'000'000);
        if (buffer.data() != last) ++moves;
        last = buffer.data();
    }
    EXPECT_LT(moves, 20);
    EXPECT_LE(buffer.capacity(), 200'002u);
}

} // namespace
} // namespace partyline::websocket
