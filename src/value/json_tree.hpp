// Reads JSON exactly as JSON.parse does into a `value`: the slow and complete reader, for the texts that simdjson refuses.
// It takes no stack per level. Only `json_document` and `value::parse_json` call it.
#pragma once

#include <cstddef>
#include <string_view>

#include <partyline/result.hpp>
#include <partyline/value.hpp>

namespace partyline {

/// Lone surrogates become U+FFFD, integers beyond 64 bits doubles, numbers beyond the range of a double infinite.
/// `errc::invalid_json`, `invalid_utf8` or `too_deep`; an innermost array or object that is empty does not count.
[[nodiscard]] result<value> parse_json_tree(std::string_view text, std::size_t max_depth);

} // namespace partyline
