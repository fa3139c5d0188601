#include "value/json_scan.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <vector>

namespace partyline {

namespace {

enum class mark : std::uint8_t
{
    none,
    quote,
    open,
    close,
    comma
};

constexpr std::array<mark, 256> marks = [] {
    std::array<mark, 256> out{};
    out['"'] = mark::quote;
    out['['] = out['{'] = mark::open;
    out[']'] = out['}'] = mark::close;
    out[','] = mark::comma;
    return out;
}();

bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::size_t skip_space(std::string_view text, std::size_t at) noexcept
{
    while (at < text.size() && is_space(text[at])) ++at;
    return at;
}

/// Behind the closing quote of the string whose opening quote is at `at`.
std::size_t string_end(std::string_view text, std::size_t at) noexcept
{
    for (++at; at < text.size(); ++at) {
        if (text[at] == '"') return at + 1;
        if (text[at] == '\\') ++at;
    }
    return text.size();
}

/// The first comma of the outermost level from `at` on, or the bracket that closes the level around it, or the end.
std::size_t element_end(std::string_view text, std::size_t at) noexcept
{
    std::size_t depth = 0;
    while (at < text.size()) {
        switch (marks[static_cast<unsigned char>(text[at])]) {
        case mark::none:
            break;
        case mark::quote:
            at = string_end(text, at);
            continue;
        case mark::open:
            ++depth;
            break;
        case mark::close:
            if (depth == 0) return at;
            --depth;
            break;
        case mark::comma:
            if (depth == 0) return at;
            break;
        }
        ++at;
    }
    return text.size();
}

std::string_view trim(std::string_view text) noexcept
{
    text.remove_prefix(skip_space(text, 0));
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

/// A key without escapes, as all that `_placeholder` and `num` need. `raw` is what stands between the quotes.
bool is_key(std::string_view raw, std::string_view name)
{
    if (raw.find('\\') == std::string_view::npos) return raw == name;
    std::string plain;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '\\') {
            plain.push_back(raw[i]);
            continue;
        }
        unsigned code = 0;
        if (i + 5 >= raw.size() || raw[i + 1] != 'u')
            return false; // no other escape stands for a character of the names
        std::from_chars(raw.data() + i + 2, raw.data() + i + 6, code, 16);
        if (code >= 0x80) return false;
        plain.push_back(static_cast<char>(code));
        i += 5;
    }
    return plain == name;
}

} // namespace

std::size_t value_end(std::string_view text, std::size_t from) noexcept
{
    from = skip_space(text, from);
    if (from < text.size() && text[from] == '"') return string_end(text, from);
    auto end = element_end(text, from);
    while (end > from && is_space(text[end - 1])) --end;
    return end;
}

json_list split_first(std::string_view array) noexcept
{
    array = trim(array);
    if (array.size() < 2) return {};
    array = array.substr(1, array.size() - 2); // the brackets
    auto const end = element_end(array, 0);
    return {trim(array.substr(0, end)), end < array.size() ? array.substr(end + 1) : std::string_view()};
}

std::size_t count_elements(std::string_view list) noexcept
{
    if (skip_space(list, 0) == list.size()) return 0;
    std::size_t count = 1;
    for (std::size_t at = element_end(list, 0); at < list.size(); at = element_end(list, at + 1)) ++count;
    return count;
}

std::string_view element_at(std::string_view list, std::size_t index) noexcept
{
    std::size_t begin = 0;
    auto end = element_end(list, 0);
    for (; index > 0; --index) {
        if (end >= list.size()) return {};
        begin = end + 1;
        end = element_end(list, begin);
    }
    return trim(list.substr(begin, end - begin));
}

void append_renumbered(std::string& out, std::string_view text, std::size_t offset)
{
    struct level
    {
        bool is_object;
        std::size_t begin; // in `out`
        bool is_placeholder = false;
        std::string_view number; // begins with it
    };
    std::vector<level> open;
    for (std::size_t at = 0; at < text.size();) {
        char const c = text[at];
        if (c == '"') {
            auto const end = string_end(text, at);
            auto const raw = text.substr(at + 1, end - at - 2);
            out.append(text.substr(at, end - at));
            at = end;
            if (open.empty() || !open.back().is_object) continue;
            auto const colon = skip_space(text, at);
            if (colon >= text.size() || text[colon] != ':') continue; // a value, not a key
            auto const begin = skip_space(text, colon + 1);
            if (is_key(raw, "_placeholder"))
                open.back().is_placeholder = text.substr(begin).starts_with("true");
            else if (is_key(raw, "num"))
                open.back().number = text.substr(begin);
            continue;
        }
        if (c == '{' || c == '[') open.push_back({c == '{', out.size(), false, {}});
        out.push_back(c);
        ++at;
        if ((c == '}' || c == ']') && !open.empty()) {
            auto const closed = open.back();
            open.pop_back();
            if (!closed.is_placeholder) continue;
            double number = 0;
            std::from_chars(closed.number.data(), closed.number.data() + closed.number.size(), number);
            auto const old =
                number >= 0 && number < 0x1p32 ? static_cast<std::size_t>(number) : 0; // validated by the codec
            out.resize(closed.begin);
            out.append("{\"_placeholder\":true,\"num\":").append(std::to_string(old + offset)).append("}");
        }
    }
}

} // namespace partyline
