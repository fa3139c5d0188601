// The phases of a run, and the reports of connect and idle.
#include "load/driver.hpp"

#include <algorithm>
#include <iostream>

#include <poll.h>
#include <unistd.h>

#include "load/polling_share.hpp"
#include "load/websocket_share.hpp"

namespace sioload {

namespace {

void sleep_until_end_of_input(nanoseconds limit)
{
    char ignored[256];
    pollfd input{STDIN_FILENO, POLLIN, 0};
    for (auto at = now(); at < limit; at = now())
        if (::poll(&input, 1, static_cast<int>(to_seconds(limit - at) * 1000) + 1) > 0 &&
            ::read(STDIN_FILENO, ignored, sizeof ignored) <= 0)
            return;
}

} // namespace

driver::driver(load_options const& options)
    : options_(options), server_(process_tree(options.pid)), soft_interrupts_(soft_interrupt_threads())
{
    std::uint32_t first = 0;
    for (std::uint32_t i = 0; i < options_.threads; ++i) {
        std::uint32_t const count =
            options_.connections / options_.threads + (i < options_.connections % options_.threads);
        if (options_.kind == scenario_kind::polling)
            shares_.push_back(std::make_unique<polling_share>(options_, state_, count, first));
        else
            shares_.push_back(std::make_unique<websocket_share>(options_, state_, i, count, first));
        first += count;
    }
}

driver::~driver() { stop(); }

int driver::run()
{
    connect();
    report_.text("scenario", options_.scenario);
    if (!options_.label.empty()) report_.text("label", options_.label);
    report_.count("conns", options_.connections);
    report_.count("up", up_);
    if (options_.kind == scenario_kind::connect) return report_connects();
    if (options_.kind == scenario_kind::idle) return report_idle();
    if (up_ != 0) return report_messages();
    stop();
    report_.errors(total_);
    report_.text("failed", "no connection came up");
    return finish(false);
}

void driver::connect()
{
    memory_before_ = memory_of(server_);
    before_connects_ = take_snapshot(server_, soft_interrupts_);
    for (auto& each : shares_) threads_.emplace_back([&each] { each->run(); });
    auto const limit = now() + from_seconds(options_.connect_timeout);
    while (state_.up + state_.failed < options_.connections && now() < limit) sleep_milliseconds(1);
    after_connects_ = take_snapshot(server_, soft_interrupts_);
    up_ = state_.up;
}

void driver::stop()
{
    state_.now = phase::stop;
    for (auto& each : threads_) each.join();
    if (threads_.empty()) return;
    threads_.clear();
    for (auto const& each : shares_) total_.merge(each->statistics());
}

int driver::finish(bool good)
{
    for (auto const& each : shares_) each->close_all();
    report_.print();
    return good ? 0 : 1;
}

void driver::report_connecting()
{
    double const seconds = to_seconds(state_.last_up - state_.first_connect);
    report_.number("connect_s", seconds, 3);
    report_.number("handshakes_per_s", seconds > 0 ? up_ / seconds : 0);
}

int driver::report_connects()
{
    stop();
    report_.count("concurrency", options_.concurrency);
    report_.flag("churn", options_.churn);
    report_connecting();
    report_.latencies("handshake_us", total_.handshake);
    report_.cost(before_connects_, after_connects_, up_, "handshakes");
    report_.errors(total_);
    return finish(up_ == options_.connections);
}

int driver::report_idle()
{
    sleep_milliseconds(1'500);
    auto const connected = memory_of(server_);
    auto const before = take_snapshot(server_, soft_interrupts_);
    auto const limit = now() + from_seconds(options_.hold);
    if (options_.until_eof) {
        std::cerr << up_ << " up" << std::endl;
        sleep_until_end_of_input(limit);
    } else {
        sleep_until(limit);
    }
    auto const held = memory_of(server_);
    auto const after = take_snapshot(server_, soft_interrupts_);
    stop();
    report_connecting();
    double const alive = std::max(1.0, static_cast<double>(up_) - static_cast<double>(total_.closed));
    auto const each_bytes = [&](long kib) { return static_cast<double>(kib) * 1024 / alive; };
    report_.number("hold_s", options_.hold, 1);
    report_.number("alive", alive);
    report_.number("rss_kb", static_cast<double>(held.rss));
    report_.number("pss_before_kb", static_cast<double>(memory_before_.pss));
    report_.number("pss_connected_kb", static_cast<double>(connected.pss));
    report_.number("pss_kb", static_cast<double>(held.pss));
    report_.number("swap_kb", static_cast<double>(held.swap));
    report_.number("rss_bytes_per_conn", each_bytes(held.rss - memory_before_.rss));
    report_.number("pss_bytes_per_conn", each_bytes(held.pss - memory_before_.pss));
    auto const& machine = before_connects_.machine;
    report_.number("kernel_sock_mem_delta_kb", static_cast<double>(after.machine.socket_kib - machine.socket_kib));
    report_.number("kernel_slab_bytes_per_conn_both_ends", each_bytes(after.machine.slab_kib - machine.slab_kib));
    report_.count("pings", total_.pings);
    report_.cost(before, after, 0, "conns");
    report_.errors(total_);
    return finish(total_.closed == 0 && up_ == options_.connections);
}

} // namespace sioload
