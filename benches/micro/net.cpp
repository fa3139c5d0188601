// The net floor alone: WebSocket messages echoed between real loopback sockets, and the deadline queue. What is reported as time of the
// echo is CPU of the server's thread per message, the kernel's work included; pin both sides apart for figures that compare
// (taskset, see benches/README.md).
#include <array>
#include <atomic>
#include <cstring>
#include <ctime>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <benchmark/benchmark.h>

#include <partyline/http.hpp>

#include "engineio/delivery_queue.hpp"
#include "engineio/outgoing.hpp"
#include "net/connections.hpp"
#include "net/listener.hpp"
#include "websocket/frame.hpp"

namespace {

using namespace partyline;

class echo_server final : net::loop_host, net::http_host
{
public:
    echo_server()
        : shard_(*this), table_(shard_, *this, options_), socket_(net::listen_on({.host = "127.0.0.1"}).front())
    {
        ear_ = std::make_unique<net::listener>(shard_, table_, socket_);
        thread_ = std::thread([this] {
            pin(0);
            shard_.run();
        });
        pthread_getcpuclockid(thread_.native_handle(), &clock_);
    }
    ~echo_server()
    {
        shard_.stop();
        thread_.join();
        shard_.retire(std::move(ear_));
    }

    static void pin(int core)
    {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET(core, &set);
        pthread_setaffinity_np(pthread_self(), sizeof set, &set);
    }
    [[nodiscard]] std::uint16_t port() const { return socket_->address().port; }
    [[nodiscard]] double cpu_seconds() const
    {
        timespec now;
        clock_gettime(clock_, &now);
        return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
    }
    [[nodiscard]] net::net_counters const& counters() { return shard_.counters(); }

private:
    struct session final : net::link_owner
    {
        explicit session(echo_server& home) : home_(home) {}
        void on_message(net::link&, bool, std::string_view data) override
        {
            engineio::outgoing_part part;
            part.buffer.reserve(16 + data.size());
            part.buffer.assign(16, '\0');
            part.buffer += data.substr(1); // the packet type is written again
            part.begin = 16;
            if (queue.empty()) home_.dirty_.push_back(this);
            queue.push(engineio::delivery_ref::make(engineio::make_message(std::move(part), {}, false)));
        }
        void on_writable(net::link&) override { home_.dirty_.push_back(this); }
        void on_link_closed(net::link&, net::link_end) override { where = nullptr; }
        net::link* where = nullptr;
        engineio::delivery_queue queue;

    private:
        echo_server& home_;
    };

    void on_wake() override {}
    void on_turn_end() override
    {
        for (auto* each : dirty_)
            if (each->where) each->queue.pop(each->where->write(each->queue.items()));
        dirty_.clear();
    }
    std::uint64_t on_head(net::exchange_id, http::request const&) override { return 0; }
    void on_request(net::exchange_id exchange, http::request const&, std::string_view) override
    {
        table_.respond(exchange, http::response::text(404, ""));
    }
    void on_upgrade(net::exchange_id exchange, http::request const&) override
    {
        sessions_.push_back(std::make_unique<session>(*this));
        auto& made = *sessions_.back();
        made.where = table_.accept_websocket(exchange, "HTTP/1.1 101 Switching Protocols\r\n\r\n", {}, links_, made);
    }
    void on_aborted(net::exchange_id) override {}

