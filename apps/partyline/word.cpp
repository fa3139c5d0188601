#include "apps/partyline/word.hpp"

#include <array>
#include <cstdio>
#include <optional>
#include <utility>

#include "apps/partyline/base64.hpp"

namespace partyline_tool {

using partyline::binary;
using partyline::errc;
using partyline::result;
using partyline::value;

namespace {

constexpr std::string_view key = "base64";

[[nodiscard]] bool is_wrapped(value const& v)
{
    return v.is_object() && v.size() == 1 && v.as_object()->begin()->key == key;
}

// Nesting is bounded by what reads JSON, and by what reads packets.
[[nodiscard]] result<value> unwrap(value v)
{
    if (is_wrapped(v)) {
        auto& content = *v.as_object()->find(key);
        if (auto const* const text = content.as_string()) {
            auto bytes = from_base64(*text);
            if (!bytes) return errc::invalid_base64;
            return value(binary(std::move(*bytes)));
        }
        if (content.is_array() && content.size() == 1) {
            auto inner = unwrap(std::move(content.as_array()->front()));
            if (!inner) return inner.error();
            return value(value::object{{std::string(key), std::move(*inner)}});
        }
    }
    if (auto* const elements = v.as_array()) {
        for (auto& each : *elements) {
            auto read = unwrap(std::move(each));
            if (!read) return read.error();
            each = std::move(*read);
        }
    } else if (auto const* const members = v.as_object()) {
        std::vector<value::member> all;
        for (auto const& each : *members) {
            auto read = unwrap(each.content);
            if (!read) return read.error();
            all.push_back({each.key, std::move(*read)});
        }
        return value(value::object(std::move(all)));
    }
    return v;
}

[[nodiscard]] value wrap(value const& v)
{
    if (auto const* const bytes = v.as_binary()) return value::object{{std::string(key), to_base64(bytes->bytes())}};
    if (is_wrapped(v)) return value::object{{std::string(key), value::array{wrap(v[key])}}};
    if (auto const* const elements = v.as_array()) {
        value::array all;
        for (auto const& each : *elements) all.push_back(wrap(each));
        return all;
    }
    if (auto const* const members = v.as_object()) {
        std::vector<value::member> all;
        for (auto const& each : *members) all.push_back({each.key, wrap(each.content)});
        return value::object(std::move(all));
    }
    return v;
}

} // namespace

result<value> read_json(std::string_view text)
{
    auto parsed = value::parse_json(text);
    if (!parsed) return parsed;
    return unwrap(std::move(*parsed));
}

// JSON lets DEL and the controls from U+0080 stand as they are; a terminal obeys them.
std::string write_json(value const& what)
{
    auto const plain = wrap(what).to_json();
    std::string out;
    for (std::size_t i = 0; i < plain.size(); ++i) {
        auto const c = static_cast<unsigned char>(plain[i]);
        auto const next = i + 1 < plain.size() ? static_cast<unsigned char>(plain[i + 1]) : 0;
        bool const is_high_control = c == 0xC2 && next >= 0x80 && next < 0xA0;
        if (c != 0x7F && !is_high_control) {
            out += plain[i];
            continue;
        }
        std::array<char, 8> escape{};
        std::snprintf(escape.data(), escape.size(), "\\u%04x", is_high_control ? next : c);
        out += escape.data();
        i += is_high_control ? 1 : 0;
    }
    return out;
}

result<word> read_word(std::string_view text)
{
    auto read = read_json(text);
    if (read) return word{std::move(*read)};
    if (read.error() == errc::invalid_base64 || read.error() == errc::invalid_utf8) return read.error();
    bool const is_doubtful = !text.empty() && std::string_view("[{\"").find(text.front()) != std::string_view::npos;
    return word{value(text), is_doubtful};
}

std::string printable(std::string_view text)
{
    auto const quoted = write_json(value(text));
    std::string out;
    // what JSON escapes besides controls is shown as it is
    for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
        bool const is_plain = quoted[i] == '\\' && (quoted[i + 1] == '"' || quoted[i + 1] == '\\');
        if (is_plain) ++i;
        out += quoted[i];
    }
    return out;
}

} // namespace partyline_tool
