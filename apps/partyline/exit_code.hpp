// What the exit status says. Scripts rely on these numbers: they may get company, never another meaning.
#pragma once

namespace partyline_tool {

enum class exit_code : int
{
    good = 0,
    refused = 1,       ///< the server has refused us, or a namespace
    usage = 2,         ///< the command line, a file that it names, or a line of standard input
    unreachable = 3,   ///< no connection came about
    too_late = 4,      ///< time was up: an acknowledgement, an awaited event
    lost = 5,          ///< the connection was lost, or ended by the server
    cannot_write = 6,  ///< standard output takes nothing more
    interrupted = 130, ///< Ctrl-C
    terminated = 143,  ///< SIGTERM
};

} // namespace partyline_tool
