// Many clients in one process and on one thread, against the contract server in a process of its own: what one costs that does
// nothing, what an echo costs, how all come back when the server was killed. README.md has the commands; each ends with status 1
// where a figure misses its bound.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <malloc.h>

#include <partyline/client.hpp>

#include "soak/server_process.hpp"

namespace partyline::soak {
namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

constexpr double idle_bytes = 4096;              // per client
constexpr double echo_ratio = 1.5;               // the client's CPU time to the server's
constexpr std::chrono::seconds all_are_back(30); // after the server was killed
constexpr double growth_bytes = 64;              // per client over any number of restarts, once the first ones are over

double seconds(steady::duration time) { return std::chrono::duration<double>(time).count(); }

/// What the allocator has given out, of all threads.
double allocated() { return static_cast<double>(mallinfo2().uordblks); }

bool judge(bool well, char const* what)
{
    if (!well) std::printf("MISSED: %s\n", what);
    return well;
}

/// Clients of one thread, each with a handler and two listeners, as programs have them.
class crowd
{
public:
    explicit crowd(std::string url, bool watches_attempts = false)
        : url_(std::move(url)), watches_attempts_(watches_attempts)
    {}

    /// Connects so many more, few at the same moment: a backlog is bounded, and what connecting needs is not to be counted.
    void add(std::size_t count)
    {
        constexpr std::size_t at_once = 20;
        all_.reserve(all_.size() + count);
        for (std::size_t i = 0; i < count; ++i) {
            wait_for("a place in the queue", [&] { return all_.size() - connected_ < at_once; });
            add_one();
        }
        wait_for("all to be connected", [&] { return is_complete(); });
    }
    void wait_for(char const* what, std::function<bool()> const& condition) const
    {
        auto const end = steady::now() + 120s;
        while (!condition()) {
            if (steady::now() > end) throw std::runtime_error(std::string("waited in vain for ") + what);
            std::this_thread::sleep_for(1ms);
        }
    }
    [[nodiscard]] bool is_complete() const { return connected_ == all_.size(); }
    [[nodiscard]] std::size_t connected() const { return connected_; }
    [[nodiscard]] std::size_t size() const { return all_.size(); }
    [[nodiscard]] std::uint64_t echoes() const { return echoes_; }
    /// From now on each echo is sent back.
    void start_echoing()
    {
        echoing_ = true;
        for (auto const& each : all_) each->emit("echo", "a text of a length as chats have it");
    }
    void stop_echoing() { echoing_ = false; }
    /// When each was connected last, and when each tried to connect last, since `start`; sorted.
    [[nodiscard]] std::vector<double> when_connected(steady::time_point start) const
    {
        return since(start, &moments::connected);
    }
    [[nodiscard]] std::vector<double> when_tried(steady::time_point start) const
    {
        return since(start, &moments::tried);
    }

private:
    void add_one()
    {
        auto& made = *all_.emplace_back(
            std::make_unique<client>(url_, client_options{.transports = {transport_kind::websocket}, .pool = pool_}));
        auto& times = *times_.emplace_back(std::make_unique<moments>());
        made.on_connect([this, &times] {
            times.connected = steady::now().time_since_epoch().count();
            ++connected_;
        });
        if (watches_attempts_)
            made.on_reconnect_attempt(
                [&times](std::size_t) { times.tried = steady::now().time_since_epoch().count(); });
        made.on_disconnect([this](client_disconnect_reason) { --connected_; });
        made.on("echo", [this, &made](std::string_view text) {
            ++echoes_;
            if (echoing_) made.emit("echo", text);
        });
        made.connect();
    }

    struct moments
    {
        std::atomic<steady::rep> connected{0};
        std::atomic<steady::rep> tried{0};
    };
    [[nodiscard]] std::vector<double> since(steady::time_point start, std::atomic<steady::rep> moments::*which) const
    {
        std::vector<double> all;
        for (auto const& each : times_)
            all.push_back(seconds(steady::time_point(steady::duration((*each).*which)) - start));
        std::sort(all.begin(), all.end());
        return all;
    }

