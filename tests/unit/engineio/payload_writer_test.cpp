#include "engineio/payload_writer.hpp"

#include <gtest/gtest.h>

namespace partyline::engineio {

TEST(payload_writer, one_packet_stands_alone)
{
    std::string out;
    payload_writer(out).add("2");
    EXPECT_EQ(out, "2");
}

TEST(payload_writer, packets_are_separated)
{
    std::string out;
    payload_writer writer(out);
    writer.add("4a");
    writer.add("bAQ==");
    writer.add("6");
    EXPECT_EQ(out, "4a\x1e"
                   "bAQ==\x1e"
                   "6");
}

TEST(payload_writer, what_the_string_held_before_is_no_packet)
{
    std::string out = "head";
    payload_writer writer(out);
    writer.add("4a");
    EXPECT_EQ(out, "head4a");
}

} // namespace partyline::engineio
