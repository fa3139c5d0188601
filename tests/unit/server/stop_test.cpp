// What a client gets that reads slowly or not at all: when the server stops, and when its queue is full.
#include <algorithm>
#include <atomic>
#include <cstdlib>

#include "running_server.hpp"

namespace partyline::test {

namespace {

constexpr std::size_t megabyte = 1 << 20;

/// More than the system takes for a client that does not read.
constexpr int many = 24;

std::string text_of(int number)
{
    return R"(42["big",)" + std::to_string(number) + ",\"" + std::string(megabyte, 'x') + "\"]";
}

/// Whether it comes to that within ten seconds.
bool refuses_connections(std::uint16_t port)
{
    auto const limit = std::chrono::steady_clock::now() + 10s;
    while (std::chrono::steady_clock::now() < limit) {
        try {
            raw_line const another(port);
        } catch (std::runtime_error const&) {
            return true;
        }
        std::this_thread::sleep_for(1ms);
    }
    return false;
}

} // namespace

struct stopping : ::testing::Test
{
    std::promise<disconnect_reason> reason;

    void declare(server& io)
    {
        io.on("stop", [&io](socket s, int messages) {
            std::string const big(megabyte, 'x');
            for (int i = 0; i < messages; ++i) s.emit("big", i, big);
            io.stop();
        });
        io.on_disconnect([this](socket, disconnect_reason why) { reason.set_value(why); });
    }
    server_options patient_for(std::chrono::milliseconds drain_timeout)
    {
        return {.send_queue = {.bytes = 2 * many * megabyte}, .drain_timeout = drain_timeout};
    }
};

TEST_F(stopping, is_the_reason_that_handlers_hear)
{
    running_server line([this](server& io) { declare(io); });
    wire_client client(line.port);
    line.io.stop();
    EXPECT_EQ(reason.get_future().get(), disconnect_reason::server_shutting_down);
    EXPECT_EQ(to_string(disconnect_reason::server_shutting_down), "server shutting down");
    EXPECT_THROW(client.receive(), line_closed); // and no DISCONNECT packet before
}

TEST_F(stopping, sends_what_is_queued_first_to_those_who_read)
{
    running_server line([this](server& io) { declare(io); }, patient_for(60s));
    wire_client client(line.port);
    client.emit(R"("stop",12)");
    ASSERT_TRUE(refuses_connections(line.port)); // it is draining, and more is queued than the system takes
    for (int i = 0; i < 12; ++i) ASSERT_TRUE(client.receive() == text_of(i)) << i;
    EXPECT_THROW(client.receive(), line_closed);
    line.io.wait(); // not for a minute
}

TEST_F(stopping, waits_for_those_who_do_not_read_no_longer_than_the_drain_timeout)
{
    running_server line([this](server& io) { declare(io); }, patient_for(200ms));
    wire_client client(line.port);
    auto const begun = std::chrono::steady_clock::now();
    client.emit(R"("stop",)" + std::to_string(many));
    line.io.wait();
    EXPECT_GE(std::chrono::steady_clock::now() - begun, 200ms);
    int came = 0;
    try {
        while (client.receive().starts_with("42")) ++came;
    } catch (line_closed const&) {
    }
    EXPECT_LT(came, many);
}

// --- overflow -------------------------------------------------------------------------------------------------------

struct full_queue : ::testing::Test
{
    std::atomic<int> served{0};
    running_server line{[this](server& io) {
                            io.on("big", [this](socket s, int number) {
                                s.emit("big", number, std::string(megabyte, 'x'));
                                ++served;
                            });
                            io.on("number", [](int n) { return n; });
                        },
                        {.send_queue = {.bytes = megabyte, .on_overflow = overflow::drop_newest}}};
    wire_client client{line.port};

    void emit_big(int number)
    {
        client.emit(R"("big",)" + std::to_string(number));
        auto const limit = std::chrono::steady_clock::now() + 10s;
        while (served == number && std::chrono::steady_clock::now() < limit) std::this_thread::sleep_for(1ms);
    }
};

TEST_F(full_queue, drops_the_newest_and_counts_them_where_that_is_asked_for)
{
    int sent = 0;
    while (line.statistics().dropped < 3 && sent < 100) emit_big(sent++);
    auto const dropped = line.statistics().dropped;
    ASSERT_GE(dropped, 3U);
    std::vector<int> came;
    while (came.size() < static_cast<std::size_t>(sent) - dropped) {
        auto const text = client.receive();
        came.push_back(std::atoi(text.c_str() + std::string_view(R"(42["big",)").size()));
        ASSERT_TRUE(text == text_of(came.back())) << came.back();
    }
    for (int i = 0; i < 3; ++i) EXPECT_EQ(came[static_cast<std::size_t>(i)], i); // the oldest stay
    EXPECT_TRUE(std::is_sorted(came.begin(), came.end()));
    EXPECT_EQ(client.ask(R"("number",7)"), "7"); // the connection has lived on, and there is room again
    emit_big(sent);
    EXPECT_TRUE(client.receive() == text_of(sent));
    EXPECT_EQ(line.statistics().dropped, dropped);
    EXPECT_EQ(line.statistics().overflows, 0U);
}

} // namespace partyline::test
