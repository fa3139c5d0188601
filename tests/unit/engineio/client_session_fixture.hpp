// What the tests of `client_session` share: worlds that have their handshake behind them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/engineio/client_session_world.hpp"

namespace partyline::testing {

using engineio::send_result;
using engineio::transport;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Checks at its end what must never happen.
struct checked_world : client_session_world
{
    using client_session_world::client_session_world;
    ~checked_world()
    {
        auto& session = *operator->();
        EXPECT_THAT(violations(), IsEmpty());
        if (!session.is_closed()) return;
        EXPECT_EQ(closed_events(), 1U);
        EXPECT_EQ(requests_under_way(), 0U);
        EXPECT_EQ(links_under_way(), 0U);
        EXPECT_EQ(session.queued_bytes(), 0U);
        EXPECT_EQ(session.next_deadline(), engineio::time_point::max());
    }
};

/// GET number 2 waits.
struct client_polling : ::testing::Test
{
    checked_world world;
    client_polling() { client_session_world::opened(world); }
};

/// On WebSocket number 1.
struct client_websocket : ::testing::Test
{
    checked_world world{{.transports = {transport::websocket}}};
    client_websocket() { client_session_world::opened(world); }
};

/// WebSocket number 2 is asked for, and GET number 3 waits.
struct client_upgrade : ::testing::Test
{
    checked_world world;
    client_upgrade() { client_session_world::opened(world, upgradable_text); }
};

} // namespace partyline::testing
