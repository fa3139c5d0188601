#include "websocket/close_code.hpp"

#include <gtest/gtest.h>

namespace partyline::websocket {
namespace {

TEST(close_code, exactly_the_codes_that_a_frame_may_carry_may_travel)
{
    for (unsigned code = 0; code <= 0xffff; ++code) {
        bool const protocol = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
        bool const free = code >= 3000 && code < 5000;
        EXPECT_EQ(may_travel(static_cast<std::uint16_t>(code)), protocol || free) << code;
    }
}

TEST(close_code, has_a_name_for_logs)
{
    EXPECT_EQ(name_of(close_code::protocol_error), "protocol error");
    EXPECT_EQ(name_of(close_code{3500}), "registered");
    EXPECT_EQ(name_of(close_code{4000}), "application");
    EXPECT_EQ(name_of(close_code{1004}), "unassigned");
}

} // namespace
} // namespace partyline::websocket
