// The grammar that headers share: tokens, comma-separated lists, white space (RFC 9110 section 5.6). All linear, no allocation.
#pragma once

#include <string_view>

namespace partyline::http {

/// `tchar` of RFC 9110 section 5.6.2.
[[nodiscard]] bool is_token_char(char c) noexcept;
/// At least one character, all of them `tchar`.
[[nodiscard]] bool is_token(std::string_view text) noexcept;
/// No CR, LF, NUL or other control character but tab: may be sent as a header value.
[[nodiscard]] bool is_field_value(std::string_view text) noexcept;
/// ASCII case does not count.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;
/// Without spaces and tabs at both ends.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

/// Cuts the part in front of the first `separator` off `rest` and answers it, trimmed. Separators in quoted strings do not
/// count. Call it while `rest` is not empty.
[[nodiscard]] std::string_view next_list_member(std::string_view& rest, char separator = ',') noexcept;

/// Whether a comma-separated list has this token. ASCII case does not count.
[[nodiscard]] bool list_has_token(std::string_view list, std::string_view token) noexcept;

} // namespace partyline::http
