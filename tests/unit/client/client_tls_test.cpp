// Whom a client believes by TLS, and whom not, as its options say. What net makes of each option is shown in unit/net/tls_client_test.cpp.
#include <partyline/client.hpp>

#include <memory>

#include <gtest/gtest.h>

#include "unit/client/line_world.hpp"
#include "unit/net/authority.hpp"

namespace partyline::test {
namespace {

class client_tls : public testing::Test
{
protected:
    client_tls() : files_(authority_.issue())
    {
        listen_options how;
        how.tls = tls_options{.certificate_file = files_.certificate, .key_file = files_.private_key};
        served_ = std::make_unique<line_server>([](server&) {}, server_options{}, 0, how);
    }
    client_tls_options trusting() const
    {
        return {.ca_pem = authority_.pem(),
                .clock = [] { return std::chrono::system_clock::from_time_t(net::test::certificate_time); }};
    }
    /// "secure", or why not.
    std::string became(client_tls_options tls, std::string const& host = "localhost",
                       std::vector<transport_kind> transports = {transport_kind::polling, transport_kind::websocket})
    {
        notes seen;
        client line("https://" + host + ":" + std::to_string(served_->port),
                    {.transports = std::move(transports),
                     .tls = std::move(tls),
                     .resolver = [](std::string, auto answer) { answer({"127.0.0.1"}); },
                     .reconnection = false});
        line.on_connect([&] { seen.add("secure"); });
        line.on_connect_error([&](client_error const& why) { seen.add(std::string(describe(why.cause))); });
        line.connect();
        auto const all = seen.when(1);
        return all.empty() ? "" : all[0];
    }

    net::test::authority authority_;
    net::tls_files files_;
    std::unique_ptr<line_server> served_;
};

TEST_F(client_tls, believes_what_the_options_say_and_nobody_else)
{
    EXPECT_EQ(became(trusting()), "secure");
    EXPECT_EQ(became(trusting(), "localhost", only_websocket), "secure");
    EXPECT_EQ(became(trusting(), "chat.example"), describe(errc::certificate_wrong_host));
    EXPECT_EQ(became({}), describe(errc::certificate_untrusted)) << "the system's authorities have not signed it";
    auto late = trusting();
    late.clock = [] { return std::chrono::system_clock::from_time_t(net::test::certificate_time + 90'000); };
    EXPECT_EQ(became(late), describe(errc::certificate_expired));
    auto named = trusting();
    named.server_name = "localhost";
    EXPECT_EQ(became(named, "chat.example"), "secure");
    auto pinned = trusting();
    pinned.accept_certificate = [](server_certificate const& shown) { return shown.host == "127.0.0.1"; };
    EXPECT_EQ(became(pinned, "127.0.0.1"), "secure");
    EXPECT_EQ(became(pinned, "localhost"), describe(errc::certificate_refused));
    EXPECT_EQ(became({.dangerously_accept_any_certificate = true}, "chat.example"), "secure");
}

} // namespace
} // namespace partyline::test
