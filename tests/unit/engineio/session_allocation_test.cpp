// What a delivery to one more receiver costs: nothing from the heap, on either transport.
#include <cstdlib>
#include <new>

#include "unit/engineio/session_fixture.hpp"

namespace {

std::size_t allocations = 0;

} // namespace

// Counted for the whole of this test program.
void* operator new(std::size_t size)
{
    ++allocations;
    if (auto* const memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
void* operator new(std::size_t size, std::nothrow_t const&) noexcept
{
    ++allocations;
    return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace partyline::testing {

namespace {

struct session_allocation : ::testing::Test
{
    static constexpr engineio::link_id link{7};
    engineio::session_context context{engineio::session_options{}};
    engineio::delivery_ref open =
        engineio::delivery_ref::make(engineio::make_control(engineio::packet_type::open, "{}"));
    engineio::delivery_ref item = text_delivery("hello");
    engineio::time_point now{};
};

} // namespace

TEST_F(session_allocation, a_session_needs_none_to_live)
{
    auto const before = allocations;
    {
        engineio::session session(context, open, link, now);
        session.consume(1);
        session.tick(now + 25s);
        session.consume(1);
        session.receive(link, false, "3", now + 26s);
        EXPECT_FALSE(session.next_event());
    }
    EXPECT_EQ(allocations, before);
}

TEST_F(session_allocation, sending_and_receiving_on_a_websocket_needs_none)
{
    engineio::session session(context, open, link, now);
    session.consume(1);
    auto const before = allocations;
    for (int turn = 0; turn < 100; ++turn) {
        session.receive(link, false, "4hello", now);
        while (session.next_event()) session.send(item);
        session.send(item);
        session.send(item);
        session.consume(session.queue().size());
    }
    EXPECT_EQ(allocations, before);
}

TEST_F(session_allocation, bursts_need_one_block_that_is_kept_until_the_next_ping)
{
    engineio::session session(context, open, link, now);
    session.consume(1);
    auto const before = allocations;
    for (int turn = 0; turn < 100; ++turn) {
        for (int i = 0; i < 16; ++i) session.send(item);
        session.consume(16);
    }
    EXPECT_EQ(allocations, before + 1);

    session.tick(now + 25s);
    session.consume(1);
    for (int i = 0; i < 16; ++i) session.send(item);
    EXPECT_EQ(allocations, before + 2) << "it was given back";
}

TEST_F(session_allocation, a_poll_needs_only_the_room_for_its_text)
{
    engineio::session session(context, open, now);
    std::string body;
    body.reserve(1000);
    session.receive_poll(engineio::exchange_id{1}, now);
    EXPECT_TRUE(session.flush_poll(body));
    auto const before = allocations;
    for (std::uint64_t exchange = 2; exchange < 100; ++exchange) {
        body.clear();
        session.receive_poll(engineio::exchange_id{exchange}, now);
        session.send(item);
        session.send(item);
        EXPECT_TRUE(session.flush_poll(body));
    }
    EXPECT_EQ(allocations, before);
}

} // namespace partyline::testing
