#include "base/spare_blocks.hpp"

#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

using partyline::base::spare_blocks;

TEST(spare_blocks, gives_again_what_was_given_back)
{
    using blocks = spare_blocks<40>;
    auto* const first = blocks::take();
    auto* const second = blocks::take();
    EXPECT_NE(first, second);
    std::memset(first, 1, 40);
    std::memset(second, 2, 40);
    blocks::give(first);
    blocks::give(second);
    if (!partyline::base::keeps_blocks) return;
    EXPECT_EQ(blocks::take(), second);
    EXPECT_EQ(blocks::take(), first);
    blocks::give(first);
    blocks::give(second);
}

TEST(spare_blocks, never_has_one_out_twice)
{
    using blocks = spare_blocks<1>; // smaller than what links them
    std::vector<void*> out;
    std::set<void*> seen;
    for (int each = 0; each < 3000; ++each) out.push_back(blocks::take());
    for (auto* const each : out) EXPECT_TRUE(seen.insert(each).second);
    for (auto* const each : out) blocks::give(each);
}

TEST(spare_blocks, takes_back_what_another_thread_took_and_ends_with_its_thread)
{
    using blocks = spare_blocks<48>;
    auto* const block = blocks::take();
    std::thread([block] { blocks::give(block); }).join(); // leaks would be seen by the address sanitizer
    struct late
    {
        void* held = nullptr;
        ~late() { blocks::give(held); }
    };
    std::thread([] {
        static thread_local late last; // ends after what the thread keeps, which begins later
        last.held = ::operator new(48);
        blocks::give(blocks::take());
    }).join();
}
