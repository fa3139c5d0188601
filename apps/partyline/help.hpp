// What `--help` prints: usage, the options in their groups, examples, what the exit code says.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace partyline_tool {

/// For `CLI::App::formatter_fn`.
[[nodiscard]] std::string help_page(CLI::App const* app, std::string name, CLI::AppFormatMode mode);

} // namespace partyline_tool
