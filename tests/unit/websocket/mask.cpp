#include "websocket/mask.hpp"

#include <gtest/gtest.h>

namespace partyline::websocket {
namespace {

constexpr mask_key key{0x12, 0x34, 0x56, 0x78};

// Section 5.3, byte by byte.
std::string slowly(std::string text, std::size_t phase)
{
    for (std::size_t i = 0; i != text.size(); ++i) text[i] = static_cast<char>(text[i] ^ key[(i + phase) % 4]);
    return text;
}

TEST(mask, every_length_phase_and_alignment_agrees_with_the_definition)
{
    for (std::size_t size = 0; size != 100; ++size) {
        for (std::size_t offset = 0; offset != 9; ++offset) {
            for (std::size_t phase = 0; phase != 6; ++phase) {
                std::string bytes(offset + size + 9, '#');
                for (std::size_t i = 0; i != size; ++i) bytes[offset + i] = static_cast<char>(i * 37);
                std::string const before = bytes;
                apply_mask(bytes.data() + offset, size, key, phase);
                EXPECT_EQ(bytes.substr(offset, size), slowly(before.substr(offset, size), phase));
                EXPECT_EQ(bytes.substr(0, offset), before.substr(0, offset));
                EXPECT_EQ(bytes.substr(offset + size), before.substr(offset + size));
            }
        }
    }
}

TEST(mask, applied_twice_is_the_original)
{
    std::string bytes = "whatever it was, it is again";
    std::string const before = bytes;
    apply_mask(bytes.data(), bytes.size(), key);
    EXPECT_NE(bytes, before);
    apply_mask(bytes.data(), bytes.size(), key);
    EXPECT_EQ(bytes, before);
}

TEST(mask, tells_ascii_from_the_rest_wherever_the_rest_stands)
{
    for (std::size_t size = 0; size != 80; ++size) {
        std::string const ascii = slowly(std::string(size, '\x7f'), 0);
        std::string bytes = ascii;
        EXPECT_TRUE(apply_mask(bytes.data(), size, key));
        for (std::size_t at = 0; at != size; ++at) {
            bytes = ascii;
            bytes[at] = static_cast<char>(bytes[at] ^ 0x80);
            EXPECT_FALSE(apply_mask(bytes.data(), size, key)) << size << ' ' << at;
        }
    }
}

} // namespace
} // namespace partyline::websocket
