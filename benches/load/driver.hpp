// The control thread: starts the load's threads, leads them through the phases, and reports.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "load/options.hpp"
#include "load/process.hpp"
#include "load/report.hpp"
#include "load/run_state.hpp"

namespace sioload {

/// Thread: the main one. Everything is bounded in time: connecting by --connect-timeout, joining by 20 s, draining by 4 s.
class driver
{
public:
    explicit driver(load_options const& options);
    ~driver();

    /// The exit status: 0 if every client came up and every message was right.
    int run();

private:
    void connect();
    int report_connects();
    int report_idle();
    int report_messages();
    void join();
    void begin_window();
    void measure();
    void drain();
    void leave_slow_readers();
    void stop();
    void report_rates();
    void report_connecting();
    int finish(bool good);

    load_options const& options_;
    run_state state_;
    std::vector<int> const server_;
    std::vector<int> const soft_interrupts_;
    std::vector<std::unique_ptr<load_share>> shares_;
    std::vector<std::thread> threads_;
    report report_;
    load_statistics total_;
    memory_usage memory_before_;
    snapshot before_connects_;
    snapshot after_connects_;
    snapshot before_;
    snapshot after_;
    std::uint32_t up_ = 0;
    std::uint64_t sent_ = 0; ///< within the window
    std::uint64_t missing_ = 0;
    memory_usage memory_at_begin_;
    memory_usage memory_at_end_;
    long largest_rss_ = 0;
    long rss_after_slow_ = 0;
    std::uint32_t cut_off_ = 0;
};

/// What the machine can do right now, without any server: arithmetic, TCP on loopback, the kernel's share of a broadcast.
int calibrate(std::uint32_t receivers);

} // namespace sioload
