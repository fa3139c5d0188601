#include "plain.hpp"

#include "text.hpp"

namespace chat {

std::string plain_lines(entry const& one)
{
    std::string out;
    switch (one.what) {
    case entry::kind::note:
        out = "[note] ";
        break;
    case entry::kind::trouble:
        out = "[trouble] ";
        break;
    case entry::kind::said:
        out = "[" + cleaned_line(one.place + (one.whom.empty() ? "" : " to " + one.whom)) + "] " +
              cleaned_line(one.who) + ": ";
        break;
    }
    for (auto const c : cleaned(one.text)) {
        out += c;
        if (c == '\n') out += "    "; // or a message could look like several
    }
    return out + "\n";
}

void plain::add(entry const& one) { write_(plain_lines(one)); }

void plain::show_line(line_state state)
{
    if (state == line_) return;
    line_ = state;
    write_(std::string("[line] ") + words_for(state) + "\n");
}

} // namespace chat
