// The reading half of a link, its heartbeat on the WebSocket's own level, and all the ways in which it ends.
#include "net/link.hpp"

#include "unit/net/net_world.hpp"
#include "websocket/deflater.hpp"

namespace partyline::net {
namespace {

using namespace std::chrono_literals;
using test::client_frame;
using test::net_world;
using test::server_frame;
using test::test_owner;
using test::text_frame;
using websocket::opcode;

std::string close_payload(std::uint16_t code) { return {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)}; }

class link_test : public testing::Test
{
protected:
    test::plain_client& open(std::string_view early = {}) { return world.open_link(owner, how, early); }
    [[nodiscard]] std::size_t links() const { return world.table.size(); }

    net_world world;
    link_options how{.close_timeout = 2s};
    test_owner owner;
};

TEST_F(link_test, delivers_messages_with_readable_bytes_behind_them)
{
    auto& client = open();
    int checked = 0;
    owner.on_data = [&](link&, bool, std::string_view data) {
        test::touch_behind(data);
        ++checked;
    };
    client.send(text_frame("one") + client_frame(opcode::binary, "\x01\x02") + text_frame(std::string(60'000, 'x')));
    ASSERT_TRUE(world.until([&] { return owner.messages.size() == 3; }));
    EXPECT_EQ(owner.messages[0], "one");
    EXPECT_EQ(owner.messages[2].size(), 60'000u);
    EXPECT_EQ(checked, 3);
}

TEST_F(link_test, reads_frames_split_at_every_byte_and_owns_nothing_afterwards)
{
    auto& client = open();
    std::string const frames = text_frame("alpha") + client_frame(opcode::text, "be", false) +
                               client_frame(opcode::ping, "p") + client_frame(opcode::continuation, "ta");
    for (std::size_t cut = 1; cut < frames.size(); ++cut) {
        owner.messages.clear();
        client.text.clear();
        auto const before = world.shard.counters().read_bytes;
        client.send(frames.substr(0, cut));
        ASSERT_TRUE(world.until([&] { return world.shard.counters().read_bytes == before + cut; }));
        client.send(frames.substr(cut));
        ASSERT_TRUE(world.until([&] { return owner.messages.size() == 2; })) << cut;
        EXPECT_EQ(owner.messages, (std::vector<std::string>{"alpha", "beta"}));
        ASSERT_TRUE(world.until_text(client, server_frame("p", opcode::pong)));
    }
    auto const allocations = world.shard.counters().state_allocations;
    client.send(text_frame("whole"));
    ASSERT_TRUE(world.until([&] { return owner.messages.size() == 3; }));
    EXPECT_EQ(world.shard.counters().state_allocations, allocations);
    EXPECT_EQ(owner.current->kept_bytes(), 0u);
}

TEST_F(link_test, counts_what_it_had_of_a_message_when_it_ended)
{
    auto& client = open();
    client.send(text_frame("whole") + client_frame(opcode::text, std::string(5000, 'h'), false));
    ASSERT_TRUE(world.until([&] { return owner.messages.size() == 1; }));
    EXPECT_EQ(world.shard.counters().dropped_bytes, 0u);
    client.close();
    ASSERT_TRUE(world.until([&] { return world.table.size() == 0; }));
    EXPECT_GE(world.shard.counters().dropped_bytes, 5000u);
    EXPECT_LT(world.shard.counters().dropped_bytes, 20'000u) << "the whole buffer of it, and no more";

    auto const before = world.shard.counters().dropped_bytes;
    auto& rude = open();
    auto const read = world.shard.counters().read_bytes;
    rude.send(client_frame(opcode::text, std::string(5000, 'h'), false));
    ASSERT_TRUE(world.until([&] { return world.shard.counters().read_bytes > read + 5000; }));
    rude.send(text_frame("not in the middle of another"));
    ASSERT_TRUE(world.until([&] { return world.shard.counters().dropped_bytes >= before + 5000; }));
}

TEST_F(link_test, reads_a_bounded_number_of_messages_a_turn_and_none_is_lost)
{
    auto& client = open();
    std::vector<std::size_t> per_turn{0};
    owner.on_data = [&](link&, bool, std::string_view) { ++per_turn.back(); };
    world.at_turn_end = [&] { per_turn.push_back(0); };
    std::string all;
    for (int i = 0; i < 1000; ++i) all += text_frame(std::to_string(i));
    client.send(all);
    ASSERT_TRUE(world.until([&] { return owner.messages.size() == 1000; }));
    for (int i = 0; i < 1000; ++i) ASSERT_EQ(owner.messages[static_cast<std::size_t>(i)], std::to_string(i));
    for (auto const count : per_turn) EXPECT_LE(count, 32u);
    client.send(text_frame("after"));
    EXPECT_TRUE(world.until([&] { return owner.messages.size() == 1001; }));
}

TEST_F(link_test, lets_others_speak_while_one_floods)
{
    auto& flood = open();
    test_owner other;
    auto& quiet = world.open_link(other, how);
    std::string all;
    for (int i = 0; i < 5000; ++i) all += text_frame("x");
    flood.send(all);
    quiet.send(text_frame("me too"));
    ASSERT_TRUE(world.until([&] { return other.messages.size() == 1; }));
    EXPECT_LT(owner.messages.size(), 4000u);
}

TEST_F(link_test, answers_pings_together_at_the_end_of_the_turn)
{
    auto& client = open();
    auto const writes = world.shard.counters().write_calls;
    client.send(client_frame(opcode::ping, "a") + client_frame(opcode::ping, "b") + client_frame(opcode::ping, ""));
    ASSERT_TRUE(world.until_text(client, server_frame("a", opcode::pong) + server_frame("b", opcode::pong) +
                                             server_frame("", opcode::pong)));
    EXPECT_EQ(world.shard.counters().write_calls, writes + 1);
}

TEST_F(link_test, sends_pongs_with_the_messages_of_the_same_turn)
{
    auto& client = open();
    owner.on_data = [&](link&, bool, std::string_view data) { owner.queue.push_back(test::make_delivery(data)); };
    auto const writes = world.shard.counters().write_calls;
    client.send(client_frame(opcode::ping, "p") + text_frame("m"));
    ASSERT_TRUE(world.until_text(client, server_frame("p", opcode::pong) + server_frame("4m")));
    EXPECT_EQ(world.shard.counters().write_calls, writes + 1);
}

TEST_F(link_test, ends_a_flood_of_pings_from_someone_who_reads_nothing)
{
    how.max_pending_pongs = 60;
    auto& client = world.open_link(owner, how, {}, 4096);
    client.stopped = true;
    std::string const pings = [] {
        std::string out;
        for (int i = 0; i < 100; ++i) out += client_frame(opcode::ping, std::string(125, 'p'));
        return out;
    }();
    ASSERT_TRUE(world.until(
        [&] {
            if (client.all_sent()) client.send(pings);
            return owner.ends == 1;
        },
        20s));
    EXPECT_EQ(owner.end.reason, errc::limit_exceeded);
    EXPECT_EQ(links(), 0u);
}

TEST_F(link_test, serves_any_number_of_pings_to_someone_who_reads)
{
    how.max_pending_pongs = 60;
    auto& client = open();
    for (int i = 0; i < 1000; ++i) client.send(client_frame(opcode::ping, ""));
    EXPECT_TRUE(world.until([&] { return client.text.size() == 2000; }));
    EXPECT_EQ(owner.ends, 0);
}

TEST_F(link_test, answers_a_close_frame_and_reports_a_clean_end)
{
    auto& client = open();
    client.send(client_frame(opcode::close, close_payload(4321) + "bye") + text_frame("too late"));
    ASSERT_TRUE(world.until([&] { return client.ended; }));
    EXPECT_EQ(client.text, server_frame(close_payload(4321), opcode::close));
    EXPECT_EQ(owner.ends, 1);
    EXPECT_EQ(owner.end.code, 4321);
    EXPECT_TRUE(owner.end.clean);
    EXPECT_TRUE(owner.messages.empty());
    client.close();
    EXPECT_TRUE(world.until([&] { return links() == 0; }));
}

TEST_F(link_test, answers_an_empty_close_frame_with_an_empty_one)
{
    auto& client = open();
    client.send(client_frame(opcode::close, ""));
    ASSERT_TRUE(world.until([&] { return client.ended; }));
    EXPECT_EQ(client.text, server_frame("", opcode::close));
    EXPECT_EQ(owner.end.code, 1005);
    EXPECT_TRUE(owner.end.clean);
}

TEST_F(link_test, closes_with_the_code_that_a_bad_frame_deserves)
{
    struct row
    {
        std::string bytes;
        std::uint16_t code;
        errc reason;
    };
    how.messages.max_message_size = 100;
    for (row const& each : {row{"\x81\x05hello", 1002, errc::invalid_frame},
                            row{client_frame(opcode::text, "\xff\xfe"), 1007, errc::invalid_utf8},
                            row{text_frame(std::string(101, 'x')), 1009, errc::message_too_big},
                            row{client_frame(opcode::text, "x", true, true), 1002, errc::invalid_frame}})
    {
        test_owner mine;
        auto& client = world.open_link(mine, how);
        client.send(each.bytes + std::string(10'000, 'z'));
        ASSERT_TRUE(world.until([&] { return client.ended; }));
        EXPECT_EQ(client.text, server_frame(close_payload(each.code), opcode::close));
        EXPECT_FALSE(client.was_reset);
        EXPECT_EQ(mine.ends, 1);
        EXPECT_EQ(mine.end.code, each.code);
        EXPECT_EQ(mine.end.reason, each.reason);
        EXPECT_FALSE(mine.end.clean);
        client.close();
        world.owners.clear();
    }
    EXPECT_TRUE(world.until([&] { return links() == 0; }));
}

TEST_F(link_test, closes_behind_what_was_queued_and_waits_for_the_answer)
{
    auto& client = open();
    owner.queue.push_back(test::make_delivery("last"));
    owner.flush();
    owner.current->close(1001, "going");
    client.send(text_frame("not heard any more"));
    std::string const farewell = server_frame("4last") + server_frame(close_payload(1001) + "going", opcode::close);
    ASSERT_TRUE(world.until_text(client, farewell));
    EXPECT_EQ(owner.ends, 0);
    client.send(client_frame(opcode::close, close_payload(1001)));
    ASSERT_TRUE(world.until([&] { return owner.ends == 1; }));
    EXPECT_TRUE(owner.end.clean);
    EXPECT_EQ(owner.end.code, 1001);
    EXPECT_TRUE(owner.messages.empty());
    EXPECT_TRUE(world.until([&] { return client.ended; }));
    client.close();
    EXPECT_TRUE(world.until([&] { return links() == 0; }));
}

TEST_F(link_test, waits_for_the_answer_to_its_close_no_longer_than_allowed)
{
    how.close_timeout = 30ms;
    auto& client = open();
    owner.current->close();
    ASSERT_TRUE(world.until_text(client, server_frame("", opcode::close)));
    ASSERT_TRUE(world.until([&] { return owner.ends == 1; }));
    EXPECT_EQ(owner.end.reason, errc::timed_out);
    EXPECT_FALSE(owner.end.clean);
    EXPECT_EQ(links(), 0u);
}

TEST_F(link_test, reports_an_end_without_a_close_frame)
{
    for (bool const reset : {false, true}) {
        test_owner mine;
        auto& client = world.open_link(mine, how);
        if (reset)
            client.reset();
        else
            client.close();
        ASSERT_TRUE(world.until([&] { return mine.ends == 1; }));
        EXPECT_EQ(mine.end.code, 1006);
        EXPECT_FALSE(mine.end.clean);
        EXPECT_EQ(mine.end.reason, errc::disconnected);
        EXPECT_EQ(links(), 0u);
        world.owners.clear();
    }
}

TEST_F(link_test, reads_all_that_came_before_the_end)
{
    auto& client = open();
    for (int i = 0; i < 500; ++i) client.send(text_frame("x"));
    client.pump();
    client.close();
    ASSERT_TRUE(world.until([&] { return owner.ends == 1; }));
    EXPECT_EQ(owner.messages.size(), 500u);
}

TEST_F(link_test, may_be_aborted_or_closed_out_of_its_own_message)
{
    auto& client = open();
    owner.on_data = [&](link& from, bool, std::string_view) {
        from.abort();
        owner.current = nullptr;
    };
    client.send(text_frame("a") + text_frame("b"));
    ASSERT_TRUE(world.until([&] { return client.ended; }));
    EXPECT_EQ(owner.messages.size(), 1u);
    EXPECT_EQ(owner.ends, 0);
    EXPECT_EQ(links(), 0u);

    test_owner second;
    auto& other = world.open_link(second, how);
    second.on_data = [&](link& from, bool, std::string_view) { from.close(4000); };
    other.send(text_frame("a") + text_frame("b"));
    ASSERT_TRUE(world.until_text(other, server_frame(close_payload(4000), opcode::close)));
    EXPECT_EQ(second.messages.size(), 1u);
}

TEST_F(link_test, inflates_messages_with_and_without_context)
{
    for (bool const takeover : {false, true}) {
        test_owner mine;
        world.deflate =
            websocket::deflate_parameters{.server_no_context_takeover = true, .client_no_context_takeover = !takeover};
        websocket::deflater press(takeover, 15);
        auto& client = world.open_link(mine, how);
        for (int i = 0; i < 3; ++i) {
            std::string payload;
            ASSERT_TRUE(press.deflate("the same text, the same text", payload));
            client.send(client_frame(opcode::text, payload, true, true));
        }
        ASSERT_TRUE(world.until([&] { return mine.messages.size() == 3; }));
        for (auto const& message : mine.messages) EXPECT_EQ(message, "the same text, the same text");
        world.owners.clear();
    }
}

} // namespace
} // namespace partyline::net
