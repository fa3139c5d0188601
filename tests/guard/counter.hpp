// Asks the counted server to count between two moments. The counting goes over a connection of its own.
#pragma once

#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>

#include "support/wire_client.hpp"

namespace partyline::test {

class counter
{
public:
    explicit counter(std::uint16_t port) : line_(port) {}

    /// Walks `times` times after a warm-up, in which queues and tables reach their size.
    void count(std::string const& name, int times, std::function<void()> const& walk)
    {
        for (int i = 0; i < 5; ++i) walk();
        count_once(name, times, [&] {
            for (int i = 0; i < times; ++i) walk();
        });
    }
    /// `work` is done once, and does the same thing to `items` of a kind.
    void count_once(std::string const& name, int items, std::function<void()> const& work)
    {
        line_.ask(R"("begin")");
        work();
        line_.ask(R"("end",")" + name + '"');
        std::cout << name << ' ' << items << std::endl;
    }

private:
    wire_client line_;
};

inline void heard(std::string const& got, std::string const& wanted)
{
    if (got == wanted) return;
    std::cerr << "heard " << got << " instead of " << wanted << '\n';
    std::exit(1);
}

} // namespace partyline::test
