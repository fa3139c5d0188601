// Round trips: asks again and again, and says what it took.
#pragma once

#include <cstddef>
#include <deque>
#include <string_view>

#include "apps/partyline/activity.hpp"
#include "apps/partyline/clock.hpp"
#include "apps/partyline/connection.hpp"
#include "apps/partyline/round_trip.hpp"

namespace partyline_tool {

/// Thread: the client's, but for the constructor and what `activity` says.
class ping final : public activity
{
public:
    ping(settings const& with, connection& through, screen& out, ending& end);

    void begin() override;
    void interrupt(exit_code code) override;
    void take(std::vector<std::string>) override {}
    void input_over() override {}

private:
    struct question
    {
        std::size_t number;
        stopwatch since;
    };

    void next();
    void send(std::size_t number);
    void echoed(partyline::args const& all);
    void answered(std::size_t number);
    void lost(std::size_t number, std::string_view why);
    void settle();
    void finish();

    settings const& with_;
    connection& through_;
    screen& out_;
    ending& end_;
    round_trips trips_;
    std::deque<question> open_;
};

} // namespace partyline_tool
