#include "net/random.hpp"

#include <set>

namespace partyline::net {
namespace {

TEST(random, gives_different_bytes_each_time_across_refills)
{
    random source;
    std::set<std::array<std::byte, 15>> seen;
    for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(seen.insert(source.bytes<15>()).second);
}

TEST(random, fills_more_than_its_buffer_in_one_call)
{
    random source;
    std::vector<std::byte> out(5'000);
    source.fill(out);
    std::array<int, 256> counts{};
    for (auto const byte : out) ++counts[static_cast<std::size_t>(byte)];
    for (int const count : counts) EXPECT_LT(count, 100);
}

} // namespace
} // namespace partyline::net
