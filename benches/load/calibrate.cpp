// What this core can do right now: arithmetic, a ping-pong over loopback TCP, and one send to each of a thousand sockets: the kernel's
// share of a broadcast, which no server can go below. All in CPU time, as the servers are measured, so that others on the core do not count.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load/driver.hpp"
#include "load/wire.hpp"

namespace sioload {

namespace {

constexpr std::size_t small_frame = 83; // `42["broadcast","..."]` with 64 bytes carried

nanoseconds cpu_now()
{
    timespec t{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<nanoseconds>(t.tv_sec) * 1'000'000'000U + static_cast<nanoseconds>(t.tv_nsec);
}

double million_operations_per_second()
{
    std::uint64_t state = 88'172'645'463'325'252U;
    std::uint64_t count = 0;
    auto const began = cpu_now();
    while (cpu_now() - began < 50'000'000U)
        for (int i = 0; i < 20'000; ++i, ++count) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
        }
    // The state takes part, so that the loop is not optimised away.
    return static_cast<double>(count) / to_seconds(cpu_now() - began) / 1e6 + static_cast<double>(state & 1) * 1e-9;
}

/// Both ends of loopback connections.
class loopback
{
public:
    loopback() : listening_(::socket(AF_INET, SOCK_STREAM, 0)), buffer_(1 << 16)
    {
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address_;
        auto* const address = reinterpret_cast<sockaddr*>(&address_);
        if (::bind(listening_, address, sizeof address_) != 0 || ::listen(listening_, 512) != 0 ||
            ::getsockname(listening_, address, &size) != 0)
            give_up("calibrate: no loopback");
    }
    loopback(loopback const&) = delete;
    loopback& operator=(loopback const&) = delete;
    ~loopback()
    {
        for (int const each : left_) close_hard({}, each);
        for (int const each : right_) ::close(each);
        ::close(listening_);
    }
    void connect(std::size_t count)
    {
        for (std::size_t i = 0; i < count; ++i) {
            int const on = 1;
            int const one = ::socket(AF_INET, SOCK_STREAM, 0);
            if (one < 0 || ::connect(one, reinterpret_cast<sockaddr*>(&address_), sizeof address_) != 0)
                give_up("calibrate: cannot connect");
            left_.push_back(one);
            int const other = ::accept(listening_, nullptr, nullptr);
            if (other < 0) give_up("calibrate: cannot accept");
            right_.push_back(other);
            for (int const each : {one, other}) ::setsockopt(each, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        }
    }
    void there_and_back(std::size_t size)
    {
        write(right_[0], size);
        read(left_[0], size);
        write(left_[0], size);
        read(right_[0], size);
    }
    [[nodiscard]] std::size_t size() const noexcept { return right_.size(); }
    void write_to_all(std::size_t size)
    {
        for (int const each : right_) write(each, size);
    }
    void read_at_all(std::size_t size)
    {
        for (int const each : left_) read(each, size);
    }

private:
    void write(int to, std::size_t size)
    {
        if (::send(to, buffer_.data(), size, MSG_NOSIGNAL) != static_cast<ssize_t>(size))
            give_up("calibrate: cannot send");
    }
    void read(int from, std::size_t size)
    {
        if (::recv(from, buffer_.data(), size, MSG_WAITALL) != static_cast<ssize_t>(size))
            give_up("calibrate: cannot read");
    }

    int listening_;
    std::vector<char> buffer_;
    sockaddr_in address_{};
    std::vector<int> left_;
    std::vector<int> right_;
};

/// Microseconds of CPU for one send to each of many, and for that with the reading of it.
void measure_fan_out(loopback& many, std::size_t size, std::string const& suffix, report& result)
{
    for (int i = 0; i < 20; ++i) { // windows and buffers of new connections grow first
        many.write_to_all(size);
        many.read_at_all(size);
    }
    nanoseconds sending = 0;
    std::uint64_t deliveries = 0;
    auto const began = cpu_now();
    for (; cpu_now() - began < 80'000'000U; deliveries += many.size()) {
        auto const begin = cpu_now();
        many.write_to_all(size);
        sending += cpu_now() - begin;
        many.read_at_all(size);
    }
    auto const each = [&](nanoseconds span) {
        return static_cast<double>(span) / 1e3 / static_cast<double>(deliveries);
    };
    result.number("fan_us" + suffix, each(cpu_now() - began), 3);
    result.number("fan_send_us" + suffix, each(sending), 3);
}

} // namespace

int calibrate(std::uint32_t receivers)
{
    report result;
    result.text("scenario", "calibrate");
    result.number("alu_mops", million_operations_per_second());

    loopback pair;
    pair.connect(1);
    std::uint64_t passes = 0;
    auto const began = cpu_now();
    for (; cpu_now() - began < 80'000'000U; passes += 2) pair.there_and_back(small_frame);
    result.number("tcp_us", static_cast<double>(cpu_now() - began) / 1e3 / static_cast<double>(passes), 3);

    loopback many;
    many.connect(receivers);
    measure_fan_out(many, small_frame, "", result);
    measure_fan_out(many, small_frame * 4, "_joined_4", result);
    measure_fan_out(many, 1'045, "_1k", result);
    measure_fan_out(many, 16'405, "_16k", result);
    result.print();
    return 0;
}

} // namespace sioload
