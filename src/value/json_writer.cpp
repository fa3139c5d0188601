#include "value/json_writer.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>

#include <partyline/args.hpp>
#include <partyline/convert.hpp>

#include "base/utf8.hpp"
#include "value/json_number.hpp"
#include "value/json_scan.hpp"

namespace partyline {

// ── strings ─────────────────────────────────────────────────────────────────────────────────────────────────────────

namespace {

constexpr std::uint64_t repeat(std::uint8_t byte) noexcept { return 0x0101010101010101U * byte; }

/// The high bit of each byte of `word` that must be escaped; exact up to the first one.
constexpr std::uint64_t must_be_escaped(std::uint64_t word) noexcept
{
    auto const quote = word ^ repeat('"');
    auto const backslash = word ^ repeat('\\');
    return ((word - repeat(0x20)) | (quote - repeat(1)) | (backslash - repeat(1))) & ~word & repeat(0x80);
}

bool is_special(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

void append_escape(std::string& out, char c)
{
    switch (c) {
    case '"':
        out.append("\\\"");
        return;
    case '\\':
        out.append("\\\\");
        return;
    case '\b':
        out.append("\\b");
        return;
    case '\f':
        out.append("\\f");
        return;
    case '\n':
        out.append("\\n");
        return;
    case '\r':
        out.append("\\r");
        return;
    case '\t':
        out.append("\\t");
        return;
    default:
        break;
    }
    constexpr std::string_view hex = "0123456789abcdef";
    char const escape[] = {'\\', 'u', '0', '0', hex[static_cast<unsigned char>(c) >> 4], hex[c & 15]};
    out.append(escape, sizeof escape);
}

/// Length of the part at the start of `text` that is written as it is; reports bytes beyond ASCII in it.
std::size_t plain_prefix(std::string_view text, bool& is_ascii) noexcept
{
    static_assert(std::endian::native == std::endian::little);
    std::size_t i = 0;
    for (; i + 8 <= text.size(); i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + i, 8);
        if (word & repeat(0x80)) is_ascii = false;
        if (auto const found = must_be_escaped(word)) return i + static_cast<std::size_t>(std::countr_zero(found)) / 8;
    }
    for (; i < text.size() && !is_special(text[i]); ++i) {
        if (static_cast<signed char>(text[i]) < 0) is_ascii = false;
    }
    return i;
}

} // namespace

void append_json_string(std::string& out, std::string_view text)
{
    auto const begin = out.size();
    auto const whole = text;
    bool is_ascii = true;
    out.push_back('"');
    for (;;) {
        auto const plain = plain_prefix(text, is_ascii);
        out.append(text.substr(0, plain));
        if (plain == text.size()) break;
        append_escape(out, text[plain]);
        text.remove_prefix(plain + 1);
    }
    out.push_back('"');
    if (is_ascii || base::is_utf8(whole)) return;
    out.resize(begin);
    append_json_string(out, base::sanitize(whole));
}

// ── the writer ──────────────────────────────────────────────────────────────────────────────────────────────────────

void json_writer::restart() noexcept
{
    failure_ = {};
    depth_ = 0;
    too_deep_ = 0;
    first_ = true;
}

void json_writer::separate()
{
    if (!first_) text_.push_back(',');
    first_ = false;
}

void json_writer::null()
{
    separate();
    text_.append("null");
}

void json_writer::boolean(bool value)
{
    separate();
    text_.append(value ? "true" : "false");
}

void json_writer::integer(std::int64_t value)
{
    separate();
    char digits[24];
    text_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void json_writer::unsigned_integer(std::uint64_t value)
{
    separate();
    char digits[24];
    text_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void json_writer::real(double value)
{
    separate();
    append_json_number(text_, value);
}

void json_writer::string(std::string_view value)
{
    separate();
    append_json_string(text_, value);
}

void json_writer::bytes(binary const& value)
{
    separate();
    text_.append("{\"_placeholder\":true,\"num\":");
    char digits[24];
    text_.append(digits, std::to_chars(digits, digits + sizeof digits, attachments_.size()).ptr);
    text_.push_back('}');
    attachments_.push_back(value);
}

// Beyond the limit nothing is opened and `failure()` says so: the text is refused as a whole, and only has to stay small.
void json_writer::open(char bracket, std::size_t count)
{
    if (too_deep_ || (depth_ == max_depth_ && count != 0)) {
        ++too_deep_;
        fail(errc::too_deep);
        return;
    }
    separate();
    ++depth_;
    text_.push_back(bracket);
    first_ = true;
}

void json_writer::close(char bracket)
{
    if (too_deep_) {
        --too_deep_;
        return;
    }
    --depth_;
    text_.push_back(bracket);
    first_ = false;
}

void json_writer::begin_array(std::size_t count) { open('[', count); }
void json_writer::end_array() { close(']'); }
void json_writer::begin_object(std::size_t count) { open('{', count); }
void json_writer::end_object() { close('}'); }

void json_writer::key(std::string_view name)
{
    separate();
    append_json_string(text_, name);
    text_.push_back(':');
    first_ = true;
}

void json_writer::splice(args const& list)
{
    if (list.empty()) return;
    if (list.how() != args::format::json) {
        for (auto const& each : list.values()) convert<value>::encode(*this, each);
        return;
    }
    separate();
    if (list.attachments().empty() || attachments_.empty())
        text_.append(list.text());
    else
        append_renumbered(text_, list.text(), attachments_.size());
    attachments_.insert(attachments_.end(), list.attachments().begin(), list.attachments().end());
}

} // namespace partyline
