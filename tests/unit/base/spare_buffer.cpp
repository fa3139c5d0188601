#include "base/spare_buffer.hpp"

#include <thread>

#include <gtest/gtest.h>

using partyline::base::spare_buffer;

TEST(spare_buffer, gives_the_room_of_the_last_one_and_none_of_its_text)
{
    std::thread([] { // a thread that has none yet
        EXPECT_EQ(spare_buffer::take(), "");
        std::string written(300, 'x');
        auto const* const where = written.data();
        spare_buffer::give(std::move(written));
        auto const next = spare_buffer::take();
        EXPECT_EQ(next, "");
        if (partyline::base::keeps_blocks) {
            EXPECT_EQ(next.data(), where);
            EXPECT_GE(next.capacity(), 300U);
        }
        EXPECT_NE(spare_buffer::take().data(), where); // there is but one
    })
        .join();
}

TEST(spare_buffer, keeps_the_larger_of_two_and_nothing_large)
{
    std::thread([] {
        spare_buffer::give(std::string(100, 'x'));
        spare_buffer::give(std::string(200, 'x'));
        spare_buffer::give(std::string(50, 'x'));
        spare_buffer::give(std::string(10'000, 'x'));
        auto const room = spare_buffer::take().capacity();
        EXPECT_LT(room, 10'000U);
        if (partyline::base::keeps_blocks) {
            EXPECT_GE(room, 200U);
        }
    }).join();
}

TEST(spare_buffer, may_be_used_until_the_thread_is_over)
{
    struct late
    {
        std::string held;
        ~late() // leaks would be seen by the address sanitizer
        {
            spare_buffer::give(std::move(held));
            EXPECT_EQ(spare_buffer::take(), "");
        }
    };
    std::thread([] {
        static thread_local late last; // ends after what the thread keeps, which begins later
        last.held.assign(100, 'x');
        spare_buffer::give(std::string(100, 'x'));
    }).join();
}
