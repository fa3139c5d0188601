// From the words of the command line to `settings`. It opens the files that are named there, and no connection.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "apps/partyline/settings.hpp"

namespace CLI {
class App;
}

namespace partyline_tool {

/// What is wrong with the command line, in a sentence.
class usage_error : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

class command_line
{
public:
    command_line();
    command_line(command_line const&) = delete;
    command_line& operator=(command_line const&) = delete;
    ~command_line();

    /// None: what was asked for (help, the version) is in `page`. Throws `usage_error`.
    [[nodiscard]] std::optional<settings> parse(std::vector<std::string> words);
    [[nodiscard]] std::string const& page() const noexcept { return page_; }
    /// What doubtful words became.
    [[nodiscard]] std::vector<std::string> const& warnings() const noexcept { return warnings_; }
    /// All that can be said, for `completion`.
    [[nodiscard]] CLI::App const& grammar() const noexcept { return *app_; }

private:
    struct raw;

    void declare_way();
    void declare_trust();
    void declare_sending();
    void declare_output();
    void declare_commands();
    [[nodiscard]] settings read();
    void read_way(settings& made);
    void read_sending(settings& made);
    [[nodiscard]] std::vector<partyline::value> read_words(std::vector<std::string> const& words);

    std::unique_ptr<CLI::App> app_;
    std::unique_ptr<raw> raw_;
    std::string page_;
    std::vector<std::string> warnings_;
};

} // namespace partyline_tool
