// What is drawn on a terminal: the transcript, which scrolls and stays in the terminal's memory, and below it the area: what is on
// its way, the state of the line, and the line that is being written. It answers bytes and knows no file and no keys.
//
// With each change the area is taken away, what is new is printed where it stood, and the area is drawn again, all in one write:
// an arriving message never tears the line that is being written. No row reaches the last column, so the terminal never breaks one.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "line_editor.hpp"
#include "view.hpp"

namespace chat {

struct screen_size
{
    std::size_t columns = 80, rows = 24;
};

/// Thread: the client's. Owner: main.
class screen final : public view
{
public:
    /// Entries that are kept, to be drawn again in another width.
    static constexpr std::size_t kept = 500;
    /// Rows of one entry that are shown; of a longer one, how many are missing.
    static constexpr std::size_t most_rows = 40;

    screen(std::function<void(std::string)> write, screen_size size, bool colours);

    void add(entry const& one) override;
    void show_line(line_state state) override;
    void show_typing(std::vector<std::string> names) override;
    void show_underway(std::vector<std::string> texts) override;

    /// Where what is written will go ("Everybody", "#garden", "Bob"), and who reads it there ("3 people").
    void show_place(std::string name, std::string about);
    /// The line that is being written.
    void show_input(line_editor const& line);

    /// Draws all of it anew.
    void resize(screen_size size);
    /// Takes the area away, and draws nothing until `resume`: the terminal belongs to somebody else.
    void suspend();
    /// Prints what has come meanwhile where the cursor is now, and draws the area below it.
    void resume();
    /// Takes the area away for good: what comes next stands below the transcript.
    void close();
    [[nodiscard]] screen_size size() const noexcept { return size_; }

private:
    [[nodiscard]] std::vector<std::string> rows_of(entry const& one) const;
    [[nodiscard]] std::vector<std::string> area() const;
    [[nodiscard]] std::string status() const;
    [[nodiscard]] std::string prompt() const;
    /// Bytes that take the area away, and those that draw it.
    [[nodiscard]] std::string cleared() const;
    [[nodiscard]] std::string drawn();
    void draw(std::string_view printed = {});
    [[nodiscard]] std::size_t width() const noexcept { return size_.columns - 1; }

    std::function<void(std::string)> write_;
    screen_size size_;
    bool const colours_;
    bool closed_ = false, suspended_ = false;
    std::deque<entry> entries_;
    std::size_t unprinted_ = 0; // of these, while suspended
    line_state line_ = line_state::none;
    std::vector<std::string> typing_, underway_;
    std::string place_, about_;
    std::string text_; // that is being written
    std::size_t cursor_ = 0;
    std::size_t above_ = 0; // rows of the area above the cursor, as it was drawn
};

/// The number of a person's colour among the 256 of xterm: readable on white and on black. Precondition: none.
[[nodiscard]] int colour_of(std::string_view id) noexcept;

} // namespace chat
