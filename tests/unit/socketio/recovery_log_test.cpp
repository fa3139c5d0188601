#include <socketio/recovery_log.hpp>

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partyline::socketio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using data = std::unique_ptr<int>;
using log = recovery_log<std::string, data>;

constexpr log::time_point start{};
constexpr auto max_age = 120s;

struct recovery_log_test : testing::Test
{
    log recovery{{.max_age = max_age}};
    std::uint64_t next = 1;
    log::time_point now = start;

    // answers the offset
    std::uint64_t emit(std::string const& message, std::vector<std::string> rooms = {},
                       std::vector<std::string> except = {})
    {
        recovery.append(next, message, message.size(), std::move(rooms), std::move(except), now);
        return next++;
    }
    static log::session session(std::string pid = "pid", std::string sid = "sid")
    {
        log::session lost;
        lost.pid = std::move(pid);
        lost.sid = std::move(sid);
        return lost;
    }
    void park(std::vector<std::string> rooms, std::optional<std::uint64_t> first = {},
              std::optional<std::uint64_t> last = {})
    {
        auto lost = session();
        lost.rooms = std::move(rooms);
        lost.first_offset = first;
        lost.last_offset = last;
        recovery.park(std::move(lost), now);
    }
    std::vector<std::string> missed(std::optional<std::uint64_t> offset)
    {
        auto back = recovery.restore("pid", offset, now);
        EXPECT_TRUE(back) << describe(back ? errc{} : back.error());
        return back ? std::move(back->missed) : std::vector<std::string>{"not restored"};
    }
};

TEST_F(recovery_log_test, a_session_comes_back_as_it_was)
{
    auto lost = session("secret", "name");
    lost.rooms = {"a", "b"};
    lost.data = std::make_unique<int>(42);
    recovery.park(std::move(lost), now);
    auto back = recovery.restore("secret", {}, now);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->socket.sid, "name");
    EXPECT_THAT(back->socket.rooms, ElementsAre("a", "b"));
    EXPECT_EQ(*back->socket.data, 42);
}

TEST_F(recovery_log_test, what_followed_the_last_offset_is_sent_again_in_order)
{
    auto const first = emit("one");
    auto const seen = emit("two");
    emit("three");
    park({}, first, next - 1);
    emit("four");
    EXPECT_THAT(missed(seen), ElementsAre("three", "four"));
}

TEST_F(recovery_log_test, only_what_was_meant_for_its_rooms_is_sent_again)
{
    auto const seen = emit("seen");
    park({"mine", "also mine"}, seen, seen);
    emit("to all");
    emit("to me", {"sid"});
    emit("to another", {"other sid"});
    emit("to my room", {"mine"});
    emit("to two rooms, mine among them", {"foreign", "also mine"});
    emit("to all but me", {}, {"sid"});
    emit("to my room but not to me", {"mine"}, {"sid"});
    emit("to one of my rooms but not the other", {"mine"}, {"also mine"});
    emit("to all but others", {}, {"foreign"});
    EXPECT_THAT(missed(seen),
                ElementsAre("to all", "to me", "to my room", "to two rooms, mine among them", "to all but others"));
}

TEST_F(recovery_log_test, a_client_that_was_never_sent_anything_gets_what_came_since_it_was_lost)
{
    emit("before its time");
    park({});
    emit("missed");
    EXPECT_THAT(missed({}), ElementsAre("missed"));
}

TEST_F(recovery_log_test, a_client_that_received_none_of_what_was_sent_gets_it_from_the_first)
{
    emit("before its time");
    auto const first = emit("lost on the way");
    emit("lost, too");
    park({}, first, next - 1);
    emit("missed");
    EXPECT_THAT(missed({}), ElementsAre("lost on the way", "lost, too", "missed"));
}

TEST_F(recovery_log_test, a_client_that_has_seen_the_last_thing_sent_to_it_may_have_seen_it_long_ago)
{
    auto const seen = emit("long ago", {"sid"});
    now += 1h;
    recovery.tick(now);
    EXPECT_EQ(recovery.events(), 0U);
    park({}, seen, seen);
    emit("missed");
    EXPECT_THAT(missed(seen), ElementsAre("missed"));
}

TEST_F(recovery_log_test, an_offset_that_has_fallen_out_is_refused)
{
    auto const seen = emit("seen");
    emit("missed and forgotten");
    now += 1h;
    recovery.tick(now);
    park({}, seen, next - 1);
    EXPECT_EQ(recovery.restore("pid", seen, now).error(), errc::not_found);
    EXPECT_EQ(recovery.sessions(), 0U);
}

TEST_F(recovery_log_test, a_gap_that_opened_while_it_was_away_is_refused)
{
    log small({.max_events = 2});
    small.park(session(), now);
    for (std::uint64_t offset = 1; offset <= 3; ++offset) small.append(offset, "m", 1, {}, {}, now);
    EXPECT_EQ(small.restore("pid", {}, now).error(), errc::not_found);
}

