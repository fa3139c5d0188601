// Values as a person writes them: a word of the command line is JSON if it reads as JSON and a text otherwise, and bytes
// stand in JSON as {"base64":"..."}. Pure; used for everything that comes in and goes out.
#pragma once

#include <string>
#include <string_view>

#include <partyline/value.hpp>

namespace partyline_tool {

/// JSON with bytes: in an object whose only member is "base64", a text is decoded, and an array of one element stands for
/// an object that just looks like that: {"base64":[x]} is {"base64":x}. `invalid_base64` besides the errors of `parse_json`.
[[nodiscard]] partyline::result<partyline::value> read_json(std::string_view text);
/// The reverse: what `read_json` reads as the same value.
[[nodiscard]] std::string write_json(partyline::value const& what);

/// A word: `read_json`, or the text itself.
struct word
{
    partyline::value meaning;
    bool is_doubtful = false; ///< begins as JSON does, but is none
};
/// `invalid_utf8`, and `invalid_base64` where only the bytes are wrong.
[[nodiscard]] partyline::result<word> read_word(std::string_view text);

/// For a terminal: control characters, of a hostile server for one, are shown as \u001b.
[[nodiscard]] std::string printable(std::string_view text);

} // namespace partyline_tool
