// Reads and checks the command line, and raises the limit of descriptors to what the run needs.
#include "load/options.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>

#include <CLI/CLI.hpp>
#include <sys/resource.h>

namespace sioload {

namespace {

std::map<std::string, scenario_kind> const kinds{
    {"connect", scenario_kind::connect},     {"echo", scenario_kind::echo},          {"ack", scenario_kind::ack},
    {"broadcast", scenario_kind::broadcast}, {"idle", scenario_kind::idle},          {"slow", scenario_kind::slow},
    {"polling", scenario_kind::polling},     {"calibrate", scenario_kind::calibrate}};

void declare(CLI::App& line, load_options& to)
{
    line.add_option("scenario", to.scenario, "connect echo ack broadcast idle slow polling calibrate")->required();
    line.add_option("--host", to.host, "an address of 127.0.0.0/8")->capture_default_str();
    line.add_option("--port", to.port)->check(CLI::Range(1, 65'535))->capture_default_str();
    line.add_option("--path", to.path)->capture_default_str();
    line.add_option("--pid", to.pid, "the server's process, whose CPU and memory are counted");
    line.add_option("--label", to.label, "stands in the report");
    line.add_option("--conns", to.connections, "clients")->check(CLI::Range(1, 1'000'000))->capture_default_str();
    line.add_option("--concurrency", to.concurrency, "handshakes at the same time")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    line.add_option("--window", to.window, "messages under way per client, or per sender")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    line.add_option("--payload", to.payload, "length of the string carried")
        ->check(CLI::Range(1, 900'000))
        ->capture_default_str();
    line.add_option("--slow", to.slow, "clients that stop reading");
    line.add_option("--senders", to.senders)->check(CLI::Range(1, 10'000))->capture_default_str();
    line.add_option("--rooms", to.rooms, "clients are spread over so many rooms; each needs a sender of its own")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    line.add_option("--threads", to.threads)->check(CLI::Range(1, 64))->capture_default_str();
    line.add_option("--duration", to.duration, "seconds measured")
        ->check(CLI::Range(0.1, 600.0))
        ->capture_default_str();
    line.add_option("--warmup", to.warmup, "seconds before")->check(CLI::Range(0.0, 120.0))->capture_default_str();
    line.add_option("--hold", to.hold, "idle: seconds")->check(CLI::Range(0.0, 7'200.0))->capture_default_str();
    line.add_option("--connect-timeout", to.connect_timeout)->check(CLI::Range(1.0, 600.0))->capture_default_str();
    line.add_option("--rate", to.rate, "open loop: messages per second in all")->check(CLI::Range(0.0, 10'000'000.0));
    line.add_option("--coalesce", to.coalesce_us, "microseconds slept on a timer between polls")
        ->check(CLI::Range(0.0, 20'000.0));
    line.add_option("--event", to.event, "broadcast: which")
        ->check(CLI::IsMember({"broadcast", "room", "others"}))
        ->capture_default_str();
    line.add_option("--room", to.room, "its name");
    line.add_flag("--until-eof", to.until_eof,
                  "idle: says on standard error when all are up, and ends when standard input does");
    line.add_flag("--churn", to.churn, "connect: close at once");
    line.add_flag("--burst", to.burst, "echo: the next window when the last one is complete");
    line.add_flag("--spin", to.spin, "never sleep");
    line.add_flag("--fin", to.fin, "close with FIN, not with RST");
    line.add_flag("--deflate", to.deflate, "offer permessage-deflate, without context takeover");
}

void complete(load_options& to)
{
    auto const found = kinds.find(to.scenario);
    if (found == kinds.end()) give_up("there is no scenario '" + to.scenario + "', see --help");
    to.kind = found->second;
    if (!to.host.starts_with("127.")) give_up("only 127.0.0.0/8 is a target");
    if (to.kind == scenario_kind::ack && to.window > 900) give_up("ack: a window of 900 at most");
    if (to.kind == scenario_kind::slow && to.rate <= 0) to.rate = 100;
    if (to.event == "room" && to.room.empty()) to.room = "lab";
    if (to.event == "others") {
        to.senders = 1;
        if (to.connections < 2) give_up("others needs two clients");
    }
    if (to.rooms > 1) {
        if (to.event != "room") give_up("--rooms goes with --event room");
        to.senders = to.rooms;
        to.threads = 1;
        if (to.connections % to.rooms != 0) give_up("--rooms has to divide --conns");
    }
    if (to.kind != scenario_kind::connect) to.churn = false;
    if (to.kind == scenario_kind::calibrate) to.connections = std::max(to.connections, 1'000U);
    to.threads = std::min(to.threads, to.connections);
}

void allow_descriptors(load_options const& of)
{
    rlim_t wanted = rlim_t{of.connections} * (of.kind == scenario_kind::polling ? 2 : 1) + 64;
    if (of.churn) wanted = rlim_t{of.concurrency} + 64;
    if (of.kind == scenario_kind::calibrate) wanted = rlim_t{of.connections} * 2 + 64; // both ends
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= wanted) return;
    rlimit const raised{wanted, std::max(limit.rlim_max, wanted)};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) return;
    if (limit.rlim_max < wanted)
        give_up(std::to_string(wanted) + " descriptors are needed, the limit is " + std::to_string(limit.rlim_max) +
                ": run several sioload");
    rlimit const whole{limit.rlim_max, limit.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &whole);
}

} // namespace

load_options read_options(int count, char** words)
{
    load_options result;
    CLI::App line{"sioload: puts an Engine.IO 4 / Socket.IO 5 server under load; one JSON line on standard output."};
    declare(line, result);
    try {
        line.parse(count, words);
    } catch (CLI::ParseError const& why) {
        std::exit(line.exit(why) == 0 ? 0 : 2);
    }
    complete(result);
    allow_descriptors(result);
    return result;
}

void give_up(std::string const& why)
{
    std::cerr << "sioload: " << why << '\n';
    std::exit(2);
}

} // namespace sioload
