// What the tests of `session` share: two worlds that have their handshake behind them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/engineio/session_world.hpp"

namespace partyline::testing {

using engineio::send_result;
using engineio::transport;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct polling_session : ::testing::Test
{
    session_world world{transport::polling};
    polling_session() { session_world::opened(world); }
    void TearDown() override { EXPECT_THAT(world.violations(), IsEmpty()); }
};

struct websocket_session : ::testing::Test
{
    session_world world{transport::websocket};
    websocket_session() { session_world::opened(world); }
    void TearDown() override { EXPECT_THAT(world.violations(), IsEmpty()); }
};

} // namespace partyline::testing
