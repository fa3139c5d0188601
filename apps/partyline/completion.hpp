// Scripts that teach a shell the words of the command line. Made from the grammar itself, so they know every option.
#pragma once

#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace partyline_tool {

/// `shell`: bash, zsh or fish.
[[nodiscard]] std::string completion(CLI::App const& grammar, std::string_view shell);

} // namespace partyline_tool
