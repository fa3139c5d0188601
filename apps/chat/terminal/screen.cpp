// Plain ANSI (ECMA-48): colours, "up", "erase to the end", and a bracket around each drawing that newer terminals show as one picture.
#include "screen.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include "text.hpp"

namespace chat {

namespace {

constexpr std::string_view begin_picture = "\x1b[?2026h\x1b[?25l", end_picture = "\x1b[?25h\x1b[?2026l";
constexpr std::string_view dim = "\x1b[2m", bold = "\x1b[1m", usual = "\x1b[0m";

// Contrast of at least 4 to 1 with white and with black.
constexpr std::array colours{27, 28, 30, 31, 63, 64, 98, 129, 130, 131, 132, 133, 162, 164};

std::string clock_time(std::int64_t ms)
{
    auto const seconds = static_cast<std::time_t>(ms / 1000);
    std::tm local{};
    char text[8] = "--:--";
    if (::localtime_r(&seconds, &local)) (void)std::strftime(text, sizeof text, "%H:%M", &local);
    return text;
}

std::string up(std::size_t rows) { return rows == 0 ? std::string() : "\x1b[" + std::to_string(rows) + "A"; }

std::string joined(std::vector<std::string> const& rows)
{
    std::string out;
    for (auto const& each : rows) (out += each) += "\r\n";
    return out;
}

screen_size at_least_some(screen_size size)
{
    return {std::max<std::size_t>(size.columns, 20), std::max<std::size_t>(size.rows, 3)};
}

} // namespace

int colour_of(std::string_view id) noexcept
{
    unsigned sum = 0;
    for (unsigned char c : id) sum = sum * 31 + c;
    return colours[sum % colours.size()];
}

screen::screen(std::function<void(std::string)> write, screen_size size, bool colours)
    : write_(std::move(write)), size_(at_least_some(size)), colours_(colours)
{}

void screen::add(entry const& one)
{
    entries_.push_back(one);
    if (entries_.size() > kept) entries_.pop_front();
    if (suspended_) ++unprinted_;
    draw(joined(rows_of(one)));
}

void screen::show_line(line_state state)
{
    if (std::exchange(line_, state) != state) draw();
}

void screen::show_typing(std::vector<std::string> names)
{
    if (names == typing_) return;
    typing_ = std::move(names);
    draw();
}

void screen::show_underway(std::vector<std::string> texts)
{
    if (texts == underway_) return;
    underway_ = std::move(texts);
    draw();
}

void screen::show_place(std::string name, std::string about)
{
    if (name == place_ && about == about_) return;
    place_ = std::move(name);
    about_ = std::move(about);
    draw();
}

void screen::show_input(line_editor const& line)
{
    if (text_ == line.text() && cursor_ == line.cursor()) return;
    text_ = line.text();
    cursor_ = line.cursor();
    draw();
}

void screen::resize(screen_size size)
{
    size_ = at_least_some(size);
    // As many of the newest rows as fit above the area.
    std::size_t const room = size_.rows - std::min(size_.rows, area().size());
    std::deque<std::string> rows;
    for (auto each = entries_.rbegin(); each != entries_.rend() && rows.size() < room; ++each) {
        auto const own = rows_of(*each);
        rows.insert(rows.begin(), own.begin(), own.end());
    }
    while (rows.size() > room) rows.pop_front();
    above_ = 0;
    draw("\x1b[H\x1b[J" + joined({rows.begin(), rows.end()}));
}

void screen::suspend()
{
    if (closed_ || std::exchange(suspended_, true)) return;
    write_(cleared());
    above_ = 0;
}

void screen::resume()
{
    suspended_ = false;
    std::string missed;
    for (auto at = entries_.size() - std::min(entries_.size(), std::exchange(unprinted_, 0)); at < entries_.size();
         ++at)
        missed += joined(rows_of(entries_[at]));
    draw(missed);
}

void screen::close()
{
    if (std::exchange(closed_, true)) return;
    if (!suspended_) write_(cleared());
}

std::string screen::cleared() const { return "\r" + up(above_) + "\x1b[J"; }

void screen::draw(std::string_view printed)
{
    if (closed_ || suspended_) return;
    std::string out(begin_picture);
    out += cleared();
    out += printed;
    out += drawn();
    out += end_picture;
    write_(std::move(out));
}

std::string screen::drawn()
{
    auto rows = area();
    auto const before = prompt();
    auto const begin = columns(before);
    auto const line = seen(text_, cursor_, width() - begin);
    above_ = rows.size();
    auto const column = begin + line.column;
    std::string out = joined(rows) + std::string(bold) + before + std::string(usual) + line.text + "\r";
    if (column > 0) out += "\x1b[" + std::to_string(column) + "C";
    return out;
}

/// What stands above the line that is being written.
std::vector<std::string> screen::area() const
{
    std::vector<std::string> rows;
    std::size_t const room = std::min<std::size_t>(3, size_.rows - 3);
    std::size_t const shown = underway_.size() <= room ? underway_.size() : room == 0 ? 0 : room - 1;
    for (std::size_t i = 0; i < shown; ++i)
        rows.push_back(std::string(dim) + shortened("  … " + cleaned_line(underway_[i]), width()) + std::string(usual));
    if (shown < underway_.size() && room > 0)
        rows.push_back(
            std::string(dim) +
            shortened("  … and " + std::to_string(underway_.size() - shown) + " more on their way", width()) +
            std::string(usual));
    rows.push_back(status());
    return rows;
}

std::string screen::status() const
{
    auto const* const colour = line_ == line_state::open   ? "\x1b[32m"
                               : line_ == line_state::lost ? "\x1b[31m"
                                                           : "\x1b[33m";
    std::string text = words_for(line_);
    if (line_ == line_state::open && !about_.empty()) text += " · " + cleaned_line(about_);
    if (typing_.size() > 2)
        text += " · Several people are typing…";
    else if (!typing_.empty())
        text += " · " + cleaned_line(typing_.front()) +
                (typing_.size() == 2 ? " and " + cleaned_line(typing_.back()) + " are" : " is") + " typing…";
    return (colours_ ? colour : "") + std::string("●") + std::string(usual) + std::string(dim) + " " +
           shortened(text, width() - 2) + std::string(usual);
}

std::string screen::prompt() const { return shortened(cleaned_line(place_), width() / 3) + "> "; }

std::vector<std::string> screen::rows_of(entry const& one) const
{
    std::string before = clock_time(one.time) + " ", styled = std::string(dim) + before + std::string(usual);
    std::string style, behind;
    if (one.what == entry::kind::said) {
        if (one.place != "all") {
            auto const place = shortened(cleaned_line(one.place), width() / 3) + " ";
            before += place;
            styled += "\x1b[4m" + place.substr(0, place.size() - 1) + std::string(usual) + " ";
        }
        auto name = shortened(cleaned_line(one.who), width() / 3);
        if (!one.whom.empty()) name += " to " + shortened(cleaned_line(one.whom), width() / 4);
        name += ":";
        before += name + " ";
        styled += std::string(bold) + (colours_ ? "\x1b[38;5;" + std::to_string(colour_of(one.who_id)) + "m" : "") +
                  name + std::string(usual) + " ";
        if (one.own) behind = " ✓";
    } else if (one.what == entry::kind::trouble) {
        style = colours_ ? "\x1b[31m" : bold;
    } else {
        style = dim;
    }
    auto const begin = columns(before);
    auto const indent = std::min(begin, width() / 4);
    auto const wide = columns(behind);
    auto texts = wrapped(cleaned(one.text), width() - begin, width() - indent);
    auto const left_out = texts.size() > most_rows ? texts.size() - most_rows : 0;
    if (left_out > 0) {
        texts.resize(most_rows);
        texts.push_back(shortened("(" + std::to_string(left_out) + " more rows)", width() - indent));
    }
    std::vector<std::string> rows;
    for (std::size_t i = 0; i < texts.size(); ++i)
        rows.push_back((i == 0 ? styled : std::string(indent, ' ')) +
                       (style.empty() || texts[i].empty() ? texts[i] : style + texts[i] + std::string(usual)));
    if (wide > 0) {
        bool const fits = columns(texts.back()) + (texts.size() == 1 ? begin : indent) + wide <= width();
        if (!fits) rows.push_back(std::string(indent, ' '));
        rows.back() +=
            std::string(colours_ ? "\x1b[32m" : dim) + (fits ? behind : behind.substr(1)) + std::string(usual);
    }
    return rows;
}

} // namespace chat
