// The times among the options of a client: none below nothing, and none too long.
#include <partyline/client.hpp>

#include "unit/client/line_world.hpp"

namespace partyline::test {
namespace {

TEST(client_time, no_time_is_less_than_nothing)
{
    auto const refused = [](client_options options) {
        try {
            client const line("http://localhost", std::move(options));
            return errc{};
        } catch (error const& why) {
            return why.code();
        }
    };
    EXPECT_EQ(refused({.timeout = -1ms}), errc::invalid_option);
    EXPECT_EQ(refused({.request_timeout = -1ms}), errc::invalid_option);
    EXPECT_EQ(refused({.reconnection_delay = -1ms}), errc::invalid_option);
    EXPECT_EQ(refused({.reconnection_delay_max = -1ms}), errc::invalid_option);
    EXPECT_EQ(refused({.upgrade_timeout = -1ms}), errc::invalid_option);
    EXPECT_EQ(refused({.linger = -1ms}), errc::invalid_option);
    EXPECT_EQ(refused({.ack_timeout = -1ms}), errc::invalid_option);
    client const line("http://localhost");
    EXPECT_THROW(line.reconnection({.delay = -1ms}), error);
}

TEST(client_time, reconnection_waits_for_ever_where_it_is_told_to)
{
    client line("http://127.0.0.1:1", {.transports = only_websocket});
    constexpr auto ever = std::chrono::milliseconds::max();
    line.reconnection({.delay = ever, .delay_max = ever, .timeout = ever});
    notes seen;
    line.on_connect_error([&](client_error const&) { seen.add("failed"); });
    line.on_reconnect_attempt([&](std::size_t) { seen.add("again"); });
    line.connect();
    EXPECT_EQ(seen.when(1), lines{"failed"});
    (void)line.sleep(20ms).get();
    EXPECT_EQ(seen.all(), lines{"failed"});
}

TEST(client_time, the_longest_times_there_are_end_nothing_early)
{
    constexpr auto ever = std::chrono::milliseconds::max();
    line_server served([](server& io) { io.on("transport", [](socket s) { return std::string(s.transport()); }); });
    client line(served.url(), {.timeout = ever,
                               .request_timeout = ever,
                               .reconnection_delay = ever,
                               .reconnection_delay_max = ever,
                               .upgrade_timeout = ever,
                               .linger = ever,
                               .ack_timeout = ever});
    bool woken = false;
    line.after(ever, [&] { woken = true; });
    line.connect();
    EXPECT_TRUE(until([&] { return line.connected(); }));
    auto const unanswered = line.timeout(ever).emit_with_ack<int>("nobody answers");
    EXPECT_FALSE(line.timeout(ever).emit_with_ack("transport").get().is_null());
    EXPECT_EQ(line.statistics().get().pending_acks, 1U);
    line.close().get();
    EXPECT_FALSE(woken);
    EXPECT_THROW(unanswered.get(), error);
}

} // namespace
} // namespace partyline::test
