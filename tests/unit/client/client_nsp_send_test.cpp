// What a namespace sends and when, and who is told of an answer.
#include "unit/client/connection_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partyline::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string const disconnected = std::string(describe(errc::disconnected));
std::string const timed_out = std::string(describe(errc::timed_out));
std::string const queue_full = std::string(describe(errc::queue_full));

struct client_nsp_send : ::testing::Test
{
    connection_world world;
    client_nsp_send()
    {
        world.connect();
        world.join();
        (void)world.seen();
    }
    void back()
    {
        world.after(1s);
        world.join();
    }
};

TEST_F(client_nsp_send, sends_events_and_receives_them)
{
    EXPECT_EQ(world.emit("x", {1, "two", value::object{{"three", 3}}}), emitted::sent);
    EXPECT_EQ(world.emit("b", {binary::from_text("bytes")}), emitted::sent);
    world.ws(R"(42["y",1,null])");
    EXPECT_THAT(world.seen(),
                ElementsAre(R"(wire: 42["x",1,"two",{"three":3}])", R"(wire: 451-["b",{"_placeholder":true,"num":0}])",
                            "wire binary: bytes", "event /: y 1 null"));
}

TEST_F(client_nsp_send, keeps_events_while_it_is_away_and_sends_them_before_joined_is_told)
{
    world.lose();
    EXPECT_EQ(world.emit("a"), emitted::buffered);
    EXPECT_EQ(world.emit("b", {}, {.is_volatile = true}), emitted::dropped);
    EXPECT_EQ(world.emit("c"), emitted::buffered);
    EXPECT_EQ(world.nsp().buffered_packets(), 2U);
    world.after(1s);
    world.accept();
    EXPECT_EQ(world.emit("d"), emitted::buffered);
    (void)world.seen();
    world.ws(R"(40{"sid":"abc"})");
    EXPECT_THAT(world.seen(),
                ElementsAre("joined / as abc", R"(wire: 42["a"])", R"(wire: 42["c"])", R"(wire: 42["d"])"));
    EXPECT_EQ(world.nsp().buffered_packets(), 0U);
    EXPECT_EQ(world.nsp().buffered_bytes(), 0U);
}

TEST_F(client_nsp_send, keeps_events_after_it_has_left_until_it_joins_again)
{
    world.disconnect();
    EXPECT_EQ(world.emit("a"), emitted::buffered);
    world.connect();
    world.join();
    EXPECT_EQ(world.seen().back(), R"(wire: 42["a"])");
}

TEST_F(client_nsp_send, drops_volatile_events_that_cannot_leave_now)
{
    world.stop_reading();
    world.emit("a");
    EXPECT_EQ(world.emit("b", {}, {.is_volatile = true}), emitted::dropped);
    world.read_again();
    EXPECT_EQ(world.emit("c", {}, {.is_volatile = true}), emitted::sent);
    EXPECT_THAT(world.seen(), ElementsAre(R"(wire: 42["a"])", R"(wire: 42["c"])"));
}

TEST_F(client_nsp_send, keeps_a_volatile_event_where_only_the_reply_is_missing)
{
    world.lose();
    world.after(1s);
    world.accept();
    EXPECT_EQ(world.emit("a", {}, {.is_volatile = true}), emitted::buffered); // as the official client
}

TEST_F(client_nsp_send, keeps_events_when_the_watchdog_should_have_fired)
{
    world.sleep(45s);
    EXPECT_EQ(world.emit("a"), emitted::buffered);
    world.after(0ms);
    EXPECT_THAT(world.seen(), ElementsAre("close link 1.0", "closed: ping timeout", "left /: ping timeout"));
    back();
    EXPECT_EQ(world.seen().back(), R"(wire: 42["a"])");
}

