// Clients that are made, used, closed and destroyed by several threads at once, inside their own handlers too, while their servers go and
// come back. It runs for seconds; for a minute with ./test --long. The sanitizers look for what it cannot see itself.
#include <partyline/client.hpp>

#include <array>
#include <cstdlib>
#include <random>

#include "unit/client/line_world.hpp"

namespace partyline::test {
namespace {

std::chrono::seconds how_long()
{
    auto const* const wanted = std::getenv("PARTYLINE_LONG");
    return wanted && *wanted ? 60s : 3s;
}

/// A server that is killed and started again on its port, again and again.
class restless_server
{
public:
    restless_server() { start(0); }
    ~restless_server() { stop(); }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    void restart()
    {
        stop();
        start(port_);
    }

private:
    void start(std::uint16_t port)
    {
        serving_ = std::make_unique<line_server>(
            [](server& io) {
                for (auto const* name : {"/", "/other"}) {
                    auto const at = io.of(name);
                    at.on("echo", [](socket s, args all) { s.emit("echo", all); });
                    at.on("ask", [](args all) { return all; });
                    at.on("ask me", [](socket s) { s.emit("question", 1, [](int) {}); });
                    at.on("throw me out", [](socket s) { s.disconnect(true); });
                }
            },
            server_options{.threads = 1}, port);
        port_ = serving_->port;
    }
    void stop() { serving_.reset(); }

    std::unique_ptr<line_server> serving_;
    std::uint16_t port_ = 0;
};

/// A client that anybody may take and destroy.
struct shared_line
{
    std::mutex mutex;
    std::unique_ptr<client> line;

    void destroy()
    {
        std::unique_ptr<client> taken;
        std::lock_guard const lock(mutex);
        taken.swap(line);
    }
    template <class F>
    void use(F what)
    {
        std::lock_guard const lock(mutex);
        if (line) what(*line);
    }
};

/// Handles and clients on which all threads work together.
class playground
{
public:
    playground()
    {
        for (auto& each : lines_) each = std::make_shared<shared_line>();
    }
    [[nodiscard]] std::shared_ptr<shared_line> line(std::size_t at)
    {
        std::lock_guard const lock(mutex_);
        return lines_[at % lines_.size()];
    }
    /// `answers`: whatever happens, who asks it hears of it in time. An event of `retries` waits for a connection as long as it takes.
    void put(std::size_t at, std::shared_ptr<shared_line> made, client_socket handle, bool answers)
    {
        std::shared_ptr<shared_line> before;
        std::lock_guard const lock(mutex_);
        before = std::exchange(lines_[at % lines_.size()], std::move(made));
        if (answers) answering_[at % answering_.size()] = handle;
        handles_[at % handles_.size()] = std::move(handle);
    }
    [[nodiscard]] client_socket handle(std::size_t at)
    {
        std::lock_guard const lock(mutex_);
        return handles_[at % handles_.size()];
    }
    [[nodiscard]] client_socket answering_handle(std::size_t at)
    {
        std::lock_guard const lock(mutex_);
        return answering_[at % answering_.size()];
    }

private:
    std::mutex mutex_;
    std::array<std::shared_ptr<shared_line>, 24> lines_;
    std::array<client_socket, 31> handles_;
    std::array<client_socket, 31> answering_;
};

/// What of the handlers' captures is still alive, and what they have seen.
struct witness
{
    std::shared_ptr<int> token = std::make_shared<int>(0);
    std::atomic<std::size_t> joined{0};
    std::atomic<std::size_t> echoes{0};
    std::atomic<std::size_t> asked{0};
    std::atomic<std::size_t> answered{0};
    std::atomic<std::size_t> destroyed_inside{0};
    std::atomic<std::size_t> called_after_the_end{0};
};

enum class moment : std::uint8_t
{
    never,
    connect,
    echo,
    answer,
    disconnect,
    timer,
    attempt,
    coroutine,
    moments
};

class worker
{
public:
    worker(playground& ground, witness& seen, std::vector<std::string> urls, unsigned seed)
        : ground_(ground), seen_(seen), urls_(std::move(urls)), random_(seed)
    {}

    void work(std::chrono::steady_clock::time_point end)
    {
        while (std::chrono::steady_clock::now() < end) {
            auto const at = pick(1000);
            switch (pick(12)) {
            case 0:
            case 1:
                make(at);
                break;
            case 2:
                ground_.line(at)->destroy();
                break;
            case 3:
                ground_.line(at)->use([](client& line) { (void)line.close(); });
                break;
            case 4:
                ground_.line(at)->use([](client& line) { line.connect(); });
                break;
            case 5:
                ground_.line(at)->use([](client& line) { line.disconnect(); });
                break;
            case 6:
                block_on(at);
                break;
            default:
                speak(ground_.handle(at));
            }
        }
    }

private:
    std::size_t pick(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_); }

    void make(std::size_t at)
    {
        auto const& how = all_ways()[pick(3)]; // the JSON ones
        auto options = how.options();
        options.reconnection_delay = 5ms;
        options.reconnection_delay_max = 50ms;
        options.linger = std::chrono::milliseconds(pick(100));
        if (pick(3) == 0) options.pool = pool_;
        if (pick(20) == 0) options.pool = client_pool(); // a thread for one alone
        bool const retries = pick(4) == 0;
        if (retries) options.retries = 1;
        if (pick(4) == 0) options.ack_timeout = 20ms;
        if (pick(4) == 0)
            options.auth = client_auth([token = seen_.token](client_auth::reply give) {
                std::thread([give] { give(value::object{{"token", "t"}}); }).detach();
            });
        auto made = std::make_shared<shared_line>();
        made->line = std::make_unique<client>(urls_[pick(urls_.size())], std::move(options));
        client_socket const handle = *made->line;
        bool const two = pick(3) == 0;
        // locked: the timer that is declared may be the moment of its end, before this thread goes on
        made->use([&](client& line) {
            declare(line, made, static_cast<moment>(pick(static_cast<std::size_t>(moment::moments))));
            line.connect();
            if (two) line.of("/other").connect();
        });
        ground_.put(at, std::move(made), handle, !retries);
    }

