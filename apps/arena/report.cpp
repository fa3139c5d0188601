#include "report.hpp"

#include <cstdio>

namespace arena {

namespace {

double milliseconds(tick_meter::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

std::string spread(char const* format, tick_meter::spread const& of)
{
    char text[128];
    int const size =
        std::snprintf(text, sizeof text, format, milliseconds(of.p50), milliseconds(of.p99), milliseconds(of.max));
    return {text, static_cast<std::size_t>(size)};
}

std::string number(char const* format, double value)
{
    char text[64];
    int const size = std::snprintf(text, sizeof text, format, value);
    return {text, static_cast<std::size_t>(size)};
}

} // namespace

void load_meter::add(load_sample now)
{
    samples_.push_back(now);
    if (samples_.size() > 11) samples_.pop_front();
}

report load_meter::figures(tick_meter const& ticks, std::size_t players) const
{
    report made{.players = players, .ticks = ticks.size(), .interval = ticks.intervals(), .work = ticks.works()};
    if (samples_.size() < 2) return made;
    auto const& first = samples_.front();
    auto const& last = samples_.back();
    double sockets = 0;
    for (auto const& each : samples_)
        sockets += static_cast<double>(each.sockets) / static_cast<double>(samples_.size());
    made.sockets = last.sockets;
    made.missed = last.missed;
    made.seconds = std::chrono::duration<double>(last.when - first.when).count();
    made.cpu_percent = 100 * std::chrono::duration<double>(last.cpu - first.cpu).count() / made.seconds;
    if (sockets > 0) {
        made.bytes_per_socket_second = static_cast<double>(last.bytes - first.bytes) / made.seconds / sockets;
        made.writes_per_socket_second = static_cast<double>(last.writes - first.writes) / made.seconds / sockets;
    }
    return made;
}

std::string json(report const& of)
{
    constexpr auto of_ticks = R"({"p50":%.3f,"p99":%.3f,"max":%.3f})";
    return R"({"players":)" + std::to_string(of.players) + R"(,"sockets":)" + std::to_string(of.sockets) +
           R"(,"tick":)" + std::to_string(of.tick) + R"(,"missed":)" + std::to_string(of.missed) + R"(,"ticks":)" +
           std::to_string(of.ticks) + R"(,"tick_interval_ms":)" + spread(of_ticks, of.interval) +
           R"(,"tick_work_ms":)" + spread(of_ticks, of.work) + R"(,"seconds":)" + number("%.2f", of.seconds) +
           R"(,"cpu_percent":)" + number("%.2f", of.cpu_percent) + R"(,"bytes_per_socket_second":)" +
           number("%.0f", of.bytes_per_socket_second) + R"(,"writes_per_socket_second":)" +
           number("%.1f", of.writes_per_socket_second) + "}\n";
}

std::string one_line(report const& of)
{
    constexpr auto of_ticks = "p50 %.2f p99 %.2f max %.2f ms";
    return std::to_string(of.players) + " players, ticks every " + spread(of_ticks, of.interval) + ", work " +
           spread(of_ticks, of.work) + ", " + number("%.1f", of.cpu_percent) + " % of a core, " +
           number("%.0f", of.bytes_per_socket_second) + " bytes and " + number("%.1f", of.writes_per_socket_second) +
           " writes per client and second, " + std::to_string(of.missed) + " snapshots missed";
}

} // namespace arena
