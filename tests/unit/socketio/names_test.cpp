#include <socketio/names.hpp>

#include <string>

#include <partyline/codec.hpp>

#include <gtest/gtest.h>

namespace partyline::socketio {
namespace {

TEST(names, six_events_are_reserved_and_error_is_not)
{
    for (char const* name :
         {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"})
        EXPECT_TRUE(is_reserved_event(name)) << name;
    for (char const* name : {"error", "connection", "message", "Connect", "", "connect ", "newlistener"})
        EXPECT_FALSE(is_reserved_event(name)) << name;
}

TEST(names, a_namespace_may_be_written_without_its_slash)
{
    EXPECT_EQ(full_nsp_name("chat"), "/chat");
    EXPECT_EQ(full_nsp_name("/chat"), "/chat");
    EXPECT_EQ(full_nsp_name(""), "/");
    EXPECT_EQ(full_nsp_name("/"), "/");
}

TEST(names, a_namespace_with_what_ends_it_or_its_packet_cannot_travel)
{
    EXPECT_TRUE(is_nsp_name("/"));
    EXPECT_TRUE(is_nsp_name("/\xc3\xbcn\xc3\xaf"));
    EXPECT_TRUE(is_nsp_name("/chat?x=1"));
    EXPECT_FALSE(is_nsp_name("/a,b"));
    EXPECT_FALSE(is_nsp_name("/a\x1e"
                             "b"));
    EXPECT_FALSE(is_nsp_name("chat"));
    EXPECT_FALSE(is_nsp_name(""));
}

} // namespace
} // namespace partyline::socketio
