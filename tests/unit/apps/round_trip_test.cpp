// The figures of `partyline ping`, and lines of standard output.
#include "apps/partyline/round_trip.hpp"

#include <gtest/gtest.h>

#include "apps/partyline/line_out.hpp"

namespace partyline_tool {
namespace {

using partyline::binary;
using partyline::value;

TEST(round_trips, of_nobody_have_no_times)
{
    round_trips none;
    EXPECT_EQ(
        none.to_value().to_json(),
        R"({"sent":0,"answered":0,"lost":0,"loss":0,"min":null,"mean":null,"median":null,"p95":null,"max":null})");
    none.sent();
    none.lost();
    EXPECT_EQ(none.to_text(), "1 sent, 0 answered, 1 lost (100 %)");
    EXPECT_FALSE(none.mean());
}

TEST(round_trips, have_percentiles_that_were_measured)
{
    round_trips trips;
    for (int i = 20; i >= 1; --i) {
        trips.sent();
        trips.answered(i);
    }
    EXPECT_EQ(trips.percentile(0), 1);
    EXPECT_EQ(trips.percentile(0.5), 10);
    EXPECT_EQ(trips.percentile(0.95), 19);
    EXPECT_EQ(trips.percentile(1), 20);
    EXPECT_EQ(trips.mean(), 10.5);
    trips.sent();
    trips.answered(0.0004);
    EXPECT_EQ(trips.percentile(0.5), 10);
    EXPECT_EQ(trips.to_value()["min"], value(0.0));
    EXPECT_EQ(trips.to_value()["p95"], value(19));
}

TEST(round_trips, count_what_is_lost_and_what_is_under_way)
{
    round_trips trips;
    for (int i = 0; i < 5; ++i) trips.sent();
    trips.answered(1.5);
    trips.answered(0.25);
    trips.answered(2);
    trips.lost();
    EXPECT_EQ(trips.under_way(), 1U);
    EXPECT_EQ(trips.to_value()["loss"], value(0.25)); // of those whose fate is known
    EXPECT_EQ(trips.to_text(), "5 sent, 3 answered, 1 lost (25 %)\n"
                               "min 0.250 ms   median 1.500 ms   p95 2.000 ms   max 2.000 ms");
}

TEST(line_out, shows_events_and_who_waits_for_an_answer)
{
    shown_event shown{"chat", {"hi", binary::from_text("hi")}, "/", 5};
    EXPECT_EQ(event_line(shown, false), R"({"event":"chat","args":["hi",{"base64":"aGk="}],"nsp":"/","time":5})");
    EXPECT_EQ(bare_event_line(shown), R"(["chat","hi",{"base64":"aGk="}])");
    EXPECT_EQ(event_line(shown, true).substr(0, 27), "{\"event\":\x1b[1;36m\"chat\"\x1b[0m,");
    shown.ack = 7;
    shown.answered = std::vector<value>{1};
    EXPECT_EQ(event_line(shown, false),
              R"({"event":"chat","args":["hi",{"base64":"aGk="}],"nsp":"/","ack":7,"answered":[1],"time":5})");
}

TEST(line_out, shows_acknowledgements_and_why_there_is_none)
{
    shown_answer shown{.event = "sum", .id = "a", .args = {3}, .nsp = "/x", .milliseconds = 0.41249, .time = 5};
    EXPECT_EQ(answer_line(shown, false), R"({"answer":"sum","id":"a","args":[3],"nsp":"/x","ms":0.412,"time":5})");
    EXPECT_EQ(bare_answer_line(shown), "[3]");
    shown.error = "timed out";
    shown.id = nullptr;
    EXPECT_EQ(answer_line(shown, false), R"({"answer":"sum","error":"timed out","nsp":"/x","ms":0.412,"time":5})");
    EXPECT_EQ(bare_answer_line(shown), "");
}

} // namespace
} // namespace partyline_tool
