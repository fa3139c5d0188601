// The two outputs: lines that programs read on standard output, sentences for a person on standard error. A reader that is slow
// holds us up, one that has gone ends the program; neither hangs it.
#pragma once

#include <string>
#include <string_view>

#include "apps/partyline/ending.hpp"
#include "apps/partyline/line_out.hpp"
#include "apps/partyline/settings.hpp"

namespace partyline_tool {

/// Thread: any; a line is written as a whole.
class screen
{
public:
    screen(settings const& with, ending& end);

    /// To standard output; waits while it is full. A closed one ends the program well, as `| head` asks.
    void line(std::string text);
    [[nodiscard]] bool is_coloured() const noexcept { return colours_out_; }

    /// What became of the connection: `{"life":kind, ...}` with `--life`, else `sentence` on standard error from `level` on.
    void life(verbosity level, std::string_view kind, partyline::value::object const& facts, std::string_view sentence);
    /// To standard error, from `level` on.
    void note(verbosity level, std::string_view sentence);
    /// To standard error, always.
    void complain(std::string_view sentence);

private:
    void say(std::string_view before, std::string_view sentence, std::string_view colour);

    settings const& with_;
    ending& end_;
    bool colours_out_;
    bool colours_err_;
};

} // namespace partyline_tool
