// A terminal on paper: it obeys what the screen writes (ECMA-48, the few orders there are) and can be read. What it does not know, it
// counts: the screen may not send it.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "chat/terminal/text.hpp"

namespace chat::test {

class paper
{
public:
    paper(std::size_t columns, std::size_t rows) : columns_(columns), height_(rows), rows_(rows, blank()) {}

    void write(std::string_view text)
    {
        for (std::size_t at = 0; at < text.size();) {
            if (text[at] == '\x1b') {
                at = obey(text, at);
                continue;
            }
            auto const c = text[at];
            auto const end = after_character(text, at);
            if (c == '\r')
                x_ = 0;
            else if (c == '\n')
                down();
            else if (static_cast<unsigned char>(c) < ' ')
                ++unknown;
            else
                put(std::string(text.substr(at, end - at)));
            at = c < ' ' && c >= 0 ? at + 1 : end;
        }
    }

    /// What can be read, without spaces at the ends and rows below.
    [[nodiscard]] std::vector<std::string> rows() const
    {
        std::vector<std::string> out;
        for (auto const& each : rows_) {
            std::string text;
            for (auto const& cell : each) text += cell;
            text.erase(text.find_last_not_of(' ') + 1);
            out.push_back(std::move(text));
        }
        while (!out.empty() && out.back().empty()) out.pop_back();
        return out;
    }
    /// What has scrolled away and what can be read.
    [[nodiscard]] std::vector<std::string> all() const
    {
        auto out = gone_;
        auto const here = rows();
        out.insert(out.end(), here.begin(), here.end());
        return out;
    }
    void resize(std::size_t columns, std::size_t rows)
    {
        columns_ = columns;
        height_ = rows;
        rows_.resize(rows);
        for (auto& each : rows_) each.resize(columns, " ");
        x_ = std::min(x_, columns - 1);
        y_ = std::min(y_, rows - 1);
    }
    [[nodiscard]] std::size_t x() const noexcept { return x_; }
    [[nodiscard]] std::size_t y() const noexcept { return y_; }

    std::size_t unknown = 0; // orders
    std::size_t broken = 0;  // rows that the terminal had to break

private:
    using row = std::vector<std::string>; // one per column; the second of a wide character is empty
    [[nodiscard]] row blank() const { return row(columns_, " "); }

    void down()
    {
        if (++y_ < height_) return;
        std::string text;
        for (auto const& cell : rows_.front()) text += cell;
        text.erase(text.find_last_not_of(' ') + 1);
        gone_.push_back(std::move(text));
        rows_.erase(rows_.begin());
        rows_.push_back(blank());
        y_ = height_ - 1;
    }
    void put(std::string character)
    {
        auto const wide = chat::columns(character);
        if (x_ + wide > columns_) {
            ++broken;
            x_ = 0;
            down();
        }
        rows_[y_][x_] = std::move(character);
        if (wide == 2) rows_[y_][x_ + 1].clear();
        x_ += wide;
    }
    std::size_t obey(std::string_view text, std::size_t at)
    {
        auto const end = text.find_first_not_of("0123456789;?", at + 2);
        if (text.substr(at, 2) != "\x1b[" || end == std::string_view::npos) {
            ++unknown;
            return at + 1;
        }
        auto const numbers = std::string(text.substr(at + 2, end - at - 2));
        auto const count = numbers.empty() ? std::size_t{1} : std::strtoul(numbers.c_str(), nullptr, 10);
        switch (text[end]) {
        case 'A':
            y_ -= std::min(y_, count);
            break;
        case 'C':
            x_ = std::min(x_ + count, columns_ - 1);
            break;
        case 'H':
            x_ = y_ = 0;
            break;
        case 'J':
            std::fill(rows_[y_].begin() + static_cast<std::ptrdiff_t>(x_), rows_[y_].end(), " ");
            for (auto each = y_ + 1; each < height_; ++each) rows_[each] = blank();
            break;
        case 'm':
            break;
        case 'h':
        case 'l':
            if (numbers != "?25" && numbers != "?2026") ++unknown;
            break;
        default:
            ++unknown;
        }
        return end + 1;
    }

    std::size_t columns_, height_;
    std::size_t x_ = 0, y_ = 0;
    std::vector<row> rows_;
    std::vector<std::string> gone_;
};

} // namespace chat::test
