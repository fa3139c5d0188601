// The measured window of the scenarios in which messages travel, and their report.
#include <algorithm>
#include <iostream>

#include "load/driver.hpp"

namespace sioload {

void driver::join()
{
    if (options_.room.empty() || options_.kind == scenario_kind::polling) return;
    state_.now = phase::join;
    auto const limit = now() + from_seconds(20);
    while (state_.joined < up_ && now() < limit) sleep_milliseconds(5);
    if (state_.joined < up_) std::cerr << "sioload: only " << state_.joined << " of " << up_ << " joined\n";
}

void driver::begin_window()
{
    sleep_milliseconds(100);
    memory_at_begin_ = memory_of(server_);
    state_.now = phase::run;
    sleep_until(now() + from_seconds(options_.warmup));
}

void driver::measure()
{
    before_ = take_snapshot(server_, soft_interrupts_);
    state_.begin = before_.when;
    auto const end = before_.when + from_seconds(options_.duration);
    std::uint64_t const sent_before = state_.sent;
    while (options_.kind == scenario_kind::slow && now() + from_seconds(.1) < end) {
        sleep_milliseconds(100);
        largest_rss_ = std::max(largest_rss_, quick_rss_of(server_));
    }
    sleep_until(end);
    after_ = take_snapshot(server_, soft_interrupts_);
    state_.end = after_.when;
    sent_ = state_.sent - sent_before;
    memory_at_end_ = memory_of(server_);
}

/// Lets the rest arrive, so that a loss can be told from a queue.
void driver::drain()
{
    state_.now = phase::drain;
    double copies = 1;
    if (options_.fans_out()) {
        copies = up_ - (options_.event == "others" ? 1.0 : 0.0);
        if (options_.kind == scenario_kind::slow) copies -= std::min(options_.slow, options_.connections - 1);
        copies /= options_.rooms;
    }
    auto const limit = now() + from_seconds(4);
    std::uint64_t last = 0;
    auto changed = now();
    std::uint64_t due = 0;
    while (now() < limit) {
        sleep_milliseconds(20);
        due = static_cast<std::uint64_t>(static_cast<double>(state_.sent) * copies);
        std::uint64_t const heard = state_.received;
        if (heard >= due) break;
        if (heard != last) {
            last = heard;
            changed = now();
        }
        if (now() - changed > from_seconds(1.5)) break;
    }
    if (options_.kind == scenario_kind::slow) leave_slow_readers();
    stop();
    missing_ = due > total_.received ? due - total_.received : 0;
}

void driver::leave_slow_readers()
{
    stop();
    for (auto const& each : shares_) cut_off_ += each->close_slow_readers();
    sleep_milliseconds(2'000);
    rss_after_slow_ = quick_rss_of(server_);
}

void driver::report_rates()
{
    auto const units = static_cast<double>(total_.messages);
    double const seconds = to_seconds(after_.when - before_.when);
    if (options_.fans_out()) {
        report_.text("event", options_.event);
        if (options_.senders > 1) report_.count("senders", options_.senders);
        if (options_.rooms > 1) report_.count("rooms", options_.rooms);
        report_.number("deliveries", units);
        report_.number("deliveries_per_s", units / seconds);
        report_.number("broadcasts_per_s", static_cast<double>(total_.own_copies) / seconds, 1);
        report_.number("sent_per_s", static_cast<double>(sent_) / seconds, 1);
    } else {
        report_.number("msgs", units);
        report_.number("msgs_per_s", units / seconds);
        if (options_.kind == scenario_kind::polling) report_.count("http_responses", total_.responses);
    }
    report_.latencies("lat_us", total_.latency);
    report_.count("missing_after_drain", missing_);
}

int driver::report_messages()
{
    join();
    begin_window();
    measure();
    drain();
    report_.count("window", options_.window);
    report_.count("payload", options_.payload);
    if (options_.rate > 0) report_.number("rate", options_.rate);
    if (options_.threads > 1) report_.count("threads", options_.threads);
    if (options_.burst) report_.flag("burst", true);
    if (options_.spin) report_.flag("spin", true);
    if (options_.coalesce_us > 0) report_.number("coalesce_us", options_.coalesce_us);
    report_.number("seconds", to_seconds(after_.when - before_.when), 3);
    report_rates();
    if (options_.deflate) {
        report_.count("compressed", total_.compressed); // of the whole run
        report_.count("inflated", total_.inflated);
    }
    if (options_.kind == scenario_kind::slow) {
        auto const largest = std::max(largest_rss_, memory_at_end_.rss);
        report_.count("slow", options_.slow);
        report_.count("slow_closed_by_server", cut_off_);
        report_.number("rss_start_kb", static_cast<double>(memory_at_begin_.rss));
        report_.number("rss_max_kb", static_cast<double>(largest));
        report_.number("rss_end_kb", static_cast<double>(memory_at_end_.rss));
        report_.number("rss_growth_kb", static_cast<double>(largest - memory_at_begin_.rss));
        report_.number("rss_2s_after_slow_gone_kb", static_cast<double>(rss_after_slow_));
    } else {
        report_.number("server_rss_kb", static_cast<double>(memory_at_end_.rss));
        report_.number("server_pss_kb", static_cast<double>(memory_at_end_.pss));
    }
    report_connecting();
    report_.cost(before_, after_, static_cast<double>(total_.messages), options_.fans_out() ? "deliveries" : "msgs",
                 total_.idle);
    report_.errors(total_);
    return finish(total_.bad == 0 && total_.refused == 0 &&
                  (total_.closed == 0 || options_.kind == scenario_kind::slow));
}

} // namespace sioload