TEST_F(client_nsp_send, shows_what_leaves_later_than_it_was_emitted)
{
    EXPECT_EQ(world.emit("now", {}, {.shown = true}), emitted::sent);
    world.lose();
    EXPECT_EQ(world.emit("later", {}, {.shown = true}), emitted::buffered);
    world.after(1s);
    (void)world.seen();
    world.join();
    EXPECT_THAT(world.seen(), ElementsAre("opened", "reconnected 1", "wire: 40", "leaves: later", "joined / as abc",
                                          R"(wire: 42["later"])"));
}

// --- limits ----------------------------------------------------------------------------------------------------------

TEST_F(client_nsp_send, refuses_what_does_not_fit_into_the_buffer)
{
    world.lose();
    world.nsp().options().send_buffer = {.bytes = 1000, .packets = 2};
    world.emit("a", {}, {.token = 1});
    world.emit("b");
    EXPECT_EQ(world.emit("c", {}, {.token = 2}), emitted::refused);
    EXPECT_EQ(world.nsp().pending_acks(), 1U);
    back();
    EXPECT_EQ(world.emit("d", {std::string(2000, 'x')}), emitted::sent);
    world.lose();
    EXPECT_EQ(world.emit("e", {std::string(2000, 'x')}), emitted::refused);
}

TEST_F(client_nsp_send, drops_the_oldest_if_that_is_the_policy_and_fails_their_acks)
{
    world.lose();
    world.nsp().options().on_overflow = buffer_overflow::drop_oldest;
    world.nsp().options().send_buffer = {.bytes = 1000, .packets = 2};
    world.emit("a", {}, {.token = 1});
    world.emit("b", {}, {.token = 2});
    (void)world.seen();
    EXPECT_EQ(world.emit("c"), emitted::buffered);
    EXPECT_THAT(world.seen(), ElementsAre("no ack 1: " + queue_full));
    EXPECT_EQ(world.emit("d", {std::string(900, 'x')}), emitted::buffered);
    EXPECT_LE(world.nsp().buffered_bytes(), 1000U);
    EXPECT_EQ(world.emit("e", {std::string(1000, 'x')}), emitted::refused) << "it would fit into no buffer";
    EXPECT_EQ(world.nsp().buffered_packets(), 2U);
}

TEST_F(client_nsp_send, refuses_what_a_connection_does_not_take)
{
    world->options().send_queue = {.bytes = 500, .packets = 3};
    world.stop_reading();
    EXPECT_EQ(world.emit("a", {std::string(1000, 'x')}), emitted::sent) << "one event may be of any size";
    EXPECT_EQ(world.emit("b"), emitted::refused);
    world.read_again();
    world.stop_reading();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(world.emit("c"), emitted::sent);
    EXPECT_EQ(world.emit("d", {}, {.token = 1}), emitted::refused);
    EXPECT_EQ(world.nsp().pending_acks(), 0U);
    world.ws(R"(421["x"])");
    EXPECT_FALSE(world.acknowledge({})) << "acknowledgements count, too";
    world.read_again();
    world.stop_reading();
    EXPECT_EQ(world.emit("e"), emitted::sent);
    EXPECT_EQ(world.emit("f", {binary::from_text(std::string(600, 'x'))}), emitted::refused) << "so do attachments";
}

TEST_F(client_nsp_send, refuses_to_wait_for_more_acknowledgements_than_its_limit)
{
    world.nsp("/few", {.max_pending_acks = 2});
    world.connect("/few");
    world.ws(R"(40/few,{"sid":"f"})");
    EXPECT_EQ(world.emit("x", {}, {.nsp = "/few", .token = 1}), emitted::sent);
    EXPECT_EQ(world.emit("x", {}, {.nsp = "/few", .token = 2}), emitted::sent);
    EXPECT_EQ(world.emit("x", {}, {.nsp = "/few", .token = 3}), emitted::refused);
    EXPECT_EQ(world.emit("x", {}, {.nsp = "/few"}), emitted::sent);
    world.ws("43/few,0[]");
    EXPECT_EQ(world.emit("x", {}, {.nsp = "/few", .token = 4}), emitted::sent);
}

