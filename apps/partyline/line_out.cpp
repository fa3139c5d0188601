#include "apps/partyline/line_out.hpp"

#include <cmath>
#include <utility>

#include "apps/partyline/word.hpp"

namespace partyline_tool {

using partyline::value;

namespace {

constexpr std::string_view bright = "\x1b[1;36m";
constexpr std::string_view normal = "\x1b[0m";

[[nodiscard]] value list_of(std::vector<value> const& values) { return value::array(values); }

} // namespace

json_line& json_line::add(std::string_view key, value const& content)
{
    bool const stands_out = is_coloured_ && text_.empty();
    text_ += text_.empty() ? "{" : ",";
    text_.append("\"").append(key).append("\":");
    if (stands_out) text_ += bright;
    text_ += write_json(content);
    if (stands_out) text_ += normal;
    return *this;
}

std::string json_line::finish() && { return std::move(text_) + "}"; }

std::string event_line(shown_event const& what, bool is_coloured)
{
    json_line line(is_coloured);
    line.add("event", what.name).add("args", list_of(what.args)).add("nsp", what.nsp);
    if (what.ack) line.add("ack", *what.ack);
    if (what.answered) line.add("answered", list_of(*what.answered));
    return std::move(line.add("time", what.time)).finish();
}

std::string bare_event_line(shown_event const& what)
{
    value::array all{what.name};
    all.insert(all.end(), what.args.begin(), what.args.end());
    return write_json(all);
}

std::string answer_line(shown_answer const& what, bool is_coloured)
{
    json_line line(is_coloured);
    line.add("answer", what.event);
    if (!what.id.is_null()) line.add("id", what.id);
    if (what.error.empty())
        line.add("args", list_of(what.args));
    else
        line.add("error", what.error);
    line.add("nsp", what.nsp).add("ms", rounded(what.milliseconds));
    return std::move(line.add("time", what.time)).finish();
}

std::string bare_answer_line(shown_answer const& what)
{
    return what.error.empty() ? write_json(list_of(what.args)) : std::string();
}

value rounded(double milliseconds)
{
    constexpr double thousandth = 1000;
    return std::round(milliseconds * thousandth) / thousandth;
}

} // namespace partyline_tool
