#include "base/message.hpp"

#include <gtest/gtest.h>

using namespace partyline;
using namespace partyline::base;

TEST(message, counts_the_bytes_of_all_its_frames)
{
    std::vector<message_part> parts(2);
    parts[0] = {"??HH4text", {}, 2, 4, {}, false};
    parts[1] = {"HH", {}, 0, 2, binary::from_text("bytes"), true};
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

TEST(message_ref, has_a_short_message_in_one_block_and_the_same_bytes_at_every_length)
{
    for (std::size_t size = 0; size < 600; ++size) {
        std::string const text(size, 'x');
        auto const ref = message_ref::make(message_part{"??HH4" + text, {}, 2, 4, {}, false}, false);
        ASSERT_EQ(ref->bytes(), size + 3);
        ASSERT_EQ(ref->parts()[0].frame_head(), "HH4" + text);
        ASSERT_EQ(ref->parts()[0].packet(), "4" + text);
        ASSERT_EQ(ref->parts()[0].frame_tail(), "");
    }
}

TEST(message_ref, copies_bytes_that_belong_to_another_message)
{
    auto first = message_ref::make(message_part{"HH4text", {}, 0, 2, {}, false}, false);
    auto const second = message_ref::make(std::vector(first->parts().begin(), first->parts().end()), false);
    first = {};
    auto const third = message_ref::make(message_part{"HH4other", {}, 0, 2, {}, false}, false);
    EXPECT_EQ(second->parts()[0].frame_head(), "HH4text");
    EXPECT_EQ(third->parts()[0].frame_head(), "HH4other");
}