// --- acknowledgements ------------------------------------------------------------------------------------------------

TEST_F(client_nsp_send, numbers_acknowledgements_and_never_begins_again)
{
    world.emit("a", {}, {.token = 70});
    world.emit("b");
    world.emit("c", {}, {.token = 71});
    world.ws(R"(431["for c",2])");
    world.ws("430[]");
    EXPECT_THAT(world.seen(), ElementsAre(R"(wire: 420["a"])", R"(wire: 42["b"])", R"(wire: 421["c"])",
                                          R"(ack 71: "for c" 2)", "ack 70:"));
    world.lose();
    back();
    (void)world.seen();
    world.emit("d", {}, {.token = 72});
    EXPECT_THAT(world.seen(), ElementsAre(R"(wire: 422["d"])"));
}

TEST_F(client_nsp_send, takes_an_answer_once_and_no_answer_that_nobody_waits_for)
{
    world.emit("a", {}, {.token = 1});
    world.ws("430[]");
    world.ws("430[]");
    world.ws("4399[]");
    world.ws("4318446744073709551615[]");
    EXPECT_THAT(world.seen(), ElementsAre(R"(wire: 420["a"])", "ack 1:"));
    EXPECT_TRUE(world.nsp().is_connected());
}

TEST_F(client_nsp_send, takes_binary_answers)
{
    world.emit("a", {}, {.token = 1});
    world.ws(R"(461-0[{"_placeholder":true,"num":0}])");
    world.ws_binary("bytes");
    EXPECT_THAT(world.seen(), ElementsAre(R"(wire: 420["a"])", "ack 1: <bytes>"));
}

TEST_F(client_nsp_send, answers_events_of_the_server)
{
    world.ws(R"(4212["question",1])");
    EXPECT_TRUE(world.acknowledge({"answer", 2}));
    EXPECT_THAT(world.seen(), ElementsAre("event /: question 1 #12", R"(wire: 4312["answer",2])"));
    world.lose();
    EXPECT_FALSE(world.acknowledge({"too late"}));
    back();
    EXPECT_FALSE(world.acknowledge({"for another connection"}));
}

TEST_F(client_nsp_send, fails_an_acknowledgement_in_time)
{
    world.emit("a", {}, {.token = 1, .timeout = 2s});
    world.nsp().options().ack_timeout = 3s;
    world.emit("b", {}, {.token = 2});
    world.after(1999ms);
    (void)world.seen();
    world.after(1ms);
    EXPECT_THAT(world.seen(), ElementsAre("no ack 1: " + timed_out));
    world.ws("430[]"); // too late
    world.after(1s);
    EXPECT_THAT(world.seen(), ElementsAre("no ack 2: " + timed_out));
    EXPECT_EQ(world.nsp().pending_acks(), 0U);
}

TEST_F(client_nsp_send, removes_an_event_from_the_buffer_whose_time_is_over)
{
    world.lose();
    world.emit("a", {}, {.token = 1, .timeout = 100ms});
    world.emit("b");
    world.after(100ms);
    EXPECT_EQ(world.seen().back(), "no ack 1: " + timed_out);
    EXPECT_EQ(world.nsp().buffered_packets(), 1U);
    back();
    EXPECT_EQ(world.seen().back(), R"(wire: 42["b"])");
    EXPECT_EQ(world.nsp().buffered_bytes(), 0U);
}

TEST_F(client_nsp_send, fails_what_was_under_way_when_the_connection_is_lost_and_keeps_what_is_buffered)
{
    world.emit("a", {}, {.token = 1});
    world.emit("b", {}, {.token = 2, .timeout = 10s});
    world.on("left /: transport close", [&] { world.emit("c", {}, {.token = 3}); });
    (void)world.seen();
    world.lose();
    EXPECT_THAT(world.seen(),
                ElementsAre("closed: transport close (websocket connection closed)", "left /: transport close",
                            "no ack 1: " + disconnected, "no ack 2: " + disconnected));
    back();
    world.ws("432[7]");
    EXPECT_EQ(world.seen().back(), "ack 3: 7");
    EXPECT_EQ(world.nsp().pending_acks(), 0U);
}

