// Finds values in JSON text that is valid already, without parsing it: what `args` and the codec need in order to relay
// text unchanged. Each function is one pass; on text that is not valid the answer is useless, but nothing is read outside of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace partyline {

/// The text of an array taken apart: its first element, and what follows the comma behind it, without the closing bracket.
struct json_list
{
    std::string_view first;
    std::string_view rest;
};

/// `["a",1,2]` becomes `"a"` and `1,2`; both are empty for `[]`. Looks at no more than the first element.
[[nodiscard]] json_list split_first(std::string_view array) noexcept;

/// Where the value ends that begins at or behind `from` (white space is passed over).
[[nodiscard]] std::size_t value_end(std::string_view text, std::size_t from) noexcept;

/// How many values a list without brackets has.
[[nodiscard]] std::size_t count_elements(std::string_view list) noexcept;
/// The value at `index` of a list without brackets; empty beyond the last.
[[nodiscard]] std::string_view element_at(std::string_view list, std::size_t index) noexcept;

/// Appends `text` with `offset` added to the `num` of every placeholder; everything else is copied unchanged.
void append_renumbered(std::string& out, std::string_view text, std::size_t offset);

} // namespace partyline
