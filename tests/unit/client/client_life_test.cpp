// The end of a client, at any moment: nobody waits for the network, and none of its code is called afterwards.
#include <partyline/client.hpp>

#include <future>
#include <memory>

#include "unit/client/hostile_server.hpp"
#include "unit/client/line_world.hpp"

namespace partyline::test {
namespace {

constexpr std::string_view open_packet =
    R"(0{"sid":"engine","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100000})";

TEST(client_life, ends_at_once_whatever_the_server_does)
{
    std::vector<std::pair<std::vector<transport_kind>, hostile_server::script>> const servers{
        {only_polling, [](hostile_line& line) { line.be_silent(); }},
        {only_polling,
         [](hostile_line& line) {
             line.request();
             line.answer(open_packet);
             line.be_silent();
         }},
        {only_websocket, [](hostile_line& line) { line.be_silent(); }},
        {only_websocket,
         [](hostile_line& line) {
             line.upgrade();
             line.text(open_packet);
             line.be_silent();
         }},
        {only_websocket,
         [](hostile_line& line) {
             line.upgrade();
             line.text(open_packet);
             line.text(R"(40{"sid":"abc"})");
             line.be_silent();
         }},
    };
    for (auto const& [transports, play] : servers) {
        hostile_server bad(play);
        client other(bad.url()); // keeps the thread that both share
        for (int round = 0; round < 3; ++round) {
            auto line = std::make_unique<client>(bad.url(), client_options{.transports = transports});
            std::atomic<bool> is_gone{false};
            std::atomic<bool> called{false};
            auto const watch = [&](auto&&...) {
                if (is_gone) called = true;
            };
            line->on_connect([=] { watch(); });
            line->on_disconnect([=](client_disconnect_reason) { watch(); });
            line->on_close([=](client_disconnect_reason) { watch(); });
            line->on_error([=](client_error const&) { watch(); });
            line->after(20ms, [=] { watch(); });
            line->connect();
            for (int i = 0; i < 100; ++i) line->emit("x", std::string(10'000, 'x'), [=](result<int>) { watch(); });
            if (round == 1) until([&] { return bad.connections() >= 1; });
            if (round == 2) until([&] { return line->connected(); }, 50ms);
            auto const began = std::chrono::steady_clock::now();
            line.reset();
            EXPECT_LT(std::chrono::steady_clock::now() - began, 500ms); // `linger` is twice that
            // a handler that had begun has ended after one turn of the thread
            for (auto const pause : {0ms, 30ms}) {
                std::promise<void> later;
                other.after(pause, [&] { later.set_value(); });
                later.get_future().get();
                is_gone = true;
            }
            EXPECT_FALSE(called);
        }
    }
}

TEST(client_life, may_end_in_each_of_its_own_handlers)
{
    line_server served([](server& io) { io.on("ask", [](socket s) { return s.id(); }); });
    enum class where
    {
        open,
        connect,
        answer,
        disconnect,
        close,
        timer
    };
    for (auto const what : {where::open, where::connect, where::answer, where::disconnect, where::close, where::timer})
    {
        std::promise<void> gone;
        auto line = std::make_unique<client>(served.url());
        // once it is told, nothing of this turn of the loop may be touched
        auto const end_if = [&](where here) {
            if (here != what) return false;
            line.reset();
            gone.set_value();
            return true;
        };
        line->on_open([&] { end_if(where::open); });
        line->on_connect([&] {
            if (end_if(where::connect)) return;
            line->emit("ask", [&](std::string) {
                if (!end_if(where::answer)) line->disconnect();
            });
        });
        line->on_disconnect([&](client_disconnect_reason) { end_if(where::disconnect); });
        line->on_close([&](client_disconnect_reason) { end_if(where::close); });
        if (what == where::timer) line->after(1ms, [&] { end_if(where::timer); });
        client_socket const handle = *line; // the client may be gone before `connect` returns
        handle.connect();
        EXPECT_EQ(gone.get_future().wait_for(10s), std::future_status::ready) << static_cast<int>(what);
    }
}

TEST(client_life, ends_where_another_client_held_the_last_of_it)
{
    line_server served([](server&) {});
    auto const connections = [&] { return served.io.statistics().get().connections; };
    client_pool const pool;
    {
        client_options const options{.transports = only_websocket, .pool = pool};
        client outer(served.url(), options);
        auto inner = std::make_shared<client>(served.url(), options);
        inner->connect();
        ASSERT_TRUE(until([&] { return inner->connected(); }));
        outer.on("never", [inner] {});
        inner.reset();
        EXPECT_EQ(connections(), 1U);
    }
    // nothing else happens on their thread that would make it look again
    EXPECT_TRUE(until([&] { return connections() == 0U; }));
}

TEST(client_life, after_a_close_is_somebody_new)
{
    for (auto const& how : all_ways()) {
        server_options serving{.connection_state_recovery = recovery_options{}};
        serving.parser = how.parser();
        line_server served(
            [](server& io) {
                io.use([](socket s) { s.data()["user"] = s.handshake().auth()["user"]; });
                io.on("who am I", [](socket s) { return s.data()["user"]; });
            },
            serving);
        client line(served.url(), how.options());
        for (std::string const user : {"admin", "guest"}) {
            line.auth(value::object{{"user", user}});
            line.connect();
            EXPECT_EQ(line.emit_with_ack<std::string>("who am I").get(), user) << how;
            EXPECT_FALSE(line.recovered()) << how;
            line.close().get();
        }
    }
}

} // namespace
} // namespace partyline::test
