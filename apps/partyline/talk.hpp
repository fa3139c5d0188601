// Listening and sending: prints what comes, sends what the command line and standard input say, and knows when all has been said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "apps/partyline/activity.hpp"
#include "apps/partyline/clock.hpp"
#include "apps/partyline/connection.hpp"
#include "apps/partyline/input.hpp"

namespace partyline_tool {

/// Thread: the client's, but for the constructor and what `activity` says.
class talk final : public activity
{
public:
    talk(settings const& with, connection& through, screen& out, ending& end, input& in);

    void begin() override;
    void interrupt(exit_code code) override;
    void take(std::vector<std::string> lines) override;
    void input_over() override;

private:
    void start();
    void hear(partyline::client_socket const& from, std::string_view event, partyline::args const& all,
              partyline::ack<partyline::args> const& reply);
    void count(std::string_view event);
    [[nodiscard]] std::uint64_t keep(partyline::ack<partyline::args> const& reply);

    void pump();
    [[nodiscard]] bool has_room();
    void obey(std::string_view line);
    void send(order const& what);
    void answer(order const& what);
    void ask(partyline::client_socket const& to, order const& what);
    void answered(partyline::client_socket const& by, order const& what, stopwatch const& since,
                  partyline::result<partyline::args> const& answer);
    void fail(exit_code code, std::string_view sentence);
    void settle();

    settings const& with_;
    connection& through_;
    screen& out_;
    ending& end_;
    input& in_;
    std::map<std::uint64_t, partyline::ack<partyline::args>> asked_; // by the server, and not answered yet
    std::uint64_t last_asked_ = 0;
    std::deque<std::string> lines_; // of standard input, not sent yet
    std::size_t line_number_ = 0;
    std::size_t awaited_ = 0; // acknowledgements
    std::size_t counted_ = 0; // events
    bool started_ = false;
    bool input_over_ = false;
    bool pumping_ = false;
};

} // namespace partyline_tool
