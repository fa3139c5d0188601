// One thread of WebSocket clients: connects them, reads frames, and hands messages to the scenario. Knows the framing and the handshake,
// not what a scenario sends.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sys/epoll.h>

#include "load/connection.hpp"
#include "load/inflated.hpp"
#include "load/options.hpp"
#include "load/run_state.hpp"
#include "load/scenario.hpp"

namespace sioload {

/// Theory of operation: edge-triggered epoll; one recv for each readiness, into one big buffer, in front of which the beginning of an
/// incomplete frame is put; no allocation per message; answers to all that one read gave leave in one send.
/// Thread: one, its own. Owner: the driver. Lifetime: the run.
class websocket_share final : public load_share
{
public:
    websocket_share(load_options const& options, run_state& state, std::uint32_t index, std::uint32_t count,
                    std::uint32_t first);
    ~websocket_share() override;

    void run() override;
    [[nodiscard]] load_statistics const& statistics() const override { return counted_; }
    std::uint32_t close_slow_readers() override;
    void close_all() override;

    // For the scenario.
    void send(connection& to, std::string_view bytes);
    [[nodiscard]] load_options const& options() const { return options_; }
    [[nodiscard]] std::vector<connection>& all() { return all_; }
    [[nodiscard]] load_statistics& counted() { return counted_; }
    [[nodiscard]] bool running() const { return running_; }
    [[nodiscard]] bool first_share() const { return index_ == 0; }
    [[nodiscard]] bool measured(nanoseconds when) const { return state_.measured(when); }

private:
    static constexpr std::size_t buffer_size = 512 << 10;
    static constexpr std::size_t room_before = 256 << 10; ///< for the beginning of a frame

    // connecting
    void connect_more();
    void start(std::uint32_t id);
    void came_up(connection& c);
    void drop(connection& c);
    void http(connection& c, char const* data, std::size_t size, nanoseconds when);
    void handshake_message(connection& c, char const* data, std::size_t size);

    // reading
    void readable(connection& c);
    bool discard(connection& c);
    void parse(connection& c, char const* data, char const* end, nanoseconds when);
    void message(connection& c, arrival const& part, nanoseconds when);
    void compressed(connection& c, std::string_view data, nanoseconds when);
    void control(connection& c, unsigned opcode, std::string_view data);
    void skipped(connection& c, nanoseconds when);
    void keep(connection& c, char const* data, std::size_t size);

    // running
    void enter(phase now_in);
    void join_rooms();
    void mute_slow_readers();
    void wait_and_serve();
    void serve(epoll_event const& event);
    void flush(connection& c);
    void publish(bool always);

    load_options const& options_;
    run_state& state_;
    std::uint32_t const index_;
    std::uint32_t const first_;
    std::uint32_t const concurrency_;
    std::uint32_t const quota_;
    load_statistics counted_;
    std::vector<connection> all_;
    std::vector<std::uint32_t> reusable_; // places of clients that came and went
    std::vector<epoll_event> events_;
    std::unique_ptr<char[]> memory_;
    char* buffer_;
    int epoll_;
    std::uint32_t next_ = 0;
    std::uint32_t started_ = 0;
    std::uint32_t under_way_ = 0;
    bool running_ = false;
    bool joined_ = false;
    bool began_ = false;
    phase phase_ = phase::connect;
    nanoseconds due_ = 0;
    std::uint64_t published_sent_ = 0;
    std::uint64_t published_received_ = 0;
    std::string request_;
    std::string const join_namespace_;
    std::string const pong_;
    inflated inflated_;
    std::unique_ptr<scenario> scenario_;
};

} // namespace sioload
