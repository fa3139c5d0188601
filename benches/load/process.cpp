// Reads /proc.
#include "load/process.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace sioload {

namespace {

std::string text_of(std::string const& path)
{
    std::string all;
    int const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return all;
    char buffer[8192];
    for (ssize_t got = 0; (got = ::read(file, buffer, sizeof buffer)) > 0;)
        all.append(buffer, static_cast<std::size_t>(got));
    ::close(file);
    return all;
}

std::vector<std::string> entries_of(std::string const& folder)
{
    std::vector<std::string> names;
    if (DIR* const open = ::opendir(folder.c_str())) {
        while (dirent const* each = ::readdir(open))
            if (each->d_name[0] != '.') names.emplace_back(each->d_name);
        ::closedir(open);
    }
    return names;
}

std::string folder_of(int process) { return "/proc/" + std::to_string(process); }

/// What follows the name in /proc/PID/stat, which may itself hold blanks and parentheses.
std::string statistics_of(int process)
{
    auto const all = text_of(folder_of(process) + "/stat");
    auto const end = all.rfind(')');
    return end == std::string::npos ? std::string() : all.substr(end + 1);
}

long field(std::string_view text, std::string_view name)
{
    auto const at = text.find(name);
    return at == std::string_view::npos ? 0 : std::atol(text.data() + at + name.size());
}

double ticks_per_second() { return static_cast<double>(::sysconf(_SC_CLK_TCK)); }
long page_kib() { return ::sysconf(_SC_PAGESIZE) / 1024; }

} // namespace

std::vector<int> process_tree(int root)
{
    if (root == 0) return {};
    std::multimap<int, int> children;
    for (auto const& name : entries_of("/proc")) {
        int const process = std::atoi(name.c_str());
        char state = 0;
        int parent = 0;
        if (process > 0 && std::sscanf(statistics_of(process).c_str(), " %c %d", &state, &parent) == 2)
            children.emplace(parent, process);
    }
    std::vector<int> all{root};
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto const [begin, end] = children.equal_range(all[i]);
        for (auto each = begin; each != end; ++each) all.push_back(each->second);
    }
    return all;
}

std::vector<int> soft_interrupt_threads()
{
    std::vector<int> all;
    for (auto const& name : entries_of("/proc")) {
        int const process = std::atoi(name.c_str());
        if (process > 0 && text_of(folder_of(process) + "/comm").starts_with("ksoftirqd/")) all.push_back(process);
    }
    return all;
}

cpu_usage cpu_of(std::vector<int> const& processes)
{
    cpu_usage sum;
    for (int const process : processes) {
        unsigned long user = 0;
        unsigned long system = 0;
        long threads = 0;
        if (std::sscanf(statistics_of(process).c_str(),
                        " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %*d %*d %*d %*d %ld", &user, &system,
                        &threads) != 3)
            continue;
        sum.user += static_cast<double>(user) / ticks_per_second();
        sum.system += static_cast<double>(system) / ticks_per_second();
        sum.threads += static_cast<int>(threads);
        ++sum.processes;
        auto const tasks = folder_of(process) + "/task";
        for (auto const& each : entries_of(tasks))
            sum.running +=
                static_cast<double>(std::strtoull(text_of(tasks + "/" + each + "/schedstat").c_str(), nullptr, 10)) /
                1e9;
    }
    return sum;
}

memory_usage memory_of(std::vector<int> const& processes)
{
    memory_usage sum;
    for (int const process : processes) {
        sum.rss += field(text_of(folder_of(process) + "/status"), "VmRSS:");
        auto const rolled = text_of(folder_of(process) + "/smaps_rollup");
        sum.pss += field(rolled, "\nPss:");
        sum.swap += field(rolled, "\nSwapPss:");
    }
    return sum;
}

long quick_rss_of(std::vector<int> const& processes)
{
    long sum = 0;
    for (int const process : processes) {
        long size = 0;
        long resident = 0;
        if (std::sscanf(text_of(folder_of(process) + "/statm").c_str(), "%ld %ld", &size, &resident) == 2)
            sum += resident * page_kib();
    }
    return sum;
}

machine_usage machine_now()
{
    machine_usage now_used;
    auto const all = text_of("/proc/stat");
    for (std::size_t at = 0; (at = all.find("\ncpu", at)) != std::string::npos; ++at) {
        unsigned long long user = 0, nice = 0, system = 0, idle = 0, io = 0, hard = 0, soft = 0, stolen = 0;
        if (std::sscanf(all.c_str() + at + 1, "cpu%*d %llu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &system,
                        &idle, &io, &hard, &soft, &stolen) == 8)
        {
            now_used.busy.push_back(static_cast<double>(user + nice + system + hard + soft) / ticks_per_second());
            now_used.stolen += static_cast<double>(stolen) / ticks_per_second();
        }
    }
    auto const sockets = text_of("/proc/net/sockstat");
    if (auto const tcp = sockets.find("TCP:"); tcp != std::string::npos)
        now_used.socket_kib = field(std::string_view(sockets).substr(tcp), " mem ") * page_kib();
    now_used.slab_kib = field(text_of("/proc/meminfo"), "\nSlab:");
    return now_used;
}

double own_cpu()
{
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

snapshot take_snapshot(std::vector<int> const& server, std::vector<int> const& soft_interrupts)
{
    snapshot taken;
    taken.server = cpu_of(server);
    taken.soft_interrupts = cpu_of(soft_interrupts);
    taken.machine = machine_now();
    taken.own = own_cpu();
    taken.when = now();
    return taken;
}

} // namespace sioload
