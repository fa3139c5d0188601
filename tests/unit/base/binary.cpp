#include <partyline/binary.hpp>

#include <gtest/gtest.h>

using partyline::binary;

TEST(binary, copies_share_their_bytes)
{
    auto const first = binary::from_text("asdf");
    auto const second = first;
    EXPECT_EQ(first.data(), second.data());
    EXPECT_EQ(second.text(), "asdf");
}

TEST(binary, takes_a_vector_over_without_a_copy)
{
    std::vector<std::byte> bytes(100, std::byte{7});
    auto const* const where = bytes.data();
    binary const taken(std::move(bytes));
    EXPECT_EQ(taken.data(), where);
    EXPECT_EQ(taken.size(), 100U);
}

TEST(binary, copies_a_span)
{
    std::byte bytes[] = {std::byte{1}, std::byte{2}};
    binary const copy{std::span<std::byte const>(bytes)};
    bytes[0] = std::byte{9};
    EXPECT_EQ(copy.text(), std::string_view("\1\2"));
}

TEST(binary, keeps_the_owner_of_shared_bytes_alive)
{
    auto owner = std::make_shared<std::string>("kept");
    std::weak_ptr<std::string> const watch = owner;
    binary shared(owner, std::as_bytes(std::span(*owner)));
    owner.reset();
    EXPECT_EQ(shared.text(), "kept");
    shared = {};
    EXPECT_TRUE(watch.expired());
}

TEST(binary, is_equal_by_content)
{
    EXPECT_EQ(binary::from_text("a"), binary::from_text("a"));
    EXPECT_NE(binary::from_text("a"), binary::from_text("b"));
    EXPECT_EQ(binary(), binary::from_text(""));
    EXPECT_TRUE(binary().empty());
}
