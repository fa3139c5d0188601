#include <socketio/event_log.hpp>

#include <gtest/gtest.h>

namespace partyline::socketio {
namespace {

using namespace std::chrono_literals;
using log = event_log<std::string>;

constexpr log::time_point start{};
constexpr std::size_t plenty = 1 << 20;

log::event event(std::uint64_t offset, std::size_t bytes = 1, log::time_point when = start)
{
    return {offset, "event " + std::to_string(offset), bytes, {}, {}, when};
}

TEST(event_log, an_event_is_found_by_its_offset)
{
    log events(10, plenty);
    events.append(event(40));
    events.append(event(50));
    ASSERT_EQ(events.find(50), events.begin() + 1);
    EXPECT_EQ(events.at(*events.find(50)).message, "event 50");
    EXPECT_EQ(events.find(45), std::nullopt);
}

TEST(event_log, the_oldest_fall_out_beyond_the_count_and_places_stay_valid)
{
    log events(2, plenty);
    events.append(event(1));
    events.append(event(2));
    auto const place = events.find(2);
    events.append(event(3));
    EXPECT_EQ(events.size(), 2U);
    EXPECT_EQ(events.find(1), std::nullopt);
    EXPECT_EQ(events.find(2), place);
    EXPECT_EQ(events.at(*place).offset, 2U);
    EXPECT_EQ(events.end(), 3U);
}

TEST(event_log, the_oldest_fall_out_beyond_the_bytes)
{
    log events(100, 3000);
    for (std::uint64_t offset = 0; offset < 50; ++offset) {
        events.append(event(offset, 1000));
        EXPECT_LE(events.bytes(), 3000U);
    }
    EXPECT_EQ(events.size(), 2U);
    EXPECT_TRUE(events.find(49));
}

TEST(event_log, names_of_rooms_count_too)
{
    log events(100, 3000);
    auto big = event(1);
    big.rooms.push_back(std::string(4000, 'r'));
    events.append(event(0));
    events.append(std::move(big));
    EXPECT_EQ(events.size(), 0U) << "too large alone: what came before must not look complete";
    EXPECT_EQ(events.bytes(), 0U);
    EXPECT_EQ(events.begin(), 2U);
}

TEST(event_log, the_first_event_behind_an_offset_is_found_whether_or_not_the_offset_is_there)
{
    log events(2, plenty);
    EXPECT_EQ(events.behind(7), events.end());
    for (std::uint64_t const offset : {10U, 20U}) events.append(event(offset));
    EXPECT_EQ(events.behind(5), 0U);
    EXPECT_EQ(events.behind(10), 1U);
    EXPECT_EQ(events.behind(15), 1U);
    EXPECT_EQ(events.behind(20), events.end());
    events.append(event(30));
    EXPECT_EQ(events.behind(10), events.begin()) << "what fell out is not behind it";
    EXPECT_LT(events.behind(9), events.begin()) << "what fell out is behind it";
}

TEST(event_log, what_is_too_old_is_dropped)
{
    log events(10, plenty);
    events.append(event(1, 1, start));
    events.append(event(2, 1, start + 10s));
    EXPECT_EQ(events.oldest(), start);
    events.drop_before(start + 10s);
    EXPECT_EQ(events.size(), 1U);
    EXPECT_EQ(events.oldest(), start + 10s);
    events.drop_before(start + 11s);
    EXPECT_EQ(events.oldest(), std::nullopt);
    EXPECT_EQ(events.bytes(), 0U);
    EXPECT_EQ(events.find(2), std::nullopt);
}

} // namespace
} // namespace partyline::socketio
