// Characters are taken as people see them: with the accents that stand on them.
#include "line_editor.hpp"

#include <algorithm>
#include <utility>

#include "text.hpp"

namespace chat {

namespace {

std::string folded(std::string_view text)
{
    std::string out(text);
    for (auto& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

} // namespace

line_editor::outcome line_editor::press(key const& pressed)
{
    auto const before = text_.size();
    switch (pressed.name) {
    case key_name::text:
        insert(pressed.text);
        break;
    case key_name::enter:
        return outcome::entered;
    case key_name::end_of_input:
        if (text_.empty()) return outcome::ended;
        cut(cursor_, after_character(text_, cursor_));
        break;
    case key_name::backspace:
        cut(before_character(text_, cursor_), cursor_);
        break;
    case key_name::erase:
        cut(cursor_, after_character(text_, cursor_));
        break;
    case key_name::left:
        cursor_ = before_character(text_, cursor_);
        break;
    case key_name::right:
        cursor_ = after_character(text_, cursor_);
        break;
    case key_name::word_left:
        cursor_ = word_before();
        break;
    case key_name::word_right:
        cursor_ = word_after();
        break;
    case key_name::start:
        cursor_ = 0;
        break;
    case key_name::end:
        cursor_ = text_.size();
        break;
    case key_name::cut_word:
        cut(word_before(), cursor_);
        break;
    case key_name::cut_to_start:
        cut(0, cursor_);
        break;
    case key_name::cut_to_end:
        cut(cursor_, text_.size());
        break;
    case key_name::older:
        if (place_ > 0) recall(place_ - 1);
        return outcome::unchanged;
    case key_name::newer:
        if (place_ < past_.size()) recall(place_ + 1);
        return outcome::unchanged;
    case key_name::complete:
    case key_name::redraw:
        break;
    }
    return text_.size() == before ? outcome::unchanged : outcome::changed;
}

std::string line_editor::take(bool remember)
{
    if (remember && !text_.empty() && (past_.empty() || past_.back() != text_)) past_.push_back(text_);
    if (past_.size() > remembered) past_.pop_front();
    place_ = past_.size();
    draft_.clear();
    cursor_ = 0;
    return std::exchange(text_, {});
}

void line_editor::insert(std::string_view typed)
{
    auto clean = cleaned(typed);
    if (text_.size() + clean.size() > most_bytes) {
        std::size_t fits = 0;
        for (auto next = fits; text_.size() + next <= most_bytes; next = after_character(clean, fits)) fits = next;
        clean.resize(fits);
    }
    text_.insert(cursor_, clean);
    cursor_ += clean.size();
}

void line_editor::cut(std::size_t from, std::size_t to)
{
    text_.erase(from, to - from);
    cursor_ = from;
}

std::size_t line_editor::word_before() const noexcept
{
    auto at = cursor_;
    while (at > 0 && (text_[at - 1] == ' ' || text_[at - 1] == '\n')) --at;
    while (at > 0 && text_[at - 1] != ' ' && text_[at - 1] != '\n') --at;
    return at;
}

std::size_t line_editor::word_after() const noexcept
{
    auto const space = std::min(text_.find_first_not_of(" \n", cursor_), text_.size());
    return std::min(text_.find_first_of(" \n", space), text_.size());
}

void line_editor::recall(std::size_t place)
{
    if (place_ == past_.size()) draft_ = text_;
    place_ = place;
    text_ = place_ == past_.size() ? draft_ : past_[place_];
    cursor_ = text_.size();
}

bool line_editor::complete(std::vector<std::string> const& candidates)
{
    // Names may have spaces: the longest end of the line that begins a candidate counts.
    for (std::size_t from = 0; from < cursor_; ++from) {
        if (from > 0 && text_[from - 1] != ' ' && text_[from - 1] != '\n') continue;
        auto const written = folded(std::string_view(text_).substr(from, cursor_ - from));
        std::vector<std::string> fitting;
        for (auto const& each : candidates)
            if (folded(each).starts_with(written)) fitting.push_back(each);
        if (fitting.empty()) continue;
        std::string common = fitting.front();
        for (auto const& each : fitting) {
            std::size_t same = 0;
            while (same < std::min(common.size(), each.size()) &&
                   folded(common.substr(same, 1)) == folded(each.substr(same, 1)))
                ++same;
            while (same > 0 && same < common.size() && (common[same] & 0xC0) == 0x80) --same;
            common.resize(same);
        }
        if (fitting.size() == 1) common += ' ';
        if (common.size() < written.size()) return false;
        cut(from, cursor_);
        insert(common);
        return true;
    }
    return false;
}

line_window seen(std::string_view text, std::size_t cursor, std::size_t width)
{
    struct piece
    {
        std::string shown;
        std::size_t columns;
    };
    std::vector<piece> pieces;
    std::size_t at_cursor = 0;
    for (std::size_t at = 0, next = 0; at < text.size(); at = next) {
        next = after_character(text, at);
        if (at < cursor) ++at_cursor;
        auto shown = text[at] == '\n' ? std::string("↵") : std::string(text.substr(at, next - at));
        auto const wide = columns(shown);
        pieces.push_back({std::move(shown), wide});
    }
    width = std::max<std::size_t>(width, 4);
    // The cursor stands on a column of its own at the end, and two signs may be needed for what is left out.
    std::size_t from = 0, to = pieces.size(), all = 1;
    for (auto const& each : pieces) all += each.columns;
    bool const cut_off = all > width;
    if (cut_off) {
        std::size_t used = 0;
        from = at_cursor;
        while (from > 0 && used + pieces[from - 1].columns <= (width - 3) * 3 / 4) used += pieces[--from].columns;
        to = at_cursor;
        while (to < pieces.size() && used + pieces[to].columns <= width - 3) used += pieces[to++].columns;
        while (from > 0 && used + pieces[from - 1].columns <= width - 3) used += pieces[--from].columns;
    }
    line_window out;
    if (from > 0) {
        out.text = "…";
        out.column = 1;
    }
    for (auto i = from; i < to; ++i) {
        if (i < at_cursor) out.column += pieces[i].columns;
        out.text += pieces[i].shown;
    }
    if (to < pieces.size()) out.text += "…";
    return out;
}

} // namespace chat
