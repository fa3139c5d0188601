// The contract server as a process of its own, which can be killed and started again on the same port. Linux only. Used by the
// programs of this folder.
#pragma once

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace partyline::soak {

/// What the kernel says of a process: `VmRSS`, `Threads`, ... of its status.
inline long status_of(std::string const& pid, std::string const& name)
{
    std::ifstream file("/proc/" + pid + "/status");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(name + ":")) return std::stol(line.substr(name.size() + 1));
    return 0;
}

/// CPU time of all its threads so far.
inline std::chrono::nanoseconds cpu_of(std::string const& pid)
{
    std::int64_t sum = 0;
    for (auto const& thread : std::filesystem::directory_iterator("/proc/" + pid + "/task")) {
        std::ifstream file(thread.path() / "schedstat");
        std::int64_t spent = 0;
        file >> spent;
        sum += spent;
    }
    return std::chrono::nanoseconds(sum);
}

/// Its proportional set size, in bytes.
inline double memory_of(std::string const& pid)
{
    std::ifstream file("/proc/" + pid + "/smaps_rollup");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("Pss:")) return std::stod(line.substr(4)) * 1024;
    return 0;
}

/// Thread: one. The process dies with the object.
class server_process
{
public:
    /// `program` is the contract server.
    explicit server_process(std::string program) : program_(std::move(program)) { start(); }
    server_process(server_process const&) = delete;
    server_process& operator=(server_process const&) = delete;
    ~server_process() { kill(); }

    /// On the port of before. Returns when it listens.
    void start()
    {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
        auto port = "PORT=" + std::to_string(port_);
        std::string mode = "MODE=bench";
        std::array<char*, 3> environment{mode.data(), port.data(), nullptr};
        std::array<char*, 2> arguments{program_.data(), nullptr};
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        int const failed =
            ::posix_spawn(&pid_, program_.c_str(), &actions, nullptr, arguments.data(), environment.data());
        posix_spawn_file_actions_destroy(&actions);
        ::close(ends[1]);
        if (failed != 0) {
            ::close(ends[0]);
            throw std::runtime_error(program_ + " does not start");
        }
        auto const line = read_line(ends[0]);
        ::close(ends[0]);
        if (!line.starts_with("READY ")) throw std::runtime_error(program_ + " is not ready");
        port_ = static_cast<std::uint16_t>(std::stoi(line.substr(6)));
    }
    /// Without a word to anybody.
    void kill()
    {
        if (pid_ == 0) return;
        ::kill(pid_, SIGKILL);
        while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
        }
        pid_ = 0;
    }

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] std::string pid() const { return std::to_string(pid_); }

private:
    static std::string read_line(int from)
    {
        constexpr int patience = 20'000; // milliseconds
        std::string line;
        for (char next = 0; next != '\n';) {
            pollfd waits{from, POLLIN, 0};
            if (::poll(&waits, 1, patience) <= 0 || ::read(from, &next, 1) <= 0) break;
            line += next;
        }
        return line;
    }

    std::string program_;
    pid_t pid_ = 0;
    std::uint16_t port_ = 0;
};

} // namespace partyline::soak