    net::http_options options_;
    net::link_options links_;
    std::vector<std::unique_ptr<session>> sessions_;
    std::vector<session*> dirty_;
    net::loop shard_;
    net::connections table_;
    std::shared_ptr<net::listening_socket const> socket_;
    std::unique_ptr<net::listener> ear_;
    std::thread thread_;
    clockid_t clock_{};
};

/// Many connections on one thread; each keeps `window` messages under way.
class load
{
public:
    load(std::uint16_t port, int count, int window, std::size_t size) : buffer_(1 << 20)
    {
        echo_server::pin(1);
        epoll_ = ::epoll_create1(0);
        std::string frame;
        websocket::append_frame(frame,
                                {.code = websocket::opcode::text,
                                 .fin = true,
                                 .rsv1 = false,
                                 .mask = websocket::mask_key{1, 2, 3, 4},
                                 .payload_size = 0},
                                "4" + std::string(size, 'x'));
        frame_ = frame.size();
        reply_ = frame_ - 4;
        for (int i = 0; i < window; ++i) frames_ += frame;
        for (int i = 0; i < count; ++i) open(port);
        for (auto& each : all_) send(each, window);
    }
    ~load()
    {
        for (auto const& each : all_) ::close(each.socket);
        ::close(epoll_);
    }
    void pump(std::size_t messages)
    {
        std::size_t done = 0;
        while (done < messages) {
            std::array<epoll_event, 128> events;
            int const count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
            for (int i = 0; i < count; ++i) {
                auto& each = all_[events[static_cast<std::size_t>(i)].data.u64];
                auto const got = ::recv(each.socket, buffer_.data(), buffer_.size(), 0);
                if (got <= 0) std::abort();
                each.bytes += static_cast<std::size_t>(got);
                std::size_t const replies = each.bytes / reply_;
                each.bytes %= reply_;
                done += replies;
                send(each, static_cast<int>(replies));
            }
        }
    }

private:
    struct one
    {
        int socket;
        std::size_t bytes = 0;
    };
    void open(std::uint16_t port)
    {
        int const socket = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) std::abort();
        int const on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        std::string const request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        if (::send(socket, request.data(), request.size(), 0) < 0 ||
            ::recv(socket, buffer_.data(), buffer_.size(), 0) <= 0)
            std::abort();
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = all_.size();
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
        all_.push_back({socket});
    }
    void send(one& each, int count)
    {
        if (count > 0 && ::send(each.socket, frames_.data(), frame_ * static_cast<std::size_t>(count), 0) < 0)
            std::abort();
    }

    int epoll_;
    std::vector<one> all_;
    std::vector<char> buffer_;
    std::string frames_;
    std::size_t frame_ = 0;
    std::size_t reply_ = 0;
};

void echo(benchmark::State& state)
{
    echo_server server;
    load clients(server.port(), static_cast<int>(state.range(0)), static_cast<int>(state.range(1)),
                 static_cast<std::size_t>(state.range(2)));
    constexpr std::size_t messages = 20'000;
    clients.pump(messages);
    auto const before = server.counters();
    std::size_t total = 0;
    for (auto _ : state) {
        double const began = server.cpu_seconds();
        clients.pump(messages);
        state.SetIterationTime((server.cpu_seconds() - began) / messages);
        total += messages;
    }
    auto const& after = server.counters();
    state.counters["writes/message"] =
        static_cast<double>(after.write_calls - before.write_calls) / static_cast<double>(total);
    state.counters["reads/message"] =
        static_cast<double>(after.read_calls - before.read_calls) / static_cast<double>(total);
    state.counters["messages/turn"] = static_cast<double>(total) / static_cast<double>(after.turns - before.turns);
}
BENCHMARK(echo)
    ->ArgNames({"connections", "window", "bytes"})
    ->Args({100, 1, 64})
    ->Args({100, 16, 64})
    ->Args({100, 16, 1024})
    ->UseManualTime()
    ->Iterations(20)
    ->Unit(benchmark::kMicrosecond);

struct silent final : net::timed
{
    void on_deadline(net::time_point) override {}
};

void deadline_schedule_and_cancel(benchmark::State& state)
{
    net::deadline_queue queue;
    std::vector<silent> items(static_cast<std::size_t>(state.range(0)) + 1);
    std::uint64_t seed = 1;
    auto const when = [&] {
        return net::time_point(std::chrono::milliseconds((seed = seed * 6364136223846793005u + 1) >> 48));
    };
    for (auto& item : items) queue.schedule(item, when());
    auto& one = items.back();
    for (auto _ : state) {
        queue.cancel(one);
        queue.schedule(one, when());
    }
    for (auto& item : items) queue.cancel(item);
}
BENCHMARK(deadline_schedule_and_cancel)->Arg(100)->Arg(10'000)->Arg(100'000);

void deadline_move_later(benchmark::State& state)
{
    net::deadline_queue queue;
    std::vector<silent> items(static_cast<std::size_t>(state.range(0)));
    std::int64_t now = 0;
    for (auto& item : items) queue.schedule(item, net::time_point(std::chrono::milliseconds(now++)));
    std::size_t next = 0;
    for (auto _ : state) {
        queue.schedule(items[next], net::time_point(std::chrono::milliseconds(now++)));
        if (++next == items.size()) next = 0;
    }
    for (auto& item : items) queue.cancel(item);
}
BENCHMARK(deadline_move_later)->Arg(100)->Arg(10'000)->Arg(100'000);

} // namespace