TEST_F(recovery_log_test, what_was_logged_but_had_not_reached_its_thread_is_missed)
{
    auto const seen = emit("seen", {"sid"});
    auto lost = session();
    lost.first_offset = lost.last_offset = seen;
    lost.reached = emit("for others", {"other sid"});
    emit("logged, not sent");
    recovery.park(std::move(lost), now);
    emit("missed");
    EXPECT_THAT(missed(seen), ElementsAre("logged, not sent", "missed"));
}

TEST_F(recovery_log_test, a_gap_between_what_had_reached_its_thread_and_the_log_is_refused)
{
    log small({.max_events = 2});
    for (std::uint64_t offset = 1; offset <= 4; ++offset) small.append(offset, "m", 1, {}, {}, now);
    for (auto const& [reached, complete] : {std::pair{1U, false}, std::pair{2U, true}, std::pair{4U, true}}) {
        auto lost = session();
        lost.reached = reached;
        small.park(std::move(lost), now);
        auto const back = small.restore("pid", {}, now);
        EXPECT_EQ(back.has_value(), complete) << reached;
        if (!back) {
            EXPECT_EQ(back.error(), errc::not_found);
        }
    }
}

TEST_F(recovery_log_test, an_offset_that_was_never_given_out_is_refused)
{
    auto const first = emit("one");
    park({}, first, first);
    EXPECT_EQ(recovery.restore("pid", 999, now).error(), errc::not_found);
}

TEST_F(recovery_log_test, an_unknown_pid_is_refused)
{
    park({});
    EXPECT_EQ(recovery.restore("other", {}, now).error(), errc::unknown_session);
    EXPECT_EQ(recovery.sessions(), 1U);
}

TEST_F(recovery_log_test, a_session_comes_back_once)
{
    park({});
    EXPECT_TRUE(recovery.restore("pid", {}, now));
    EXPECT_EQ(recovery.restore("pid", {}, now).error(), errc::unknown_session);
}

TEST_F(recovery_log_test, a_session_does_not_come_back_after_its_time)
{
    park({});
    now += max_age - 1ms;
    park({}); // the same pid starts anew
    now += max_age - 1ms;
    EXPECT_EQ(recovery.sessions(), 1U);
    EXPECT_TRUE(recovery.restore("pid", {}, now));
    park({});
    now += max_age;
    EXPECT_EQ(recovery.restore("pid", {}, now).error(), errc::timed_out);
    EXPECT_EQ(recovery.sessions(), 0U);
}

TEST_F(recovery_log_test, a_forgotten_session_does_not_come_back)
{
    park({});
    EXPECT_TRUE(recovery.forget("pid"));
    EXPECT_FALSE(recovery.forget("pid"));
    EXPECT_EQ(recovery.session_bytes(), 0U);
    EXPECT_FALSE(recovery.restore("pid", {}, now));
}

TEST_F(recovery_log_test, the_deadline_is_that_of_the_oldest_and_ticking_empties_everything)
{
    EXPECT_EQ(recovery.next_deadline(), std::nullopt);
    park({});
    now += 10s;
    emit("one");
    EXPECT_EQ(recovery.next_deadline(), start + max_age);
    recovery.tick(start + max_age);
    EXPECT_EQ(recovery.sessions(), 0U);
    EXPECT_EQ(recovery.events(), 1U);
    recovery.tick(*recovery.next_deadline());
    EXPECT_EQ(recovery.events(), 0U);
    EXPECT_EQ(recovery.event_bytes(), 0U);
    EXPECT_EQ(recovery.session_bytes(), 0U);
    EXPECT_EQ(recovery.next_deadline(), std::nullopt);
}

TEST_F(recovery_log_test, sessions_are_limited_by_count_the_oldest_go_first)
{
    log small({.max_sessions = 2});
    for (char const* pid : {"1", "2", "3"}) small.park(session(pid), now);
    EXPECT_EQ(small.sessions(), 2U);
    EXPECT_EQ(small.restore("1", {}, now).error(), errc::unknown_session);
    EXPECT_TRUE(small.restore("2", {}, now));
    EXPECT_TRUE(small.restore("3", {}, now));
}

TEST_F(recovery_log_test, sessions_are_limited_by_bytes)
{
    log small({.max_session_bytes = 10'000});
    for (int i = 0; i < 100; ++i) {
        auto lost = session(std::to_string(i));
        lost.rooms.assign(10, std::string(40, 'r'));
        lost.data_bytes = 2000;
        small.park(std::move(lost), now);
        EXPECT_LE(small.session_bytes(), 10'000U);
    }
    EXPECT_GE(small.sessions(), 2U);
    auto huge = session("huge");
    huge.data_bytes = 20'000;
    small.park(std::move(huge), now);
    EXPECT_EQ(small.sessions(), 0U);
    EXPECT_EQ(small.session_bytes(), 0U);
}

} // namespace
} // namespace partyline::socketio
