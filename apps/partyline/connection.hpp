// The line to the server with its namespaces: tells what becomes of it, and when it is of no use any more. It knows nothing of
// events; `talk` and `ping` are what it is opened for.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/client.hpp>

#include "apps/partyline/ending.hpp"
#include "apps/partyline/screen.hpp"
#include "apps/partyline/settings.hpp"

namespace partyline_tool {

/// Thread: the client's, but for the constructor and `open`.
class connection
{
public:
    /// Throws `partyline::error` where the URL or an option is of no use.
    connection(settings const& with, screen& out, ending& end);

    /// Connects. `ready` is called once, when every namespace has been joined or refused, and one has been joined.
    void open(std::function<void()> ready);

    [[nodiscard]] partyline::client& line() noexcept { return line_; }
    /// Where events go that name no namespace.
    [[nodiscard]] partyline::client_socket const& main() const noexcept { return sockets_.front(); }
    [[nodiscard]] std::vector<partyline::client_socket> const& sockets() const noexcept { return sockets_; }
    /// Null: it is none of ours.
    [[nodiscard]] partyline::client_socket const* find(std::string_view nsp) const noexcept;

    /// An event has been sent that nobody acknowledges. The official server forgets those that it reads together with a DISCONNECT, so
    /// from now on the connection just ends.
    void skip_goodbye() noexcept { says_goodbye_ = false; }
    /// Sends what is queued, and ends the connection. Thread: the main one, after `ending::is_over`.
    [[nodiscard]] partyline::pending<void> close();

    /// Something went wrong that does not end the program: it will be the exit code at the end.
    void remember(exit_code code) noexcept;
    /// Ends the program, well unless something else was remembered.
    void finish();

private:
    [[nodiscard]] partyline::client_options options();
    void watch_line();
    void watch(partyline::client_socket const& socket);
    void joined(partyline::client_socket const& socket);
    void refused(partyline::client_socket const& socket, partyline::client_error const& why);
    void left(partyline::client_socket const& socket, partyline::client_disconnect_reason why, std::string_view detail);
    void failed(partyline::client_error const& why);
    void decide();
    [[nodiscard]] bool has_active() const;
    [[nodiscard]] std::string transport();

    settings const& with_;
    screen& out_;
    ending& end_;
    partyline::client line_;
    std::vector<partyline::client_socket> sockets_;
    std::function<void()> ready_;
    exit_code remembered_ = exit_code::good;
    std::atomic<bool> says_goodbye_{true};
    std::size_t failures_ = 0; // in a row
    std::size_t decided_ = 0;  // namespaces that have been joined or refused
    bool is_open_ = false;
    bool was_open_ = false;
};

/// One sentence for a person, with what may help.
[[nodiscard]] std::string describe(partyline::client_error const& why);

} // namespace partyline_tool
