// A server of our own on a free port, and what tests of the client need beside it: ways to travel, and waiting with a deadline.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <partyline/client.hpp>
#include <partyline/server.hpp>

namespace partyline::test {

using namespace std::chrono_literals;

/// Waits until the condition holds; false if it does not within ten seconds.
inline bool until(std::function<bool()> const& condition, std::chrono::milliseconds limit = 10s)
{
    auto const end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(1ms);
    }
    return true;
}

/// What handlers have seen, in order, from any thread.
class notes
{
public:
    void add(std::string line)
    {
        std::lock_guard const lock(mutex_);
        lines_.push_back(std::move(line));
    }
    [[nodiscard]] std::vector<std::string> all() const
    {
        std::lock_guard const lock(mutex_);
        return lines_;
    }
    [[nodiscard]] std::size_t size() const { return all().size(); }
    /// All lines, once there are that many.
    [[nodiscard]] std::vector<std::string> when(std::size_t count) const
    {
        until([&] { return size() >= count; });
        return all();
    }
    [[nodiscard]] bool has(std::string_view line) const
    {
        return until([&] {
            auto const now = all();
            return std::find(now.begin(), now.end(), line) != now.end();
        });
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

using lines = std::vector<std::string>;

inline std::vector<transport_kind> const only_websocket{transport_kind::websocket};
inline std::vector<transport_kind> const only_polling{transport_kind::polling};

/// How a client travels, and what it speaks.
struct way
{
    char const* name;
    std::vector<transport_kind> transports;
    bool msgpack;

    [[nodiscard]] codec_factory parser() const { return msgpack ? msgpack_codec() : json_codec(); }
    [[nodiscard]] client_options options() const { return {.transports = transports, .parser = parser()}; }
    friend std::ostream& operator<<(std::ostream& out, way const& w) { return out << w.name; }
};

inline std::vector<way> const& all_ways()
{
    static std::vector<way> const ways{
        {"websocket_json", only_websocket, false},
        {"polling_json", only_polling, false},
        {"upgrade_json", {transport_kind::polling, transport_kind::websocket}, false},
        {"websocket_msgpack", only_websocket, true},
        {"polling_msgpack", only_polling, true},
        {"upgrade_msgpack", {transport_kind::polling, transport_kind::websocket}, true},
    };
    return ways;
}

/// A server that runs, and stops without draining at the end.
class line_server
{
public:
    explicit line_server(std::function<void(server&)> const& declare, server_options options = {},
                         std::uint16_t wanted = 0, listen_options const& listening = {})
        : io(std::move(options))
    {
        declare(io);
        port = io.listen("127.0.0.1", wanted, listening);
        io.start();
    }
    [[nodiscard]] std::string url(std::string_view rest = {}) const
    {
        return "http://127.0.0.1:" + std::to_string(port) + std::string(rest);
    }

    server io;
    std::uint16_t port = 0;
};

} // namespace partyline::test
