// What the command line asks for, as values. Filled by `command_line`, read by everybody else.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <partyline/client_options.hpp>

#include "apps/partyline/order.hpp"

namespace partyline_tool {

enum class command
{
    listen, ///< print what comes, send the lines of standard input
    emit,   ///< send one event, and leave
    ask,    ///< the same, and print its acknowledgement
    ping,   ///< measure round trips
    completion,
};

enum class verbosity
{
    quiet,
    normal,
    verbose,
    packets,
};

struct settings
{
    command what = command::listen;
    std::string url;
    std::vector<std::string> namespaces; ///< beside that of the URL, or instead of "/"
    partyline::client_options line;
    std::optional<std::size_t>
        attempts; ///< to connect, in a row, 0: without end; none: one to begin with, then without end
    std::chrono::milliseconds timeout{10'000}; ///< of acknowledgements

    std::vector<order> orders;                             ///< to be sent first
    bool wants_acks = false;                               ///< of what does not say it itself
    std::optional<std::vector<partyline::value>> answer{}; ///< to whoever wants an acknowledgement

    std::optional<std::size_t> count; ///< events to come, or pings
    std::string until;                ///< the event to wait for; empty: none
    std::optional<std::chrono::milliseconds> duration;
    bool keeps_listening = false;

    std::string echo; ///< event by which a ping is answered; empty: by acknowledgement
    std::chrono::milliseconds interval{1'000};
    bool as_json = false;

    bool bare = false;
    bool life_as_json = false;
    verbosity talks = verbosity::normal;
    std::string colour = "auto";
    std::string shell; ///< to complete in

    /// Whether something says when it is over.
    [[nodiscard]] bool has_end() const noexcept { return count || !until.empty() || duration; }
    /// Not where something is only said or asked: then a script gets the acknowledgement and nothing else.
    [[nodiscard]] bool prints_events() const noexcept
    {
        return (what != command::emit && what != command::ask) || keeps_listening || has_end();
    }
};

} // namespace partyline_tool
