// The transcript as plain lines: for pipes, scripts, screen readers and terminals that can do nothing else. No colours, no time, nothing
// is drawn twice. Each line begins with where it was said, in brackets; the lines that follow in one message are indented.
#pragma once

#include <functional>
#include <string>

#include "view.hpp"

namespace chat {

/// Thread: the client's. Owner: main.
class plain final : public view
{
public:
    explicit plain(std::function<void(std::string)> write) : write_(std::move(write)) {}

    void add(entry const& one) override;
    void show_line(line_state state) override;
    void show_typing(std::vector<std::string>) override {}
    void show_underway(std::vector<std::string>) override {}

private:
    std::function<void(std::string)> write_;
    line_state line_ = line_state::none;
};

/// The lines of one entry.
[[nodiscard]] std::string plain_lines(entry const& one);

} // namespace chat
