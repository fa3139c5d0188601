// The sequences are those of ECMA-48 and xterm, which all terminals of today send. A lone escape means nothing here, so it may wait for
// the next byte, with which it becomes "alt and that key".
#include "key.hpp"

#include <algorithm>
#include <optional>

namespace chat {

namespace {

constexpr std::string_view paste_end = "\x1b[201~";
constexpr std::size_t longest_sequence = 32; // bytes; a longer one is none

std::optional<key_name> of_control(char c)
{
    switch (c) {
    case 'A' & 0x1F:
        return key_name::start;
    case 'B' & 0x1F:
        return key_name::left;
    case 'D' & 0x1F:
        return key_name::end_of_input;
    case 'E' & 0x1F:
        return key_name::end;
    case 'F' & 0x1F:
        return key_name::right;
    case 'H' & 0x1F:
    case 0x7F:
        return key_name::backspace;
    case '\t':
        return key_name::complete;
    case '\n':
    case '\r':
        return key_name::enter;
    case 'K' & 0x1F:
        return key_name::cut_to_end;
    case 'L' & 0x1F:
        return key_name::redraw;
    case 'N' & 0x1F:
        return key_name::newer;
    case 'P' & 0x1F:
        return key_name::older;
    case 'U' & 0x1F:
        return key_name::cut_to_start;
    case 'W' & 0x1F:
        return key_name::cut_word;
    default:
        return std::nullopt;
    }
}

/// `ESC [ numbers last`, or `ESC O last`.
std::optional<key_name> of_sequence(std::string_view numbers, char last)
{
    bool const by_word = numbers.ends_with(";5") || numbers.ends_with(";3"); // with control, with alt
    switch (last) {
    case 'A':
        return key_name::older;
    case 'B':
        return key_name::newer;
    case 'C':
        return by_word ? key_name::word_right : key_name::right;
    case 'D':
        return by_word ? key_name::word_left : key_name::left;
    case 'H':
        return key_name::start;
    case 'F':
        return key_name::end;
    case '~':
        if (numbers == "1" || numbers == "7") return key_name::start;
        if (numbers == "4" || numbers == "8") return key_name::end;
        if (numbers == "3") return key_name::erase;
        return std::nullopt;
    default:
        return std::nullopt;
    }
}

} // namespace

std::vector<key> key_reader::read(std::string_view bytes)
{
    std::vector<key> keys;
    held_ += bytes;
    while (!held_.empty() && (pasting_ ? take_paste(keys) : take(keys))) {
    }
    return keys;
}

bool key_reader::take(std::vector<key>& out)
{
    auto const first = static_cast<unsigned char>(held_.front());
    if (first == 0x1B) return take_escape(out);
    if (first < ' ' || first == 0x7F) {
        if (auto const name = of_control(held_.front())) out.push_back({*name});
        held_.erase(0, 1);
        return true;
    }
    // As many whole characters as there are.
    auto const end = static_cast<std::size_t>(
        std::find_if(held_.begin(), held_.end(), [](unsigned char c) { return c < ' ' || c == 0x7F; }) - held_.begin());
    std::size_t whole = end;
    if (end == held_.size()) {
        for (std::size_t back = 1; back <= std::min<std::size_t>(3, end); ++back) {
            auto const c = static_cast<unsigned char>(held_[end - back]);
            if ((c & 0xC0) == 0x80) continue;
            if ((c >= 0xF0 && back < 4) || (c >= 0xE0 && back < 3) || (c >= 0xC0 && back < 2)) whole = end - back;
            break;
        }
    }
    if (whole == 0) return false;
    take_text(out, whole);
    return true;
}

void key_reader::take_text(std::vector<key>& out, std::size_t size)
{
    out.push_back({key_name::text, held_.substr(0, size)});
    held_.erase(0, size);
}

bool key_reader::take_escape(std::vector<key>& out)
{
    if (held_.size() < 2) return false;
    char const second = held_[1];
    if (second != '[' && second != 'O') {
        switch (second) {
        case '\r':
        case '\n':
            out.push_back({key_name::text, "\n"});
            break; // alt and enter: a line break
        case 'b':
            out.push_back({key_name::word_left});
            break;
        case 'f':
            out.push_back({key_name::word_right});
            break;
        case 0x7F:
            out.push_back({key_name::cut_word});
            break;
        case 0x1B:
            held_.erase(0, 1);
            return true;
        default:
            break;
        }
        held_.erase(0, 2);
        return true;
    }
    std::size_t at = 2;
    while (at < held_.size() && held_[at] >= 0x20 && held_[at] < 0x40) ++at;
    if (at > longest_sequence) {
        held_.erase(0, at);
        return true;
    }
    if (at == held_.size()) return false;
    std::string const numbers = held_.substr(2, at - 2);
    char const last = held_[at];
    // A control character in the middle ends the sequence, and means what it means.
    held_.erase(0, last >= 0x40 ? at + 1 : at);
    if (last == '~' && numbers == "200")
        pasting_ = true;
    else if (auto const name = of_sequence(numbers, last))
        out.push_back({*name});
    return true;
}

bool key_reader::take_paste(std::vector<key>& out)
{
    auto const end = held_.find(paste_end);
    // The end may stand half at the end of what has come.
    auto const sure = end != std::string::npos ? end : held_.size() - std::min(held_.size(), paste_end.size() - 1);
    pasted_.append(held_, 0, std::min(sure, most_pasted - std::min(pasted_.size(), most_pasted)));
    held_.erase(0, sure);
    if (end == std::string::npos) return false;
    held_.erase(0, paste_end.size());
    pasting_ = false;
    key whole{key_name::text};
    for (std::size_t i = 0; i < pasted_.size(); ++i) {
        if (pasted_[i] != '\r')
            whole.text += pasted_[i];
        else if (i + 1 == pasted_.size() || pasted_[i + 1] != '\n')
            whole.text += '\n';
    }
    pasted_.clear();
    if (!whole.text.empty()) out.push_back(std::move(whole));
    return true;
}

} // namespace chat
