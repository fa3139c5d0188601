// The writing half of a link: how many system calls it makes, that it copies nothing it need not, that no byte is lost or
// doubled when the other end stops reading.
#include "unit/net/net_world.hpp"
#include "websocket/inflater.hpp"
#include "websocket/message_reader.hpp"

namespace partyline::net {
namespace {

using namespace std::chrono_literals;
using test::make_delivery;
using test::net_world;
using test::server_frame;
using test::test_owner;

class link_writer_test : public testing::Test
{
protected:
    net_world world;
    link_options how;
    test_owner owner;
};

TEST_F(link_writer_test, writes_one_message_straight_and_several_joined_in_one_call_each)
{
    auto& client = world.open_link(owner, how);
    auto& counters = world.shard.counters();
    auto const writes = counters.write_calls;
    owner.queue = {make_delivery("one")};
    world.shard.wake();
    ASSERT_TRUE(world.until_text(client, server_frame("4one")));
    EXPECT_EQ(counters.write_calls, writes + 1);
    EXPECT_EQ(counters.joins, 0u);
    owner.queue = {make_delivery("two"), make_delivery("three"), make_delivery("four")};
    world.shard.wake();
    ASSERT_TRUE(world.until_text(client, server_frame("4two") + server_frame("4three") + server_frame("4four")));
    EXPECT_EQ(counters.write_calls, writes + 2);
    EXPECT_EQ(counters.joins, 1u);
    EXPECT_TRUE(owner.queue.empty());
}

TEST_F(link_writer_test, writes_attachments_behind_their_text)
{
    auto& client = world.open_link(owner, how);
    auto const writes = world.shard.counters().write_calls;
    owner.queue = {make_delivery("51-", {binary::from_text("bytes")})};
    world.shard.wake();
    ASSERT_TRUE(world.until_text(client, server_frame("451-") + server_frame("bytes", websocket::opcode::binary)));
    EXPECT_EQ(world.shard.counters().write_calls, writes + 1);
}

TEST_F(link_writer_test, joins_a_broadcast_once_and_makes_one_call_per_receiver)
{
    std::vector<std::unique_ptr<test_owner>> owners;
    for (int i = 0; i < 50; ++i) {
        owners.push_back(std::make_unique<test_owner>());
        world.open_link(*owners.back(), how);
    }
    auto& counters = world.shard.counters();
    auto const before = counters;
    auto const a = make_delivery("first");
    auto const b = make_delivery("second");
    for (auto& each : owners) each->queue = {a, b};
    world.shard.wake();
    ASSERT_TRUE(world.until([&] {
        for (auto& client : world.clients)
            if (client->text != server_frame("4first") + server_frame("4second")) return false;
        return true;
    }));
    EXPECT_EQ(counters.write_calls - before.write_calls, 50u);
    EXPECT_EQ(counters.joins - before.joins, 1u);
    EXPECT_EQ(counters.join_reuses - before.join_reuses, 49u);
    EXPECT_EQ(counters.state_allocations, before.state_allocations);
}

TEST_F(link_writer_test, gathers_without_copying_beyond_64_kib)
{
    auto& client = world.open_link(owner, how);
    auto const before = world.shard.counters();
    std::string const large(50'000, 'l');
    owner.queue = {make_delivery(large), make_delivery(large)};
    world.shard.wake();
    ASSERT_TRUE(world.until([&] { return client.text.size() > 100'000; }));
    EXPECT_EQ(client.text, server_frame("4" + large) + server_frame("4" + large));
    EXPECT_EQ(world.shard.counters().joins, before.joins);
}

TEST_F(link_writer_test, writes_the_messages_behind_a_large_one_too)
{
    auto& client = world.open_link(owner, how);
    std::string const large(100'000, 'l');
    owner.queue = {make_delivery(large), make_delivery("small")};
    world.shard.wake();
    ASSERT_TRUE(world.until_text(client, server_frame("4small")));
    EXPECT_EQ(client.text.size(), server_frame("4" + large).size() + server_frame("4small").size());
    EXPECT_TRUE(owner.queue.empty());
}

TEST_F(link_writer_test, writes_more_pieces_than_the_system_takes_at_once)
{
    auto& client = world.open_link(owner, how);
    std::vector<binary> attachments;
    std::string expected = server_frame("4many");
    for (int i = 0; i < 1500; ++i) {
        std::string const bytes(100, static_cast<char>('a' + i % 26));
        attachments.push_back(binary::from_text(bytes));
        expected += server_frame(bytes, websocket::opcode::binary);
    }
    owner.queue = {make_delivery("many", attachments), make_delivery("after")};
    world.shard.wake();
    ASSERT_TRUE(world.until_text(client, server_frame("4after")));
    EXPECT_EQ(client.text, expected + server_frame("4after"));
}

TEST_F(link_writer_test, loses_no_byte_to_a_reader_that_stops_and_goes_on)
{
    for (std::size_t const size : {std::size_t{300}, std::size_t{3'000}, std::size_t{70'000}, std::size_t{3'000'000}}) {
        test_owner mine;
        auto& client = world.open_link(mine, how, {}, 4096);
        client.stopped = true;
        std::string expected;
        std::size_t const count = 12'000'000 / (size + 100);
        for (std::size_t i = 0; i < count; ++i) {
            std::string const text = std::to_string(i) + ":" + std::string(size, static_cast<char>('a' + i % 26));
            mine.queue.push_back(make_delivery(text));
            expected += server_frame("4" + text);
        }
        world.shard.wake();
        ASSERT_TRUE(world.until([&] { return mine.current->blocked(); }));
        EXPECT_FALSE(mine.queue.empty());
        EXPECT_EQ(mine.current->kept_bytes(), 0u) << "a slow reader holds references, not copies";
        auto const writes = world.shard.counters().write_calls;
        for (int i = 0; i < 10; ++i) {
            world.shard.wake();
            world.step();
        }
        EXPECT_EQ(world.shard.counters().write_calls, writes) << "nothing is tried until there is room";
        client.send(test::client_frame(websocket::opcode::ping, "p")); // its pong has to find its place
        world.step();
        world.step();
        client.stopped = false;
        ASSERT_TRUE(world.until([&] { return client.text.size() >= expected.size() + 3; }, 20s));
        std::string const pong = server_frame("p", websocket::opcode::pong);
        auto const at = client.text.find(pong);
        ASSERT_NE(at, std::string::npos);
        client.text.erase(at, pong.size());
        EXPECT_TRUE(client.text == expected) << size;
        EXPECT_GT(mine.writable, 0);
        EXPECT_TRUE(mine.queue.empty());
        EXPECT_EQ(mine.current->offset(), 0u);
        // and the descriptor is no longer watched for room
        auto const turns = world.shard.counters().turns;
        for (int i = 0; i < 5; ++i) world.step();
        EXPECT_LE(world.shard.counters().turns, turns + 2);
        mine.current->abort();
        world.owners.clear();
    }
}

TEST_F(link_writer_test, resets_a_stopped_reader_that_is_aborted)
{
    auto& client = world.open_link(owner, how, {}, 4096);
    client.stopped = true;
    owner.queue = {make_delivery(std::string(9'000'000, 'x'))};
    world.shard.wake();
    ASSERT_TRUE(world.until([&] { return owner.current->blocked(); }));
    std::exchange(owner.current, nullptr)->abort();
    client.stopped = false;
    ASSERT_TRUE(world.until([&] { return client.ended; }));
    EXPECT_TRUE(client.was_reset);
    EXPECT_EQ(world.table.size(), 0u);
}

TEST_F(link_writer_test, reports_a_broken_write_once_and_not_out_of_the_write)
{
    auto& client = world.open_link(owner, how);
    client.reset();
    owner.always_write = true;
    for (int i = 0; i < 50 && owner.ends == 0; ++i) {
        if (owner.current) {
            owner.queue.push_back(make_delivery("x"));
            owner.flush();
            EXPECT_EQ(owner.ends, 0);
        }
        world.step();
    }
    EXPECT_EQ(owner.ends, 1);
    EXPECT_EQ(owner.end.code, 1006);
    EXPECT_EQ(world.table.size(), 0u);
}

TEST_F(link_writer_test, sends_nothing_behind_its_close_frame)
{
    auto& client = world.open_link(owner, how);
    owner.current->close(1000);
    owner.queue = {make_delivery("never")};
    world.shard.wake();
    ASSERT_TRUE(world.until_text(client, server_frame("\x03\xe8", websocket::opcode::close)));
    for (int i = 0; i < 5; ++i) world.step();
    EXPECT_EQ(client.text, server_frame("\x03\xe8", websocket::opcode::close));
}

// Reads what a client got, as a client.
std::vector<std::string> messages_of(std::string text, bool takeover)
{
    websocket::message_limits const limits{.max_message_size = 100'000'000, .max_fragments = 16};
    websocket::inflater expand(takeover);
    websocket::message_reader reader(websocket::role::client, limits, &expand);
    std::size_t const size = text.size();
    text.append(64, '\0');
    reader.receive({text.data(), size});
    std::vector<std::string> out;
    while (auto const event = reader.next_event()) {
        if (auto const* const message = std::get_if<websocket::message>(&*event))
            out.emplace_back(message->data);
        else
            out.emplace_back("not a message");
    }
    return out;
}

TEST_F(link_writer_test, sends_the_deflated_frame_that_the_shard_made_once)
{
    world.deflate =
        websocket::deflate_parameters{.server_no_context_takeover = true, .client_no_context_takeover = true};
    test_owner second;
    auto& a = world.open_link(owner, how);
    auto& b = world.open_link(second, how);
    std::string const text(5'000, 'z');
    auto const item = make_delivery(text);
    owner.queue = {item, make_delivery("short")};
    second.queue = {item};
    world.shard.wake();
    ASSERT_TRUE(world.until([&] { return !a.text.empty() && !b.text.empty(); }));
    EXPECT_EQ(messages_of(a.text, false), (std::vector<std::string>{"4" + text, "4short"}));
    EXPECT_LT(a.text.size(), 200u);
    EXPECT_TRUE(a.text.starts_with(b.text));
}

TEST_F(link_writer_test, compresses_with_context_and_keeps_only_what_the_kernel_did_not_take)
{
    world.deflate =
        websocket::deflate_parameters{.server_no_context_takeover = false, .client_no_context_takeover = true};
    how.compress_threshold = 0;
    auto& client = world.open_link(owner, how, {}, 4096);
    client.stopped = true;
    std::vector<std::string> expected;
    std::uint32_t seed = 1;
    for (int i = 0; i < 300; ++i) {
        std::string text;
        for (int k = 0; k < 30'000; ++k)
            text += static_cast<char>('0' + (seed = seed * 1664525 + 1013904223) / (1u << 28));
        expected.push_back("4" + text);
        owner.queue.push_back(make_delivery(text));
    }
    world.shard.wake();
    ASSERT_TRUE(world.until([&] { return owner.current->blocked(); }));
    EXPECT_FALSE(owner.queue.empty());
    EXPECT_LT(owner.current->kept_bytes(), 100'000u);
    client.stopped = false;
    ASSERT_TRUE(world.until([&] { return owner.queue.empty() && owner.current->kept_bytes() == 0; }, 20s));
    for (int i = 0; i < 20; ++i) world.step();
    EXPECT_TRUE(messages_of(client.text, true) == expected);
}

TEST_F(link_writer_test, sends_uncompressed_what_must_not_be_compressed)
{
    for (bool const takeover : {false, true}) {
        test_owner mine;
        world.deflate =
            websocket::deflate_parameters{.server_no_context_takeover = !takeover, .client_no_context_takeover = true};
        auto& client = world.open_link(mine, how);
        std::string const text(5'000, 'z');
        mine.queue = {make_delivery(text, {}, false)};
        world.shard.wake();
        ASSERT_TRUE(world.until_text(client, server_frame("4" + text)));
        world.owners.clear();
    }
}

} // namespace
} // namespace partyline::net
