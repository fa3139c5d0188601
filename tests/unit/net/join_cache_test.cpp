#include "net/join_cache.hpp"

#include "unit/net/net_world.hpp"

namespace partyline::net {
namespace {

using test::make_delivery;
using test::server_frame;

TEST(join_cache, joins_the_same_sequence_once)
{
    join_cache cache;
    net_counters counters;
    std::vector const both{make_delivery("a"), make_delivery("b")};
    auto const first = cache.join(both, {}, counters);
    EXPECT_EQ(first, server_frame("4a") + server_frame("4b"));
    std::vector const copies{both[0], both[1]};
    auto const second = cache.join(copies, {}, counters);
    EXPECT_EQ(second.data(), first.data());
    EXPECT_EQ(counters.joins, 1u);
    EXPECT_EQ(counters.join_reuses, 1u);
}

TEST(join_cache, tells_sequences_apart_by_identity_order_length_and_form)
{
    join_cache cache;
    net_counters counters;
    auto const a = make_delivery("a");
    auto const b = make_delivery("b");
    websocket::thread_deflater deflater;
    std::vector<std::vector<engineio::delivery_ref>> const sequences{
        {a, b}, {b, a}, {a}, {a, b, a}, {a, make_delivery("b")}};
    for (auto const& sequence : sequences) EXPECT_FALSE(cache.join(sequence, {}, counters).empty());
    EXPECT_FALSE(cache.join(sequences.back(), {&deflater, 15, 1}, counters).empty());
    EXPECT_FALSE(cache.join(sequences.back(), {&deflater, 12, 1}, counters).empty());
    EXPECT_EQ(counters.joins, 7u);
    EXPECT_EQ(counters.join_reuses, 0u);
}

TEST(join_cache, holds_no_delivery_after_it_was_cleared)
{
    join_cache cache;
    net_counters counters;
    auto const message = make_delivery("a")->message();
    {
        std::vector const one{engineio::delivery_ref::make(message)};
        EXPECT_EQ(cache.join(one, {}, counters), server_frame("4a"));
    }
    cache.clear();
    std::vector const again{engineio::delivery_ref::make(message)};
    EXPECT_EQ(cache.join(again, {}, counters), server_frame("4a"));
    EXPECT_EQ(counters.joins, 2u);
}

} // namespace
} // namespace partyline::net
