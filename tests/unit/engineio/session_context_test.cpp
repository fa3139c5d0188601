#include "engineio/session_context.hpp"

#include <gtest/gtest.h>

#include "engineio/session_event.hpp"

namespace partyline::engineio {

TEST(session_context, defaults_are_those_of_the_official_server)
{
    session_context const context{session_options{}};
    using namespace std::chrono_literals;
    EXPECT_EQ(context.options().ping_interval, 25s);
    EXPECT_EQ(context.options().ping_timeout, 20s);
    EXPECT_EQ(context.options().upgrade_timeout, 10s);
    EXPECT_EQ(context.options().close_timeout, 30s);
}

TEST(session_context, holds_the_control_packets_once)
{
    session_context const context{session_options{}};
    EXPECT_EQ(context.ping()->parts()[0].packet(), "2");
    EXPECT_EQ(context.probe_answer()->parts()[0].packet(), "3probe");
    EXPECT_EQ(context.ping()->parts()[0].frame_head(), "\x81\x01"
                                                       "2");
}

TEST(session_event, every_reason_has_the_name_of_the_official_server)
{
    EXPECT_EQ(name(close_reason::transport_error), "transport error");
    EXPECT_EQ(name(close_reason::transport_close), "transport close");
    EXPECT_EQ(name(close_reason::forced_close), "forced close");
    EXPECT_EQ(name(close_reason::ping_timeout), "ping timeout");
    EXPECT_EQ(name(close_reason::parse_error), "parse error");
}

} // namespace partyline::engineio
