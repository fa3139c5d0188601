#include "http/date.hpp"

namespace partyline::http {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

TEST(date, writes_the_example_of_the_specification)
{
    EXPECT_EQ(format_date(sys_seconds{seconds{784111777}}), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(format_date(sys_seconds{}), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(date, reads_what_it_writes)
{
    for (std::int64_t time = 0; time < 4'000'000'000; time += 86'399 * 37) {
        sys_seconds const moment{seconds{time}};
        ASSERT_EQ(parse_date(format_date(moment)), moment) << time;
    }
}

TEST(date, refuses_what_is_none)
{
    for (auto const* bad :
         {"", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 1994 08:49:37 GMT",
          "Sun, 06 Nox 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
          "Sun, 06 Nov 1994 08:49:3x GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
          "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov -994 08:49:37 GMT"})
        EXPECT_EQ(parse_date(bad), std::nullopt) << bad;
}

} // namespace
} // namespace partyline::http