TEST_F(client_nsp_send, fails_the_acknowledgement_of_a_dropped_event_by_its_time)
{
    world.lose();
    (void)world.seen();
    EXPECT_EQ(world.emit("a", {}, {.is_volatile = true, .token = 1, .timeout = 500ms}), emitted::dropped);
    world.after(500ms);
    EXPECT_THAT(world.seen(), ElementsAre("no ack 1: " + timed_out));
}

// --- retries ---------------------------------------------------------------------------------------------------------

struct client_nsp_retry : ::testing::Test
{
    connection_world world;
    client_nsp_retry()
    {
        world.connect("/", {.retries = 2, .ack_timeout = 1s});
        world.join();
        (void)world.seen();
    }
};

TEST_F(client_nsp_retry, sends_one_event_after_the_other)
{
    EXPECT_EQ(world.emit("a", {}, {.token = 1}), emitted::sent);
    EXPECT_EQ(world.emit("b", {}, {.token = 2}), emitted::buffered);
    EXPECT_EQ(world.emit("c"), emitted::buffered);
    EXPECT_THAT(world.seen(), ElementsAre(R"(wire: 420["a"])"));
    world.ws("430[1]");
    EXPECT_THAT(world.seen(), ElementsAre("ack 1: 1", R"(wire: 421["b"])"));
    world.ws("431[2]");
    world.ws("432[3]");
    EXPECT_THAT(world.seen(), ElementsAre("ack 2: 2", R"(wire: 422["c"])"));
    EXPECT_EQ(world.nsp().queued_for_retry(), 0U);
    EXPECT_EQ(world.nsp().pending_acks(), 0U);
}

TEST_F(client_nsp_retry, sends_an_event_again_until_it_is_acknowledged)
{
    world.emit("a", {}, {.token = 1});
    world.emit("b");
    world.after(1s);
    EXPECT_THAT(world.seen(), ElementsAre(R"(wire: 420["a"])", R"(wire: 421["a"])"));
    world.ws("430[]"); // the answer to the first is too late
    world.after(1s);
    EXPECT_THAT(world.seen(), ElementsAre(R"(wire: 422["a"])"));
    world.ws("432[]");
    EXPECT_THAT(world.seen(), ElementsAre("ack 1:", R"(wire: 423["b"])"));
}

TEST_F(client_nsp_retry, gives_an_event_up_after_the_last_try)
{
    world.emit("a", {}, {.token = 1});
    world.emit("b", {}, {.token = 2});
    world.after(2s);
    EXPECT_THAT(world.seen(), ElementsAre(R"(wire: 420["a"])", R"(wire: 421["a"])", R"(wire: 422["a"])"));
    world.after(1s);
    EXPECT_THAT(world.seen(), ElementsAre("no ack 1: " + timed_out, R"(wire: 423["b"])"));
}

TEST_F(client_nsp_retry, sends_the_first_again_after_each_return)
{
    world.emit("a", {}, {.token = 1});
    world.emit("b");
    world.lose();
    (void)world.seen();
    world.after(1s);
    world.join();
    EXPECT_THAT(world.seen(), ElementsAre("attempt 1", "open link 2.0", "opened", "reconnected 1", "wire: 40",
                                          "joined / as abc", R"(wire: 421["a"])"));
    world.ws("431[]");
    EXPECT_THAT(world.seen(), ElementsAre("ack 1:", R"(wire: 422["b"])"));
}

