// Percent-encoding (RFC 3986 section 2.1), in the two strictnesses that the web needs. Knows no URL structure.
#pragma once

#include <string>
#include <string_view>

#include <partyline/result.hpp>

namespace partyline::http {

/// As JavaScript's `encodeURIComponent`: everything but letters, digits and `-_.!~*'()` becomes %XX.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// Refuses incomplete and non-hexadecimal escapes: `invalid_http`. For paths and cookies.
[[nodiscard]] result<std::string> percent_decode(std::string_view text);

/// For forms and queries, as browsers and Node read them: `+` is a space, a broken escape stands for itself.
[[nodiscard]] std::string form_decode(std::string_view text);

} // namespace partyline::http
