// One thing to send, as a line of standard input or `--emit` says it. Pure.
//
//   ["event", arg...]                                          an event
//   {"event": "event", "args": [...], "ack": true, ...}        an event, with all that can be said about it
//   {"answer": 3, "args": [...]}                               the acknowledgement of the event that came with "ack": 3
//   event                                                      an event without arguments
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <partyline/value.hpp>

namespace partyline_tool {

struct order
{
    std::string event{};
    std::vector<partyline::value> args{};
    std::optional<std::string> nsp{};       ///< none: the main one
    std::optional<bool> ack{};              ///< whether to ask for an acknowledgement; none: as `--wait-ack` says
    partyline::value id{};                  ///< comes back with the acknowledgement; null: there is none
    bool is_volatile = false;               ///< dropped where it cannot leave at once
    std::optional<std::uint64_t> answers{}; ///< no event, but the answer to this one
};

/// The order, or a sentence about what is wrong with the line.
[[nodiscard]] std::variant<order, std::string> read_order(std::string_view line);

/// Cuts what arrives into lines. The last one may lack its end.
class line_splitter
{
public:
    /// Longer lines are no orders, and not kept.
    static constexpr std::size_t longest = std::size_t{64} << 20;

    /// The lines that are complete now, without their ends; empty ones are left out. Throws `std::length_error`.
    [[nodiscard]] std::vector<std::string> take(std::string_view bytes);
    /// What is left at the end of the input.
    [[nodiscard]] std::vector<std::string> finish();

private:
    std::string rest_;
};

} // namespace partyline_tool