TEST_F(client_nsp_retry, counts_each_loss_of_the_connection_as_a_try)
{
    world.emit("a", {}, {.token = 1});
    for (int loss = 0; loss < 2; ++loss) {
        world.lose();
        world.after(1s);
        world.join();
    }
    (void)world.seen();
    world.lose();
    EXPECT_THAT(world.seen(), ElementsAre("closed: transport close (websocket connection closed)",
                                          "left /: transport close", "no ack 1: " + disconnected));
    EXPECT_EQ(world.nsp().queued_for_retry(), 0U);
}

TEST_F(client_nsp_retry, without_a_time_limit_counts_no_loss_and_tries_after_each_return)
{
    world.nsp().options().ack_timeout.reset();
    world.emit("a", {}, {.token = 1});
    for (int loss = 0; loss < 10; ++loss) {
        world.lose();
        world.after(1s);
        world.join();
    }
    EXPECT_EQ(world.seen().back(), R"(wire: 4210["a"])");
    EXPECT_EQ(world.nsp().pending_acks(), 1U);
    world.after(20s);
    world.ws("4310[]");
    EXPECT_EQ(world.seen().back(), "ack 1:");
}

TEST_F(client_nsp_retry, takes_what_is_emitted_while_it_is_away)
{
    world.lose();
    EXPECT_EQ(world.emit("a", {}, {.shown = true}), emitted::buffered);
    EXPECT_EQ(world.emit("b", {}, {.shown = true}), emitted::buffered);
    world.after(1s);
    (void)world.seen();
    world.join();
    EXPECT_THAT(world.seen(), ElementsAre("opened", "reconnected 1", "wire: 40", "leaves: a", "joined / as abc",
                                          R"(wire: 420["a"])"));
    world.after(1s); // once more, but it is not shown again
    world.ws("431[]");
    EXPECT_THAT(world.seen(), ElementsAre(R"(wire: 421["a"])", "leaves: b", R"(wire: 422["b"])"));
}

TEST_F(client_nsp_retry, lets_volatile_events_pass_by)
{
    world.emit("a");
    EXPECT_EQ(world.emit("b", {}, {.is_volatile = true}), emitted::sent);
    EXPECT_THAT(world.seen(), ElementsAre(R"(wire: 420["a"])", R"(wire: 42["b"])"));
    EXPECT_EQ(world.nsp().queued_for_retry(), 1U);
}

TEST_F(client_nsp_retry, refuses_more_than_its_limit)
{
    world.nsp().options().retry_queue = {.bytes = 1000, .packets = 2};
    world.emit("a");
    world.emit("b");
    EXPECT_EQ(world.emit("c"), emitted::refused);
    world.ws("430[]");
    EXPECT_EQ(world.emit("d", {std::string(1000, 'x')}), emitted::refused);
    EXPECT_EQ(world.emit("e"), emitted::buffered);
    world.ws("431[]");
    world.ws("432[]");
    EXPECT_EQ(world.nsp().queued_for_retry(), 0U);
}

TEST_F(client_nsp_retry, counts_attachments_towards_its_limit)
{
    world.nsp().options().retry_queue = {.bytes = 1000, .packets = 10};
    EXPECT_EQ(world.emit("a", {binary::from_text(std::string(600, 'x'))}), emitted::sent);
    EXPECT_EQ(world.emit("b", {binary::from_text(std::string(600, 'x'))}), emitted::refused);
    EXPECT_EQ(world.emit("c", {binary::from_text("x")}), emitted::buffered);
}

TEST_F(client_nsp_retry, keeps_binary_and_compression_of_each_try)
{
    world.emit("a", {binary::from_text("bytes")});
    world.after(1s);
    EXPECT_THAT(world.seen(), ElementsAre(R"(wire: 451-0["a",{"_placeholder":true,"num":0}])", "wire binary: bytes",
                                          R"(wire: 451-1["a",{"_placeholder":true,"num":0}])", "wire binary: bytes"));
}

} // namespace
} // namespace partyline::testing