    /// Whatever happens at `when` destroys the client.
    void declare(client& line, std::shared_ptr<shared_line> const& made, moment when)
    {
        auto gone = std::make_shared<bool>(false); // touched on the client's thread alone
        auto const hit = [home = std::weak_ptr(made), when, gone, token = seen_.token, &seen = seen_](moment now) {
            if (*gone && now != moment::coroutine) ++seen.called_after_the_end; // a coroutine began before, and ends
            if (now != when) return;
            if (auto const mine = home.lock()) {
                std::unique_lock const lock(mine->mutex, std::try_to_lock);
                if (!lock || !mine->line) return; // somebody else is at it
                mine->line.reset();
                *gone = true;
                ++seen.destroyed_inside;
            }
        };
        line.on_connect([hit, &seen = seen_, home = std::weak_ptr(made), who = client_socket(line)] {
            ++seen.joined;
            who.emit("echo", "after joining");
            who.emit("ask me");
            who.emit("ask", 1, [hit](result<int>) { hit(moment::answer); });
            hit(moment::connect);
        });
        line.on("echo", [hit, &seen = seen_](std::string) {
            ++seen.echoes;
            hit(moment::echo);
        });
        line.on("question", [hit](client_socket from, int n) -> task<int> {
            (void)co_await as_result(from.timeout(10ms).emit_with_ack<int>("ask", n));
            hit(moment::coroutine);
            co_return n;
        });
        line.on_disconnect([hit](client_disconnect_reason) { hit(moment::disconnect); });
        line.on_reconnect_attempt([hit](std::size_t) { hit(moment::attempt); });
        line.after(std::chrono::milliseconds(pick(50)), [hit] { hit(moment::timer); });
    }

    void speak(client_socket const& who)
    {
        if (!who) return;
        switch (pick(8)) {
        case 0:
            ++seen_.asked;
            who.emit("ask", 5, [&seen = seen_, token = seen_.token](result<int>) { ++seen.answered; });
            break;
        case 1:
            ++seen_.asked;
            who.timeout(30ms)
                .emit_with_ack<std::string>("ask", "text")
                .then([&seen = seen_, token = seen_.token](result<std::string> const&) { ++seen.answered; });
            break;
        case 2:
            who.volatile_().emit("echo", "now or never");
            break;
        case 3:
            who.emit("throw me out");
            break;
        case 4:
            who.off(who.on("nothing", [token = seen_.token] {}));
            break;
        case 5:
            who.emit("echo", std::string(pick(3000), 'x'));
            break;
        case 6:
            (void)who.id();
            (void)who.connected();
            who.auth(value::object{{"token", "new"}});
            break;
        default:
            who.emit("echo", "text");
        }
    }

    /// Waits for an answer as a simple program does: it must come, whatever happens to the client meanwhile.
    void block_on(std::size_t at)
    {
        auto const who = ground_.answering_handle(at);
        if (!who) return;
        try {
            (void)who.timeout(20ms).emit_with_ack<int>("ask", 7).get();
        } catch (error const&) {
            // the line was cut, or the client is gone
        }
        pending<client_statistics> figures;
        bool wanted = false;
        ground_.line(at)->use([&](client& line) {
            figures = line.statistics();
            wanted = true;
        });
        if (!wanted) return;
        try {
            (void)std::move(figures).get();
        } catch (error const&) {
            // destroyed before it was asked
        }
    }

    playground& ground_;
    witness& seen_;
    std::vector<std::string> urls_;
    std::mt19937 random_;
    client_pool pool_;
};

TEST(client_stress, survives_whatever_several_threads_do_to_clients_while_servers_restart)
{
    witness seen;
    {
        std::array<restless_server, 2> servers;
        playground ground;
        std::vector<std::string> const urls{servers[0].url(), servers[1].url(), "http://127.0.0.1:1"};
        auto const end = std::chrono::steady_clock::now() + how_long();
        std::vector<std::thread> threads;
        for (unsigned seed = 0; seed < 3; ++seed)
            threads.emplace_back([&, seed] { worker(ground, seen, urls, seed).work(end); });
        for (std::size_t turn = 0; std::chrono::steady_clock::now() < end; ++turn) {
            // each life of a server is long enough that somebody has joined it
            auto const before = seen.joined.load();
            until([&] { return seen.joined > before + 5 || std::chrono::steady_clock::now() >= end; });
            servers[turn % servers.size()].restart();
        }
        for (auto& each : threads) each.join();
    }
    // all clients are destroyed, and the servers gone: nothing of anybody's captures may be left
    EXPECT_TRUE(until([&] { return seen.token.use_count() == 1; })) << seen.token.use_count() << " captures are left";
    EXPECT_EQ(seen.called_after_the_end, 0U) << "a handler began after its client was destroyed on the same thread";
    EXPECT_LE(seen.answered, seen.asked);
    EXPECT_GT(seen.joined, 0U);
    EXPECT_GT(seen.echoes, 0U);
    EXPECT_GT(seen.answered, 0U);
    EXPECT_GT(seen.destroyed_inside, 0U);
}

} // namespace
} // namespace partyline::test
