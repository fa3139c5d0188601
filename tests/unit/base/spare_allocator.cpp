#include "base/spare_allocator.hpp"

#include <algorithm>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

using partyline::base::spare_allocator;

TEST(spare_allocator, serves_every_size_around_its_blocks)
{
    for (std::size_t size = 1; size < 500; ++size) {
        std::vector<char, spare_allocator<char>> one(size, 'a');
        std::vector<char, spare_allocator<char>> other(size, 'b');
        EXPECT_EQ(std::count(one.begin(), one.end(), 'a'), static_cast<std::ptrdiff_t>(size));
        EXPECT_EQ(std::count(other.begin(), other.end(), 'b'), static_cast<std::ptrdiff_t>(size));
    }
}

TEST(spare_allocator, lets_another_thread_free)
{
    auto shared = std::allocate_shared<std::vector<int>>(spare_allocator<char>(), 3, 7);
    std::thread([last = std::move(shared)] { EXPECT_EQ(last->size(), 3U); }).join();
}

TEST(spare_allocator, uses_a_freed_piece_again)
{
    if (!partyline::base::keeps_blocks) return;
    spare_allocator<char> pieces;
    for (std::size_t const size : {100U, 300U}) {
        auto* const first = pieces.allocate(size);
        pieces.deallocate(first, size);
        auto* const again = pieces.allocate(size + 1);
        EXPECT_EQ(again, first);
        pieces.deallocate(again, size + 1);
    }
}
