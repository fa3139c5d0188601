// A server on a port of its own with threads of its own, and what tests ask it from outside.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <thread>

#include <gtest/gtest.h>

#include <partyline/server.hpp>

#include "support/wire_client.hpp"

namespace partyline::test {

using namespace std::chrono_literals;

class running_server
{
public:
    explicit running_server(std::function<void(server&)> const& declare, server_options options = {})
        : io(std::move(options))
    {
        declare(io);
        port = io.listen("127.0.0.1", 0);
        io.start();
    }

    [[nodiscard]] server_statistics statistics() const
    {
        std::promise<server_statistics> now;
        io.statistics().then([&](result<server_statistics> all) { now.set_value(std::move(all).value()); });
        return now.get_future().get();
    }
    /// Waits until nobody is connected any more; the last figures.
    [[nodiscard]] server_statistics when_empty() const
    {
        auto const limit = std::chrono::steady_clock::now() + 10s;
        for (;;) {
            auto now = statistics();
            if (now.tcp_connections + now.connections + now.sockets + now.rooms == 0 ||
                std::chrono::steady_clock::now() > limit)
                return now;
            std::this_thread::sleep_for(5ms);
        }
    }

    server io;
    std::uint16_t port = 0;
};

} // namespace partyline::test
