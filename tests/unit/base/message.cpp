#include "base/message.hpp"

#include <gtest/gtest.h>

using namespace partyline;
using namespace partyline::base;

TEST(message, counts_the_bytes_of_all_its_frames)
{
    std::vector<message_part> parts(2);
    parts[0] = {"??HH4text", 2, 4, {}, false};
    parts[1] = {"HH", 0, 2, binary::from_text("bytes"), true};
    auto const ref = message_ref::make(std::move(parts), true);
    EXPECT_EQ(ref->bytes(), 7U + 7U);
    EXPECT_TRUE(ref->compress());
    EXPECT_EQ(ref->parts()[0].frame_head(), "HH4text");
    EXPECT_EQ(ref->parts()[0].packet(), "4text");
    EXPECT_EQ(ref->parts()[1].frame_head(), "HH");
    EXPECT_EQ(ref->parts()[1].frame_tail(), "bytes");
    EXPECT_EQ(ref->parts()[1].packet(), "bytes");
}

TEST(message_ref, shares_and_lets_go)
{
    auto owner = std::make_shared<std::string>("bytes");
    std::vector<message_part> parts(1);
    parts[0].shared = binary(owner, std::as_bytes(std::span(*owner)));
    auto first = message_ref::make(std::move(parts), false);
    parts.clear();
    auto second = first;
    EXPECT_EQ(first.get(), second.get());
    first = {};
    EXPECT_FALSE(first);
    EXPECT_EQ(owner.use_count(), 2);
    second = message_ref();
    EXPECT_EQ(owner.use_count(), 1);
}
