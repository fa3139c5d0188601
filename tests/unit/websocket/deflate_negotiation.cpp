#include "websocket/deflate_negotiation.hpp"

#include <gtest/gtest.h>

namespace partyline::websocket {
namespace {

constexpr deflate_options as_asked{.server_takeover = takeover::as_asked, .client_takeover = takeover::as_asked};

std::string answer(std::string_view offers, deflate_options const& options = as_asked)
{
    auto const accepted = accept_deflate(offers, options);
    return accepted ? accepted->header : "declined";
}

std::string confirm(std::string_view header, deflate_options const& options = as_asked)
{
    auto const agreed = confirm_deflate(header, options);
    if (!agreed) return agreed.error() == errc::invalid_handshake ? "fatal" : "other error";
    if (!*agreed) return "none";
    auto const& p = **agreed;
    return std::to_string(p.server_no_context_takeover) + std::to_string(p.client_no_context_takeover) + " " +
           std::to_string(p.server_max_window_bits) + " " + std::to_string(p.client_max_window_bits);
}

// -- server

TEST(accept_deflate, grants_what_is_asked)
{
    EXPECT_EQ(answer("permessage-deflate"), "permessage-deflate");
    EXPECT_EQ(answer("permessage-deflate; client_max_window_bits"), "permessage-deflate");
    EXPECT_EQ(answer("permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=10; client_max_window_bits=\"11\""),
              "permessage-deflate; server_max_window_bits=10; client_max_window_bits=11");
    auto const accepted =
        accept_deflate("permessage-deflate; server_max_window_bits=8; client_max_window_bits=9", as_asked);
    ASSERT_TRUE(accepted);
    EXPECT_EQ(accepted->parameters, (deflate_parameters{false, false, 8, 9}));
}

TEST(accept_deflate, by_default_nobody_keeps_a_window_between_messages)
{
    auto const accepted = accept_deflate("permessage-deflate; client_max_window_bits", {});
    ASSERT_TRUE(accepted);
    EXPECT_EQ(accepted->header, "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    EXPECT_FALSE(accepted->parameters.sends_with_takeover(role::server));
    EXPECT_FALSE(accepted->parameters.receives_with_takeover(role::server));
}

TEST(accept_deflate, broken_offers_are_passed_over_for_the_next)
{
    for (auto bad :
         {"server_max_window_bits", "server_max_window_bits=7", "server_max_window_bits=16",
          "server_max_window_bits=08", "server_max_window_bits=1e1", "client_max_window_bits=7",
          "client_max_window_bits=0", "server_no_context_takeover=1", "client_no_context_takeover=true", "unknown",
          "server_max_window_bits=10; server_max_window_bits=10", "client_max_window_bits; client_max_window_bits=9",
          "server_no_context_takeover; server_no_context_takeover", "__proto__=1", "constructor",
          "SERVER_NO_CONTEXT_TAKEOVER"})
    {
        std::string const offer = "permessage-deflate; " + std::string(bad);
        EXPECT_EQ(answer(offer), "declined") << bad;
        EXPECT_EQ(answer(offer + ", permessage-deflate"), "permessage-deflate") << bad;
    }
    EXPECT_EQ(answer(""), "declined");
    EXPECT_EQ(answer("x-webkit-deflate-frame"), "declined");
    EXPECT_EQ(answer("permessage-deflate,,"), "declined");
}

TEST(accept_deflate, options_decide_what_is_granted)
{
    deflate_options options = as_asked;
    options.server_max_window_bits = 11;
    EXPECT_EQ(answer("permessage-deflate", options), "permessage-deflate; server_max_window_bits=11");
    EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=12", options),
              "permessage-deflate; server_max_window_bits=11");
    EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=10", options), "declined");

    options = as_asked;
    options.client_max_window_bits = 11;
    EXPECT_EQ(answer("permessage-deflate", options), "declined"); // the client did not allow us to say so
    EXPECT_EQ(answer("permessage-deflate; client_max_window_bits", options),
              "permessage-deflate; client_max_window_bits=11");
    EXPECT_EQ(answer("permessage-deflate; client_max_window_bits=9", options),
              "permessage-deflate; client_max_window_bits=9");

    options = {.server_takeover = takeover::always, .client_takeover = takeover::always};
    EXPECT_EQ(answer("permessage-deflate; server_no_context_takeover", options), "declined");
    EXPECT_EQ(answer("permessage-deflate; server_no_context_takeover, permessage-deflate", options),
              "permessage-deflate");
    EXPECT_EQ(answer("permessage-deflate; client_no_context_takeover", options), "permessage-deflate");
}

// -- client

TEST(offer_deflate, says_what_the_options_say)
{
    EXPECT_EQ(offer_deflate(as_asked), "permessage-deflate; client_max_window_bits");
    EXPECT_EQ(offer_deflate({}),
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits");
    EXPECT_EQ(offer_deflate({takeover::as_asked, takeover::as_asked, 10, 12}),
              "permessage-deflate; server_max_window_bits=10; client_max_window_bits=12");
}

TEST(confirm_deflate, reads_what_the_server_granted)
{
    EXPECT_EQ(confirm(""), "none");
    EXPECT_EQ(confirm("permessage-deflate"), "00 15 15");
    EXPECT_EQ(
        confirm("permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9; "
                "client_max_window_bits=10"),
        "11 9 10");
}

TEST(confirm_deflate, anything_not_offered_is_fatal)
{
    for (auto header : {"foo", "permessage-deflate, permessage-deflate", "permessage-deflate, foo",
                        "permessage-deflate; unknown", "permessage-deflate; client_max_window_bits",
                        "permessage-deflate; server_max_window_bits", "permessage-deflate; server_max_window_bits=16",
                        "permessage-deflate;", "permessage-deflate; server_no_context_takeover=1"})
        EXPECT_EQ(confirm(header), "fatal") << header;

    deflate_options options = as_asked;
    options.client_takeover = takeover::always;
    EXPECT_EQ(confirm("permessage-deflate; client_no_context_takeover", options), "fatal");
    options = as_asked;
    options.server_takeover = takeover::never;
    EXPECT_EQ(confirm("permessage-deflate", options), "fatal");
    options = as_asked;
    options.server_max_window_bits = 10;
    EXPECT_EQ(confirm("permessage-deflate", options), "fatal");
    EXPECT_EQ(confirm("permessage-deflate; server_max_window_bits=11", options), "fatal");
    EXPECT_EQ(confirm("permessage-deflate; server_max_window_bits=9", options), "00 9 15");
    options = as_asked;
    options.client_max_window_bits = 10;
    EXPECT_EQ(confirm("permessage-deflate; client_max_window_bits=11", options), "fatal");
    EXPECT_EQ(confirm("permessage-deflate", options), "00 15 10");
}

TEST(confirm_deflate, both_roles_of_our_own_agree_for_all_options)
{
    for (auto server : {takeover::as_asked, takeover::never, takeover::always}) {
        for (auto client : {takeover::as_asked, takeover::never, takeover::always}) {
            for (int bits : {8, 12, 15}) {
                deflate_options const ours{server, client, bits, bits};
                deflate_options const theirs{server, client, bits, bits};
                auto const accepted = accept_deflate(offer_deflate(theirs), ours);
                if (!accepted) continue; // "always" here meets "never" there
                auto const agreed = confirm_deflate(accepted->header, theirs);
                ASSERT_TRUE(agreed) << accepted->header;
                ASSERT_TRUE(*agreed);
                EXPECT_EQ(**agreed, accepted->parameters) << accepted->header;
            }
        }
    }
}

} // namespace
} // namespace partyline::websocket
