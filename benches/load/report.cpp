// Writes JSON by hand: the names are ours, and the values need no escapes but those of a label.
#include "load/report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace sioload {

namespace {

std::string decimal(double value, int digits)
{
    std::array<char, 96> out{};
    std::snprintf(out.data(), out.size(), "%.*f", digits, value);
    return out.data();
}

std::string object(std::vector<std::pair<std::string_view, std::string>> const& members)
{
    std::string out = "{";
    for (auto const& [name, value] : members) {
        if (out.size() > 1) out += ',';
        out.append("\"").append(name).append("\":").append(value);
    }
    return out + "}";
}

} // namespace

void report::raw(std::string_view name, std::string_view value)
{
    line_ += line_.empty() ? '{' : ',';
    line_.append("\"").append(name).append("\":").append(value);
}

void report::number(std::string_view name, double value, int digits) { raw(name, decimal(value, digits)); }

void report::text(std::string_view name, std::string_view value)
{
    std::string quoted = "\"";
    for (char const each : value) {
        if (each == '"' || each == '\\') quoted += '\\';
        if (static_cast<unsigned char>(each) >= ' ') quoted += each;
    }
    raw(name, quoted + "\"");
}

void report::latencies(std::string_view name, histogram const& of)
{
    raw(name, object({{"n", std::to_string(of.count())},
                      {"mean", decimal(of.mean(), 1)},
                      {"p50", decimal(of.quantile(.5), 1)},
                      {"p90", decimal(of.quantile(.9), 1)},
                      {"p99", decimal(of.quantile(.99), 1)},
                      {"p999", decimal(of.quantile(.999), 1)},
                      {"max", decimal(of.largest(), 1)}}));
}

void report::errors(load_statistics const& of)
{
    raw("errors", object({{"bad", std::to_string(of.bad)},
                          {"reordered", std::to_string(of.reordered)},
                          {"closed", std::to_string(of.closed)},
                          {"refused", std::to_string(of.refused)},
                          {"overrun", std::to_string(of.overrun)},
                          {"send_blocked", std::to_string(of.blocked)}}));
}

void report::cost(snapshot const& before, snapshot const& after, double units, std::string_view unit, nanoseconds idle)
{
    double const seconds = to_seconds(after.when - before.when);
    double const own = after.own - before.own;
    double const load = std::max(0.0, own - to_seconds(idle));
    number("client_cpu_s", load, 3);
    number("client_util", load / seconds, 3);
    double server = 0;
    if (after.server.processes != 0) {
        double const user = after.server.user - before.server.user;
        double const system = after.server.system - before.server.system;
        server =
            after.server.running > before.server.running ? after.server.running - before.server.running : user + system;
        number("server_cpu_s", server, 4);
        number("server_util", server / seconds, 3);
        number("server_user_s", user, 2);
        number("server_sys_s", system, 2);
        number("server_procs", after.server.processes);
        number("server_threads", after.server.threads);
        if (server > 0 && units > 0) {
            number(std::string(unit) + "_per_server_cpu_s", units / server);
            number("server_us_per_unit", server * 1e6 / units, 3);
        }
        text("bound", server / seconds >= .93 ? "server" : load / seconds >= .93 ? "CLIENT" : "neither");
    }
    std::string cores = "[";
    double busy = 0;
    for (std::size_t i = 0; i < std::min(after.machine.busy.size(), before.machine.busy.size()); ++i) {
        double const used = after.machine.busy[i] - before.machine.busy[i];
        busy += used;
        cores += (i == 0 ? "" : ",") + decimal(used / seconds, 2);
    }
    raw("core_busy", cores + "]");
    number("foreign_cpu", std::max(0.0, busy - server - own) / seconds, 2);
    number("ksoftirqd_cpu", (after.soft_interrupts.running - before.soft_interrupts.running) / seconds, 3);
    number("steal_s", after.machine.stolen - before.machine.stolen, 2);
}

void report::print() const
{
    std::puts((line_ + "}").c_str());
    std::fflush(stdout);
}

} // namespace sioload
