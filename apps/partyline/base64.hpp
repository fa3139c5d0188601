// Base64 with the standard alphabet (RFC 4648, section 4), for bytes in JSON. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace partyline_tool {

[[nodiscard]] std::string to_base64(std::span<std::byte const> bytes);
/// Padding is needed, line breaks are not taken; none: it is no base64.
[[nodiscard]] std::optional<std::vector<std::byte>> from_base64(std::string_view text);

} // namespace partyline_tool