    std::string url_;
    bool watches_attempts_;
    client_pool pool_;
    std::atomic<std::size_t> connected_{0};
    std::atomic<std::uint64_t> echoes_{0};
    std::atomic<bool> echoing_{false};
    std::vector<std::unique_ptr<moments>> times_;
    std::vector<std::unique_ptr<client>> all_; // gone before what their handlers use
};

// --- scenarios ------------------------------------------------------------------------------------------------------

bool idle(server_process const& server, std::size_t count)
{
    crowd clients(server.url());
    clients.add(50); // what the first ones make for all
    auto const threads = status_of("self", "Threads");
    auto const [memory, heap] = std::pair(memory_of("self"), allocated());
    clients.add(count);
    auto const each = (memory_of("self") - memory) / static_cast<double>(count);
    auto const each_on_heap = (allocated() - heap) / static_cast<double>(count);
    auto const threads_then = status_of("self", "Threads");
    std::printf("idle, %zu clients: %.0f bytes each (proportional set size), %.0f from the allocator; threads %ld, "
                "before %ld\n",
                count, each, each_on_heap, threads_then, threads);
    bool well = judge(each <= idle_bytes && each_on_heap <= idle_bytes, "at most 4,096 bytes for each client");
    well &= judge(threads_then == threads, "no thread more");
    return well;
}

bool echo(server_process const& server, std::size_t count)
{
    crowd clients(server.url());
    clients.add(count);
    clients.start_echoing();
    std::this_thread::sleep_for(1s); // both warm
    auto const began = clients.echoes();
    auto const [mine, theirs] = std::pair(cpu_of("self"), cpu_of(server.pid()));
    std::this_thread::sleep_for(10s);
    auto const echoes = static_cast<double>(clients.echoes() - began);
    auto const client_time = static_cast<double>((cpu_of("self") - mine).count()) / echoes;
    auto const server_time = static_cast<double>((cpu_of(server.pid()) - theirs).count()) / echoes;
    clients.stop_echoing();
    std::printf("echo, %zu clients: %.0f echoes, CPU for each: client %.0f ns, server %.0f ns, ratio %.2f\n", count,
                echoes, client_time, server_time, client_time / server_time);
    return judge(client_time / server_time <= echo_ratio, "at most 1.5 times the server's CPU time");
}

void print_histogram(std::vector<double> const& times)
{
    constexpr double step = 0.25;
    for (std::size_t i = 0; i < times.size();) {
        auto const from = std::floor(times[i] / step) * step;
        std::size_t n = 0;
        for (; i < times.size() && times[i] < from + step; ++i) ++n;
        std::printf("  %5.2f s %6zu %s\n", from, n, std::string(n * 100 / times.size(), '#').c_str());
    }
}

/// Kills the server, starts it `away` later, waits until all are back; answers when the server listened again.
steady::time_point restart_once(server_process& server, crowd& clients, std::chrono::milliseconds away)
{
    server.kill();
    clients.wait_for("all to hear of it", [&] { return clients.connected() == 0; });
    std::this_thread::sleep_for(away);
    server.start();
    auto const start = steady::now();
    clients.wait_for("all to be back", [&] { return clients.is_complete(); });
    return start;
}

bool restart(server_process& server, std::size_t count, std::chrono::seconds away)
{
    bool well = true;
    crowd clients(server.url(), true);
    clients.add(count);
    auto const threads = status_of("self", "Threads");
    auto const start = restart_once(server, clients, away);
    auto const tried = clients.when_tried(start);
    auto const times = clients.when_connected(start);
    std::printf("restart, %zu clients, server away for %.0f s: half are back after %.2f s, all after %.2f s\n"
                "the attempts that led there:\n",
                count, seconds(away), times[times.size() / 2], times.back());
    print_histogram(tried);
    std::printf("back:\n");
    print_histogram(times);
    well &= judge(times.back() <= seconds(all_are_back), "all are back within 30 seconds");
    // over the second of the first attempt's jitter at least, not all at once
    well &= judge(tried[tried.size() * 9 / 10] - tried[tried.size() / 10] >= 0.4, "the attempts are spread");
    well &= judge(status_of("self", "Threads") == threads, "no thread more");
    return well;
}

bool restarts(server_process& server, std::size_t rounds, std::size_t count)
{
    crowd clients(server.url());
    clients.add(count);
    constexpr std::size_t warming = 3;
    double heap = 0;
    double memory = 0;
    double slowest = 0;
    for (std::size_t i = 1; i <= rounds + warming; ++i) {
        auto const start = restart_once(server, clients, 0ms);
        slowest = std::max(slowest, clients.when_connected(start).back());
        if (i == warming) {
            heap = allocated();
            memory = memory_of("self");
        }
        if (i == warming || i == rounds + warming || i % 10 == 0)
            std::printf("  after %3zu restarts: allocated %.0f KiB, proportional set size %.0f KiB\n", i,
                        allocated() / 1024, memory_of("self") / 1024);
    }
    auto const grown = (allocated() - heap) / static_cast<double>(count);
    std::printf("restarts, %zu of %zu clients: each has grown by %.0f bytes (allocator), %.0f (proportional set size); "
                "all are back "
                "after %.2f s at most\n",
                rounds, count, grown, (memory_of("self") - memory) / static_cast<double>(count), slowest);
    bool well = judge(grown <= growth_bytes, "memory stays flat");
    well &= judge(slowest <= seconds(all_are_back), "all are back within 30 seconds");
    return well;
}

int run(std::vector<std::string> const& words)
{
    auto const number = [&](std::size_t at) { return static_cast<std::size_t>(std::stoul(words.at(at))); };
    server_process server(words.at(1));
    auto const& what = words.at(2);
    bool well = false;
    if (what == "idle")
        well = idle(server, number(3));
    else if (what == "echo")
        well = echo(server, number(3));
    else if (what == "restart")
        well = restart(server, number(3), std::chrono::seconds(number(4)));
    else if (what == "restarts")
        well = restarts(server, number(3), number(4));
    else
        throw std::runtime_error("no scenario " + what);
    return well ? 0 : 1;
}

} // namespace
} // namespace partyline::soak

int main(int count, char** words)
{
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    try {
        return partyline::soak::run({words, words + count});
    } catch (std::out_of_range const&) {
        std::fputs("usage: many_clients CONTRACT_SERVER idle N | echo N | restart N SECONDS_AWAY | restarts ROUNDS N\n",
                   stderr);
    } catch (std::exception const& why) {
        std::fprintf(stderr, "many_clients: %s\n", why.what());
    }
    return 2;
}
