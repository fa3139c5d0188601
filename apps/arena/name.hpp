// What may be a player's name. Everybody's screen shows it, so it can be seen, and changes nothing around it.
#pragma once

#include <string_view>

namespace arena {

/// Whether `text`, valid UTF-8, has 1 to 16 characters, at least one of which can be seen, and none that controls something: the writing
/// direction, the line, the terminal.
[[nodiscard]] bool is_name(std::string_view text);

} // namespace arena
