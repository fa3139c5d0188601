// The clients that ./bench measures: CLIENTS of them on one thread, each with WINDOW echoes under way, against the server at PORT. Prints
// one line of JSON: messages and CPU of this process between the end of WARMUP and that of SECONDS.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <partyline/client.hpp>

namespace {

using namespace std::chrono_literals;

double setting(char const* name, double otherwise)
{
    char const* const given = std::getenv(name);
    return given == nullptr ? otherwise : std::strtod(given, nullptr);
}

double cpu_seconds()
{
    timespec t{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

/// Written on the clients' thread, read when they are still.
struct tally
{
    std::atomic<long> messages{0};
    std::atomic<long> bad{0};
    std::atomic<long> up{0};
};

} // namespace

int main()
{
    auto const count = static_cast<long>(setting("CLIENTS", 100));
    auto const window = static_cast<int>(setting("WINDOW", 1));
    std::string const text(static_cast<std::size_t>(setting("PAYLOAD", 64)), 'x');
    auto const url = "http://127.0.0.1:" + std::to_string(static_cast<int>(setting("PORT", 3000)));

    tally counted;
    std::vector<std::unique_ptr<partyline::client>> clients;
    for (long i = 0; i < count; ++i) {
        clients.push_back(std::make_unique<partyline::client>(
            url, partyline::client_options{.transports = {partyline::transport_kind::websocket}}));
        auto const& line = *clients.back();
        line.on("echo", [&counted, &text, &line](std::string heard) {
            counted.messages.fetch_add(1, std::memory_order_relaxed);
            if (heard != text) ++counted.bad;
            line.emit("echo", heard);
        });
        line.on_connect([&counted] { ++counted.up; });
        line.connect();
    }
    for (auto const limit = std::chrono::steady_clock::now() + 30s;
         counted.up < count && std::chrono::steady_clock::now() < limit;)
        std::this_thread::sleep_for(5ms);
    for (auto const& each : clients)
        for (int i = 0; i < window; ++i) each->emit("echo", text);

    std::this_thread::sleep_for(std::chrono::duration<double>(setting("WARMUP", 0.5)));
    auto const began = std::chrono::steady_clock::now();
    double const cpu_before = cpu_seconds();
    long const before = counted.messages;
    std::this_thread::sleep_for(std::chrono::duration<double>(setting("SECONDS", 1.5)));
    double const cpu = cpu_seconds() - cpu_before;
    long const messages = counted.messages - before;
    double const seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    std::printf("{\"up\":%ld,\"msgs\":%ld,\"bad\":%ld,\"seconds\":%.3f,\"cpu_s\":%.4f}\n", counted.up.load(), messages,
                counted.bad.load(), seconds, cpu);
    std::fflush(stdout);
    clients.clear();
}
