// The lines of standard output: what came, as JSON. Pure; who prints it is `screen`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/value.hpp>

namespace partyline_tool {

/// A JSON object in the making, member by member; on a terminal the first content stands out.
class json_line
{
public:
    explicit json_line(bool is_coloured) noexcept : is_coloured_(is_coloured) {}

    json_line& add(std::string_view key, partyline::value const& content);
    [[nodiscard]] std::string finish() &&;

private:
    std::string text_;
    bool is_coloured_;
};

/// What is printed of an event.
struct shown_event
{
    std::string_view name;
    std::vector<partyline::value> args;
    std::string_view nsp;
    std::int64_t time = 0;                                   ///< ms since 1970
    std::optional<std::uint64_t> ack{};                      ///< the server waits for the answer with this number
    std::optional<std::vector<partyline::value>> answered{}; ///< what it was answered
};
/// {"event":"chat","args":["hello"],"nsp":"/","time":1764061200000}
[[nodiscard]] std::string event_line(shown_event const& what, bool is_coloured);
/// ["chat","hello"]
[[nodiscard]] std::string bare_event_line(shown_event const& what);

/// What is printed of an acknowledgement.
struct shown_answer
{
    std::string_view event;
    partyline::value id{};
    std::vector<partyline::value> args;
    std::string error{}; ///< there is none, because
    std::string_view nsp;
    double milliseconds = 0;
    std::int64_t time = 0;
};
/// {"answer":"sum","args":[3],"nsp":"/","ms":0.412,"time":1764061200000}, or "error" instead of "args"
[[nodiscard]] std::string answer_line(shown_answer const& what, bool is_coloured);
/// [3]; empty where there is none
[[nodiscard]] std::string bare_answer_line(shown_answer const& what);

/// With the digits that a person can use.
[[nodiscard]] partyline::value rounded(double milliseconds);

} // namespace partyline_tool
