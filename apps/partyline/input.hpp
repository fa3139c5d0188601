// Standard input, read in pieces when they are asked for, so that a long file waits on the disk and not in our memory.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/partyline/order.hpp"

namespace partyline_tool {

/// Thread: the main one, but for `allow`.
class input
{
public:
    input();
    input(input const&) = delete;
    input& operator=(input const&) = delete;
    ~input();

    /// /dev/null, and what is closed, is none: a background job just listens.
    [[nodiscard]] bool exists() const noexcept { return exists_; }
    /// The next piece may be read. Thread: any.
    void allow();

    /// Readable after `allow`.
    [[nodiscard]] int wish() const noexcept { return wish_; }
    void take_wish();
    [[nodiscard]] bool is_wanted() const noexcept { return wanted_; }
    /// The lines that are complete by one read; none: the input has ended, and the last lines have been given.
    [[nodiscard]] std::optional<std::vector<std::string>> read();

private:
    int wish_;
    bool exists_;
    bool wanted_ = false;
    bool ended_ = false;
    line_splitter splitter_;
};

} // namespace partyline_tool
