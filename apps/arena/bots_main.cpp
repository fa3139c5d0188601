// Fills the field of an arena elsewhere: `partyline_arena_bots 30 http://localhost:3001`, until Ctrl+C.
#include <chrono>
#include <csignal>

#include <CLI/CLI.hpp>
#include <partyline/error.hpp>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "bots.hpp"

int main(int count, char** words)
{
    std::size_t number = 30;
    std::string url = "http://localhost:3001";
    CLI::App options{"Bots for the arena: players that are programs, all on one thread."};
    options.add_option("number", number, "how many")->check(CLI::Range(1, 2'000))->capture_default_str();
    options.add_option("url", url, "where")->capture_default_str();
    CLI11_PARSE(options, count, words);
    spdlog::set_default_logger(spdlog::stderr_color_mt("bots"));

    // Blocked before any thread is made, so that this one takes them.
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    try {
        arena::bots company(number, url);
        auto before = company.count();
        timespec const patience{.tv_sec = 10, .tv_nsec = 0};
        while (sigtimedwait(&ends, nullptr, &patience) < 0) {
            auto const now = company.count();
            auto const each = std::max<std::size_t>(now.playing, 1) * 10;
            spdlog::info("{} of {} play; each gets {} snapshots and {} bytes of them a second", now.playing, number,
                         (now.snapshots - before.snapshots) / each, (now.bytes - before.bytes) / each);
            before = now;
        }
    } catch (partyline::error const& why) {
        spdlog::error("cannot play: {}", why.what());
        return 1;
    }
}
