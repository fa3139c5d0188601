// What processes and the machine have used, from /proc. Sampled before and after a measured window, never within.
#pragma once

#include <vector>

#include "load/clock.hpp"

namespace sioload {

/// A process and its descendants; empty for 0.
[[nodiscard]] std::vector<int> process_tree(int root);

/// The kernel's threads that do the network's work where it does not get done within a system call; empty where they do not show.
[[nodiscard]] std::vector<int> soft_interrupt_threads();

/// CPU seconds of several processes.
struct cpu_usage
{
    double user = 0;
    double system = 0;
    double running = 0; ///< of all threads, by the scheduler's own account: nanoseconds fine
    int threads = 0;
    int processes = 0;
};
[[nodiscard]] cpu_usage cpu_of(std::vector<int> const& processes);

/// KiB of several processes.
struct memory_usage
{
    long rss = 0;
    long pss = 0;
    long swap = 0;
};
[[nodiscard]] memory_usage memory_of(std::vector<int> const& processes);
[[nodiscard]] long quick_rss_of(std::vector<int> const& processes);

struct machine_usage
{
    std::vector<double> busy; ///< seconds per core
    double stolen = 0;
    long socket_kib = 0; ///< memory of the kernel
    long slab_kib = 0;
};
[[nodiscard]] machine_usage machine_now();

/// All of it at one moment.
struct snapshot
{
    nanoseconds when = 0;
    double own = 0;
    cpu_usage server;
    cpu_usage soft_interrupts;
    machine_usage machine;
};
[[nodiscard]] snapshot take_snapshot(std::vector<int> const& server, std::vector<int> const& soft_interrupts);
[[nodiscard]] double own_cpu();

} // namespace sioload
