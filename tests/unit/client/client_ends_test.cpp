// When clients begin and end: made on one thread and used on another, and still at work when the program ends.
#include <partyline/client.hpp>

#include <cstdlib>
#include <future>
#include <optional>
#include <semaphore>

#include <openssl/err.h>

#include "support/certificate.hpp"
#include "unit/client/line_world.hpp"

namespace partyline::test {
namespace {

client_options on(client_pool const& pool) { return {.transports = only_websocket, .pool = pool}; }

/// Keeps the thread of a pool busy until `run` gives it its work.
class held_thread
{
public:
    explicit held_thread(client_pool const& pool) : line_("http://127.0.0.1:1", on(pool))
    {
        line_.after(0ms, [this] {
            reached_.release();
            go_.acquire();
            work_();
            done_.release();
        });
        reached_.acquire();
    }
    void run(std::function<void()> work)
    {
        work_ = std::move(work);
        go_.release();
        done_.acquire();
    }

private:
    std::binary_semaphore reached_{0};
    std::binary_semaphore go_{0};
    std::binary_semaphore done_{0};
    std::function<void()> work_;
    client line_;
};

TEST(client_ends, what_its_own_thread_asks_before_it_was_made_there_is_not_lost)
{
    line_server served([](server& io) { io.on("echo", [](socket s, int n) { s.emit("echo", n); }); });
    client_pool const pool;
    held_thread busy(pool);
    client line(served.url(), on(pool)); // made in the queue of a thread that is held
    notes seen;
    bool sent = false;
    busy.run([&] {
        line.on("echo", [&](int n) { seen.add(std::to_string(n)); });
        line.connect();
        sent = line.emit("echo", 5);
    });
    EXPECT_TRUE(sent);
    EXPECT_TRUE(seen.has("5"));
    line.close().get();
}

TEST(client_ends, destroyed_on_its_own_thread_before_it_was_made_there_it_leaves_nothing)
{
    std::atomic<int> joined{0};
    line_server served([&](server& io) {
        io.on_connection([&](socket) { ++joined; });
        io.on("echo", [](int n) { return n; });
    });
    client_pool const pool;
    held_thread busy(pool);
    auto line = std::make_unique<client>(served.url(), on(pool));
    client_socket const handle = *line;
    line->connect();
    busy.run([&] { line.reset(); });
    // whoever connects on the same thread afterwards is behind it
    client other(served.url(), on(pool));
    other.connect();
    EXPECT_EQ(other.emit_with_ack<int>("echo", 5).get(), 5);
    EXPECT_EQ(joined, 1);
    EXPECT_FALSE(handle.connected());
    EXPECT_FALSE(handle.emit("anything"));
    other.close().get();
}

TEST(client_ends, what_the_options_ask_of_the_user_is_not_asked_once_it_is_gone)
{
    certificate const own("localhost");
    line_server served([](server&) {}, {}, 0,
                       {.tls = tls_options{.certificate_file = own.chain, .key_file = own.private_key}});
    auto const held = std::make_shared<int>(0);
    std::weak_ptr<int> const watched = held;
    std::atomic<int> asked{0};
    using change = std::function<void(client_options&)>;
    for (auto const& bring : std::vector<change>{
             [&](auto& o) { o.resolver = [&, held](std::string, auto answer) { answer({}), ++asked; }; },
             [&](auto& o) { o.tls.accept_certificate = [&, held](auto const&) { return ++asked != 0; }; },
             [&](auto& o) { o.tls.clock = [&, held] { return ++asked, std::chrono::system_clock::now(); }; },
         })
    {
        client_pool const pool;
        held_thread busy(pool);
        auto options = on(pool);
        options.tls.dangerously_accept_any_certificate = true;
        options.linger = 500ms; // it tries to send what waits, so long
        bring(options);
        auto const host = options.resolver ? "https://example.invalid:" : "https://127.0.0.1:";
        auto line = std::make_unique<client>(host + std::to_string(served.port), std::move(options));
        line->connect();
        line->emit("last words");
        line.reset();
        busy.run([] {});
        EXPECT_TRUE(until([&] { return watched.use_count() == 1; })) << "all of it has gone";
        EXPECT_EQ(asked, 0);
    }
}

TEST(client_ends, clients_of_one_thread_share_what_is_equal_and_nothing_else)
{
    line_server served([](server& io) {
        io.on("who", [](socket s) {
            auto const& shown = s.handshake();
            auto const* const name = shown.auth()["name"].as_string();
            return std::string(shown.query("token").value_or("-")) + "/" + std::string(shown.header("x-mine")) + "/" +
                   (name ? *name : "-");
        });
    });
    client_pool const pool;
    std::vector<std::pair<client_options, std::string>> const wanted{
        {{.query = {{"token", "a"}}, .auth = value::object{{"name", "one"}}}, "a//one"},
        {{.query = {{"token", "a"}}, .auth = value::object{{"name", "two"}}}, "a//two"},
        {{.query = {{"token", "b"}}}, "b//-"},
        {{.query = {{"token", "b"}}, .extra_headers = {{"X-Mine", "h"}}}, "b/h/-"},
        {{.query = {{"token", "a"}}, .auth = value::object{{"name", "one"}}}, "a//one"},
    };
    std::vector<std::unique_ptr<client>> lines;
    for (auto options : wanted) {
        options.first.pool = pool;
        lines.push_back(std::make_unique<client>(served.url(), options.first));
        lines.back()->connect();
    }
    for (std::size_t i = 0; i < wanted.size(); ++i)
        EXPECT_EQ(lines[i]->emit_with_ack<std::string>("who").get(), wanted[i].second);
    for (auto const& each : lines) each->close().get();
}

// What OpenSSL keeps for a thread is freed at its very end otherwise: perhaps when the program has ended already, and OpenSSL with it.
TEST(client_ends, its_thread_has_left_openssl_before_it_is_over)
{
    struct watch
    {
        std::promise<bool>* left = nullptr;
        ~watch()
        {
            if (left) left->set_value(ERR_peek_error() == 0);
        }
    };
    std::promise<bool> left;
    {
        client_pool const pool;
        client line("http://127.0.0.1:1", on(pool));
        std::promise<void> noted;
        line.after(0ms, [&] {
            static thread_local watch at_the_end;
            at_the_end.left = &left;
            ERR_raise(ERR_LIB_USER, ERR_R_INTERNAL_ERROR); // the thread's own until it leaves
            noted.set_value();
        });
        noted.get_future().get();
    }
    auto answer = left.get_future();
    ASSERT_EQ(answer.wait_for(10s), std::future_status::ready);
    EXPECT_TRUE(answer.get());
}

// --- the end of the program: each of these runs in a process of its own, which ends with status 0 ---------------------

class client_at_exit : public testing::Test
{
protected:
    void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

/// A client that talks and a server that answers until the process is gone.
struct talk
{
    explicit talk(std::vector<transport_kind> const& how, bool secure = false)
    {
        certificate const own("localhost");
        listen_options listening;
        if (secure) listening.tls = tls_options{.certificate_file = own.chain, .key_file = own.private_key};
        auto const& served = *servers().emplace_back(std::make_unique<line_server>(
            [](server& io) { io.on("echo", [](int n) { return n; }); }, server_options{}, std::uint16_t{0}, listening));
        client_options options{.transports = how, .linger = 0ms};
        options.tls.dangerously_accept_any_certificate = secure;
        auto const url = (secure ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(served.port);
        line = std::make_unique<client>(url, std::move(options));
        go_on(0);
        line->connect();
        until([this] { return echoes > 5; });
    }
    ~talk() { stop(); }
    talk(talk const&) = delete;
    talk& operator=(talk const&) = delete;
    /// No handler runs any more when it returns.
    void stop()
    {
        quiet = true;
        try {
            line->close().get();
        } catch (error const&) {
            // its thread has ended
        }
    }
    void go_on(int n)
    {
        if (quiet) return;
        line->emit("echo", n, [this](int same) {
            ++echoes;
            go_on(same + 1);
        });
    }
    /// Whether it still works.
    [[nodiscard]] bool goes_on()
    {
        auto const before = echoes.load();
        return until([&] { return echoes > before + 5; });
    }

    [[nodiscard]] static std::vector<std::unique_ptr<line_server>>& servers()
    {
        static auto& all = *new std::vector<std::unique_ptr<line_server>>;
        return all;
    }

    std::atomic<int> echoes{0};
    std::atomic<bool> quiet{false};
    std::unique_ptr<client> line;
};

/// Ends the program while a client works. What began after the client's thread ends before it: an object of the program that lets the
/// client work on, and, still earlier, what has been made since for all clients.
void end_while_talking(std::vector<transport_kind> const& how, bool secure)
{
    static client_pool const thread = client_pool::shared();
    static talk* running = nullptr;
    struct last_wish
    {
        bool secure;
        ~last_wish()
        {
            if (!running->goes_on()) std::_Exit(2);
            if (!running->line->emit("echo", 1)) std::_Exit(3); // the emitting thread's own objects are gone
            if (!talk(only_polling, secure).goes_on()) std::_Exit(4);
            running->stop();
            talk::servers().clear();
        }
    };
    static last_wish const wish{secure};
    running = new talk(how, secure);
    std::exit(0);
}

TEST_F(client_at_exit, a_client_works_on_while_static_objects_are_destroyed)
{
    EXPECT_EXIT(end_while_talking(only_polling, false), testing::ExitedWithCode(0), "");
}

TEST_F(client_at_exit, a_client_over_tls_works_on_while_static_objects_are_destroyed)
{
    EXPECT_EXIT(end_while_talking(only_websocket, true), testing::ExitedWithCode(0), "");
}

TEST_F(client_at_exit, a_client_that_outlives_its_thread_does_nothing)
{
    auto const end_the_program = [] {
        struct program
        {
            std::optional<talk> running;
            ~program()
            {
                auto const& line = *running->line;
                if (line.emit("echo", "\u00e9")) std::_Exit(2); // a text that has to be looked at
                for (auto const& what : std::vector<std::function<void()>>{
                         [&] { (void)line.emit_with_ack<int>("echo", 7).get(); },
                         [&] { running->line->close().get(); },
                     })
                {
                    try {
                        what();
                        std::_Exit(3);
                    } catch (error const&) {
                        // there is nobody any more who could answer
                    }
                }
                if (line.connected()) std::_Exit(4);
                if (client("http://127.0.0.1:1").emit("echo", 1)) std::_Exit(5); // nor does a new one begin
                if (client("http://127.0.0.1:1", on(client_pool())).emit("echo", 1)) std::_Exit(6);
            }
        };
        static program all;
        all.running.emplace(
            only_websocket); // what ends the threads is younger than the program's object, and goes before it
        std::exit(0);
    };
    EXPECT_EXIT(end_the_program(), testing::ExitedWithCode(0), "");
}

TEST_F(client_at_exit, a_handler_may_end_the_program_and_waits_for_nobody)
{
    auto const end_the_program = [] {
        struct watch
        {
            std::chrono::steady_clock::time_point began;
            ~watch()
            {
                if (std::chrono::steady_clock::now() - began > 900ms)
                    std::_Exit(2); // it has waited for itself, a second
            }
        };
        static watch ended;
        static auto& running = *new talk(only_websocket);
        running.line->after(0ms, [] {
            ended.began = std::chrono::steady_clock::now();
            std::exit(0);
        });
        for (;;) std::this_thread::sleep_for(1h);
    };
    EXPECT_EXIT(end_the_program(), testing::ExitedWithCode(0), "");
}

} // namespace
} // namespace partyline::test
