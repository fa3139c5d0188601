// What a broadcast costs, in counts: one encoding, one write for each client and turn, and no allocation for each delivery.
#include <cstdlib>
#include <memory>
#include <new>

#include "running_server.hpp"

namespace {

thread_local std::size_t allocations = 0;

} // namespace

void* operator new(std::size_t size)
{
    ++allocations;
    if (void* const memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
void* operator new(std::size_t size, std::nothrow_t const&) noexcept
{
    ++allocations;
    return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace partyline::test {

struct broadcast_cost : ::testing::Test
{
    running_server line{[](server& io) {
        io.on("go", [&io](int times) {
            for (int i = 0; i < times; ++i) io.emit("news", i, "the same text for everybody");
        });
        io.on("allocations", [] { return allocations; });
    }};
    std::vector<std::unique_ptr<wire_client>> clients;

    void grow_to(std::size_t count)
    {
        while (clients.size() < count) clients.push_back(std::make_unique<wire_client>(line.port));
    }
    void hear(int times)
    {
        for (int i = 0; i < times; ++i)
            for (auto const& each : clients)
                ASSERT_EQ(each->receive(), R"(42["news",)" + std::to_string(i) + R"(,"the same text for everybody"])");
    }
    /// On the server's thread, for one broadcast to all.
    std::size_t allocations_of_one()
    {
        auto& asker = *clients.front();
        auto const before = std::stoull(asker.ask(R"("allocations")"));
        asker.emit(R"("go",1)");
        hear(1);
        return std::stoull(asker.ask(R"("allocations")")) - before;
    }
};

TEST_F(broadcast_cost, one_encoding_and_one_write_for_each_client)
{
    std::uint64_t bytes_for_one = 0;
    for (std::size_t const count : {1U, 10U, 50U}) {
        grow_to(count);
        auto const before = line.statistics();
        clients.front()->emit(R"("go",1)");
        hear(1);
        auto const after = line.statistics();
        EXPECT_EQ(after.encodings - before.encodings, 1U);
        EXPECT_EQ(after.writes - before.writes, count);
        if (count == 1) bytes_for_one = after.written_bytes - before.written_bytes;
        EXPECT_GT(bytes_for_one, 2U); // more than the head of a frame
        EXPECT_EQ(after.written_bytes - before.written_bytes, count * bytes_for_one);
    }
}

TEST_F(broadcast_cost, several_broadcasts_of_one_turn_share_the_writes)
{
    grow_to(20);
    auto const before = line.statistics();
    clients.front()->emit(R"("go",10)");
    hear(10);
    auto const after = line.statistics();
    EXPECT_EQ(after.encodings - before.encodings, 10U);
    EXPECT_EQ(after.writes - before.writes, 20U);
}

TEST_F(broadcast_cost, no_allocation_for_each_delivery)
{
    grow_to(40);
    for (int i = 0; i < 5; ++i) allocations_of_one(); // queues and tables reach their size
    auto const some = allocations_of_one();
    grow_to(80);
    for (int i = 0; i < 5; ++i) allocations_of_one();
    auto const twice_as_many = allocations_of_one();
    EXPECT_EQ(some, twice_as_many);
}

} // namespace partyline::test
