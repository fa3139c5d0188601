#include <gtest/gtest.h>

#include <partyline/convert.hpp>

using namespace partyline;
using namespace std::chrono_literals;

namespace {

utc_milliseconds at(std::int64_t milliseconds) { return utc_milliseconds(std::chrono::milliseconds(milliseconds)); }

} // namespace

// the pairs are node's: new Date(n).toJSON()
TEST(iso_time, is_written_and_read_as_date_to_json)
{
    std::pair<std::int64_t, char const*> const table[] = {{0, "1970-01-01T00:00:00.000Z"},
                                                          {1500000000123, "2017-07-14T02:40:00.123Z"},
                                                          {-1, "1969-12-31T23:59:59.999Z"},
                                                          {951782400000, "2000-02-29T00:00:00.000Z"},
                                                          {8640000000000000, "+275760-09-13T00:00:00.000Z"},
                                                          {-8640000000000000, "-271821-04-20T00:00:00.000Z"},
                                                          {253402300799999, "9999-12-31T23:59:59.999Z"},
                                                          {253402300800000, "+010000-01-01T00:00:00.000Z"},
                                                          {-62167219200000, "0000-01-01T00:00:00.000Z"},
                                                          {-62167219200001, "-000001-12-31T23:59:59.999Z"}};
    for (auto const& [number, text] : table) {
        EXPECT_EQ(to_iso_text(at(number)), text);
        EXPECT_EQ(from_iso_text(text), at(number)) << text;
    }
}

TEST(iso_time, takes_every_day_there_and_back)
{
    for (std::int64_t day = -200'000; day < 200'000; day += 7)
        EXPECT_EQ(from_iso_text(to_iso_text(at(day * 86'400'000))), at(day * 86'400'000));
}

TEST(iso_time, takes_any_number_of_digits_behind_the_seconds)
{
    EXPECT_EQ(from_iso_text("1970-01-01T00:00:01Z"), at(1000));
    EXPECT_EQ(from_iso_text("1970-01-01T00:00:01.5Z"), at(1500));
    EXPECT_EQ(from_iso_text("1970-01-01T00:00:01.123456789Z"), at(1123));
}

TEST(iso_time, refuses_everything_else)
{
    for (char const* text :
         {"", "1970-01-01", "1970-01-01T00:00:00", "1970-01-01T00:00:00.Z", "1970-13-01T00:00:00Z",
          "1970-02-29T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z", "1970-01-01T00:00:60Z",
          "1970-01-01 00:00:00Z", "1970-01-01T00:00:00Z ", "1970-01-01T00:00:00+01:00", "70-01-01T00:00:00Z",
          "-000000-01-01T00:00:00Z", "1970-1-1T00:00:00Z", "1970-00-10T00:00:00Z", "1970-01-00T00:00:00Z",
          "199\xff-01-01T00:00:00Z"})
    {
        EXPECT_FALSE(from_iso_text(text)) << text;
    }
}

TEST(iso_time, is_a_time_point_as_an_argument)
{
    using clock = std::chrono::system_clock;
    auto const time = clock::time_point(1500000000123ms);
    EXPECT_EQ(value::of(time).to_json(), "\"2017-07-14T02:40:00.123Z\"");
    EXPECT_EQ(value("2017-07-14T02:40:00.123Z").to<clock::time_point>().value(), time);
    EXPECT_EQ(value("yesterday").to<clock::time_point>().error(), errc::type_mismatch);
    EXPECT_EQ(value(5).to<clock::time_point>().error(), errc::type_mismatch);
    EXPECT_EQ(value("+275760-09-13T00:00:00.000Z").to<clock::time_point>().error(), errc::out_of_range)
        << "nanoseconds end in 2262";
    EXPECT_EQ(value("2017-07-14T02:40:00.123Z").to<std::chrono::sys_seconds>().value().time_since_epoch(), 1500000000s);
}
