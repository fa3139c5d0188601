#include "engineio/transport.hpp"

#include <gtest/gtest.h>

namespace partyline::engineio {

TEST(transport, names_are_matched_exactly)
{
    EXPECT_EQ(parse_transport("polling"), transport::polling);
    EXPECT_EQ(parse_transport("websocket"), transport::websocket);
    for (auto const* text : {"", "webtransport", "Polling", "polling ", "constructor"})
        EXPECT_EQ(parse_transport(text), std::nullopt) << text;
    EXPECT_EQ(name(transport::polling), "polling");
    EXPECT_EQ(name(transport::websocket), "websocket");
}

TEST(transport, any_revision_but_4_counts_as_3)
{
    EXPECT_EQ(parse_revision("4"), revision::v4);
    for (auto const* text : {"3", "", "44", "five"}) EXPECT_EQ(parse_revision(text), revision::v3);
}

} // namespace partyline::engineio
