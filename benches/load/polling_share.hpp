// One thread of HTTP long-polling clients that do echo: each has one connection for GET and one for POST, both kept alive.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sys/epoll.h>

#include "load/connection.hpp"
#include "load/options.hpp"
#include "load/run_state.hpp"

namespace sioload {

/// Thread: one, its own. Owner: the driver. Lifetime: the run.
class polling_share final : public load_share
{
public:
    polling_share(load_options const& options, run_state& state, std::uint32_t count, std::uint32_t first);
    ~polling_share() override;

    void run() override;
    [[nodiscard]] load_statistics const& statistics() const override { return counted_; }
    void close_all() override;

private:
    enum direction : std::uint32_t
    {
        get,
        post
    };
    struct tcp_line
    {
        int socket = -1;
        bool busy = false;
        bool connected = false;
        std::string in;
        std::string unsent;
    };
    struct client
    {
        std::array<tcp_line, 2> lines;
        step at = step::none;
        std::string sid;
        std::uint32_t id = 0;
        std::uint32_t under_way = 0;
        std::uint32_t read_at = 0;
        std::uint32_t write_at = 0;
        bool owes_pong = false;
        nanoseconds began = 0;
    };

    void connect_more();
    void fail(client& c);
    void request(client& c, direction on, std::string text);
    void ask_for_more(client& c);
    void tell(client& c, std::string const& body);
    void speak(client& c);
    bool open(client& c, direction on);
    bool take_response(client& c, direction on, nanoseconds when);
    void took(client& c, direction on, std::string_view body, nanoseconds when);
    void packets(client& c, std::string_view body, nanoseconds when);
    void packet(client& c, std::string_view text, nanoseconds when);
    void serve(epoll_event const& event);
    void read(client& c, direction on);
    [[nodiscard]] nanoseconds& stamp(client& c, std::uint32_t at) { return stamps_[c.id * window_ + at % window_]; }

    load_options const& options_;
    run_state& state_;
    std::uint32_t const first_;
    std::uint32_t const window_;
    std::uint32_t const concurrency_;
    load_statistics counted_;
    std::vector<client> all_;
    std::vector<nanoseconds> stamps_;
    std::unique_ptr<char[]> buffer_;
    int epoll_;
    std::uint32_t next_ = 0;
    std::uint32_t under_way_ = 0;
    bool running_ = false;
    bool began_ = false;
    std::string message_;
    std::string target_;
    std::string headers_;
};

} // namespace sioload
