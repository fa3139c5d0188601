#include "engineio/delivery_queue.hpp"

#include <deque>
#include <random>

#include <gtest/gtest.h>

#include "unit/engineio/session_world.hpp"

namespace partyline::engineio {

using testing::text_delivery;

namespace {

std::vector<std::string> contents(delivery_queue const& queue)
{
    std::vector<std::string> out;
    for (auto const& item : queue.items()) out.emplace_back(item->parts()[0].packet());
    return out;
}

} // namespace

TEST(delivery_queue, begins_empty)
{
    delivery_queue queue;
    EXPECT_TRUE(queue.empty());
    EXPECT_TRUE(queue.items().empty());
    queue.shrink();
    queue.clear();
}

TEST(delivery_queue, keeps_the_order_inside_and_beyond)
{
    delivery_queue queue;
    std::vector<std::string> expected;
    for (int i = 0; i < 40; ++i) {
        queue.push(text_delivery(std::to_string(i)));
        expected.push_back("4" + std::to_string(i));
        EXPECT_EQ(contents(queue), expected);
    }
    queue.pop(39);
    EXPECT_EQ(contents(queue), (std::vector<std::string>{"439"}));
}

TEST(delivery_queue, is_small) { EXPECT_LE(sizeof(delivery_queue), 32u); }

TEST(delivery_queue, behaves_as_a_deque_under_random_use)
{
    std::mt19937 random(7);
    delivery_queue queue;
    std::deque<std::string> model;
    for (int step = 0; step < 5000; ++step) {
        auto const choice = random() % 10;
        if (choice < 5) {
            auto const burst = random() % 8 == 0 ? 100u : 1u;
            for (unsigned i = 0; i < burst; ++i) {
                queue.push(text_delivery(std::to_string(step)));
                model.push_back("4" + std::to_string(step));
            }
        } else if (choice < 9) {
            auto const count = model.empty() ? 0 : random() % (model.size() + 1);
            queue.pop(count);
            model.erase(model.begin(), model.begin() + static_cast<std::ptrdiff_t>(count));
        } else {
            queue.shrink();
        }
        ASSERT_EQ(contents(queue), std::vector<std::string>(model.begin(), model.end()));
        ASSERT_EQ(queue.size(), model.size());
    }
}

} // namespace partyline::engineio
