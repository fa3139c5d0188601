#include "engineio/handshake_error.hpp"

#include <gtest/gtest.h>

namespace partyline::engineio {

TEST(handshake_error, every_code_has_the_message_of_the_official_server)
{
    EXPECT_EQ(message(error_code::unknown_transport), "Transport unknown");
    EXPECT_EQ(message(error_code::unknown_sid), "Session ID unknown");
    EXPECT_EQ(message(error_code::bad_handshake_method), "Bad handshake method");
    EXPECT_EQ(message(error_code::bad_request), "Bad request");
    EXPECT_EQ(message(error_code::forbidden), "Forbidden");
    EXPECT_EQ(message(error_code::unsupported_protocol_version), "Unsupported protocol version");
}

TEST(handshake_error, a_text_of_ones_own_is_shown_instead)
{
    EXPECT_EQ(refusal::forbidden().shown_text(), "Forbidden");
    EXPECT_EQ(refusal::forbidden("nope").shown_text(), "nope");
}

} // namespace partyline::engineio
