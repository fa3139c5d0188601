#include "apps/partyline/order.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "apps/partyline/word.hpp"

namespace partyline_tool {

using partyline::value;

namespace {

using answer = std::variant<order, std::string>;

constexpr std::string_view blanks = " \t\r\n";

[[nodiscard]] std::string_view trimmed(std::string_view text)
{
    auto const first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

[[nodiscard]] answer read_list(value::array const& list)
{
    if (list.empty() || !list.front().is_string())
        return "the first element of the array is the name of the event, a string";
    order made;
    made.event = *list.front().as_string();
    made.args.assign(list.begin() + 1, list.end());
    return made;
}

// "time" and "answered" stand in lines that were printed, which may be sent again as they are.
[[nodiscard]] answer read_members(value const& all)
{
    static constexpr std::array<std::string_view, 9> known{"event", "answer", "args",     "nsp",     "ack",
                                                           "id",    "time",   "volatile", "answered"};
    for (auto const& [key, content] : *all.as_object())
        if (std::find(known.begin(), known.end(), key) == known.end())
            return "there is no member \"" + key + "\"; there are event, args, ack, nsp, id, volatile and answer";

    order made;
    if (auto const& args = all["args"]; args.is_array())
        made.args = *args.as_array();
    else if (!args.is_null())
        return "\"args\" is an array";
    if (auto const& number = all["answer"]; !number.is_null()) {
        auto const which = number.as_uint64();
        if (!which) return "\"answer\" is the number that the event had as \"ack\"";
        made.answers = *which;
        return made;
    }
    if (!all["event"].is_string()) return "\"event\" is the name of the event, a string";
    made.event = *all["event"].as_string();
    if (auto const* const nsp = all["nsp"].as_string())
        made.nsp = *nsp;
    else if (!all["nsp"].is_null())
        return "\"nsp\" is the name of a namespace, a string";
    if (auto const& ack = all["ack"]; ack.is_bool())
        made.ack = *ack.as_bool();
    else if (ack.is_integer())
        made.ack = true; // as it stands in a line that was printed
    else if (!ack.is_null())
        return "\"ack\" is true or false";
    if (auto const& is_volatile = all["volatile"]; is_volatile.is_bool())
        made.is_volatile = *is_volatile.as_bool();
    else if (!is_volatile.is_null())
        return "\"volatile\" is true or false";
    made.id = all["id"];
    return made;
}

} // namespace

answer read_order(std::string_view line)
{
    line = trimmed(line);
    if (line.empty()) return "the line is empty";
    if (line.front() != '[' && line.front() != '{' && line.front() != '"') {
        if (line.find_first_of(blanks) != std::string_view::npos)
            return R"(neither a name alone nor JSON; an event with arguments is ["name", arg...])";
        auto const read = read_json(line); // a number is a name, too
        if (!read && read.error() == partyline::errc::invalid_utf8) return "not UTF-8";
        return order{.event = std::string(line)};
    }
    auto const read = read_json(line);
    if (!read) return "no JSON that can be sent: " + std::string(partyline::describe(read.error()));
    if (auto const* const list = read->as_array()) return read_list(*list);
    if (auto const* const name = read->as_string()) return order{.event = *name};
    if (!read->is_object()) return "bytes alone are no event";
    return read_members(*read);
}

std::vector<std::string> line_splitter::take(std::string_view bytes)
{
    std::vector<std::string> lines;
    for (auto end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
        rest_ += bytes.substr(0, end);
        bytes.remove_prefix(end + 1);
        if (!trimmed(rest_).empty()) lines.push_back(std::exchange(rest_, {}));
        rest_.clear();
    }
    rest_ += bytes;
    if (rest_.size() > longest) throw std::length_error("a line of standard input is longer than 64 MiB");
    return lines;
}

std::vector<std::string> line_splitter::finish()
{
    if (trimmed(rest_).empty()) return {};
    return {std::exchange(rest_, {})};
}

} // namespace partyline_tool
