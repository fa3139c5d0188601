// Dates of HTTP (RFC 9110 section 5.6.7). The time is an argument: no clock is read here.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace partyline::http {

/// "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate).
[[nodiscard]] std::string format_date(std::chrono::sys_seconds time);

/// Reads IMF-fixdate alone; the two obsolete forms are no date here, which only costs a cache its shortcut.
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_date(std::string_view text) noexcept;

} // namespace partyline::http
