#include "value/json_tape_reader.hpp"

namespace partyline {

std::string_view json_tape_reader::string(std::size_t at) const noexcept
{
    std::uint32_t size = 0;
    auto const* const begin = strings_ + payload(at);
    std::memcpy(&size, begin, sizeof size);
    return {reinterpret_cast<char const*>(begin + sizeof size), size};
}

std::size_t json_tape_reader::behind(std::size_t at) const noexcept
{
    switch (type(at)) {
    case '[':
    case '{':
        return payload(at) & 0xffffffff; // the word behind the closing bracket
    case 'l':
    case 'u':
    case 'd':
        return at + 2;
    case ']':
    case '}':
    case 'r':
        return at; // nothing here to move behind
    default:
        return at + 1;
    }
}

value_kind json_tape_reader::peek() const
{
    switch (type(at_)) {
    case 't':
    case 'f':
        return value_kind::boolean;
    case 'l':
    case 'u':
        return value_kind::integer;
    case 'd':
        return value_kind::real;
    case '"':
        return value_kind::string;
    case '[':
        return value_kind::array;
    case '{':
        return attachment() ? value_kind::binary : value_kind::object;
    default:
        return value_kind::null;
    }
}

bool json_tape_reader::read_null()
{
    if (type(at_) != 'n') return fail(errc::type_mismatch);
    ++at_;
    return true;
}

bool json_tape_reader::read_bool(bool& out)
{
    auto const here = type(at_);
    if (here != 't' && here != 'f') return fail(errc::type_mismatch);
    out = here == 't';
    ++at_;
    return true;
}

// Any number, as the value that knows what it fits; null where there is none.
value json_tape_reader::number_here() const noexcept
{
    switch (type(at_)) {
    case 'l':
        return number<std::int64_t>(at_);
    case 'u':
        return number<std::uint64_t>(at_);
    case 'd':
        return number<double>(at_);
    default:
        return nullptr;
    }
}

bool json_tape_reader::read_int64(std::int64_t& out)
{
    if (type(at_) == 'l') {
        out = number<std::int64_t>(at_);
    } else {
        auto const fitting = number_here().as_int64();
        if (!fitting) return fail(fitting.error());
        out = *fitting;
    }
    at_ += 2;
    return true;
}

bool json_tape_reader::read_uint64(std::uint64_t& out)
{
    auto const fitting = number_here().as_uint64();
    if (!fitting) return fail(fitting.error());
    out = *fitting;
    at_ += 2;
    return true;
}

bool json_tape_reader::read_double(double& out)
{
    if (type(at_) == 'd') {
        out = number<double>(at_);
    } else {
        auto const fitting = number_here().as_double();
        if (!fitting) return fail(fitting.error());
        out = *fitting;
    }
    at_ += 2;
    return true;
}

bool json_tape_reader::read_string(std::string_view& out)
{
    if (type(at_) != '"') return fail(errc::type_mismatch);
    out = string(at_++);
    return true;
}

bool json_tape_reader::read_binary(binary& out)
{
    auto const* const found = attachment();
    if (!found) return fail(errc::type_mismatch);
    out = *found;
    skip();
    return true;
}

bool json_tape_reader::enter_array()
{
    if (type(at_) != '[') return fail(errc::type_mismatch);
    ++at_;
    return true;
}

bool json_tape_reader::next_element()
{
    if (type(at_) != ']') return true;
    ++at_;
    return false;
}

bool json_tape_reader::enter_object()
{
    if (type(at_) != '{' || attachment()) return fail(errc::type_mismatch);
    ++at_;
    return true;
}

bool json_tape_reader::next_key(std::string_view& out)
{
    if (type(at_) != '}') {
        out = string(at_++);
        return true;
    }
    ++at_;
    return false;
}

// ── placeholders ────────────────────────────────────────────────────────────────────────────────────────────────────

// The number of the placeholder that the object at `at` is, or nothing. The last duplicates count. A `num` that is no
// integer from 0 on gives the biggest number there is, which no attachment has.
std::optional<std::uint64_t> json_tape_reader::placeholder_number(std::size_t at) const noexcept
{
    bool is_placeholder = false;
    std::size_t num = 0;
    for (++at; type(at) != '}'; at = behind(at + 1)) {
        auto const key = string(at);
        if (key == "_placeholder")
            is_placeholder = type(at + 1) == 't';
        else if (key == "num")
            num = at + 1;
    }
    if (!is_placeholder) return std::nullopt;
    json_tape_reader cursor = *this;
    cursor.at_ = num;
    std::uint64_t out = 0;
    return num != 0 && cursor.read_uint64(out) ? out : std::numeric_limits<std::uint64_t>::max();
}

binary const* json_tape_reader::attachment() const noexcept
{
    if (attachments_.empty() || type(at_) != '{') return nullptr;
    auto const number = placeholder_number(at_);
    return number && *number < attachments_.size() ? &attachments_[static_cast<std::size_t>(*number)] : nullptr;
}

result<std::size_t> json_tape_reader::check_placeholders(std::size_t attachments) const
{
    std::size_t found = 0;
    auto const end = payload(0) - 1; // the root's closing word
    for (std::size_t at = 1; at < end;) {
        if (type(at) == '{') {
            if (auto const number = placeholder_number(at)) {
                if (*number >= attachments) return errc::invalid_attachment;
                ++found;
                at = behind(at);
                continue;
            }
        }
        auto const here = type(at);
        at += here == 'l' || here == 'u' || here == 'd' ? 2 : 1;
    }
    return found;
}

// Walks: the count that simdjson notes on the tape ends at 2^24 - 1, and lists of arguments are short.
std::size_t json_tape_reader::size() const
{
    auto const bracket = type(1);
    if (bracket != '[' && bracket != '{') return 0;
    constexpr std::uint64_t uncounted = 0xffffff; // the tape counts up to there
    if (auto const counted = payload(1) >> 32; counted < uncounted) return counted;
    std::size_t count = 0;
    for (std::size_t at = 2; type(at) != ']' && type(at) != '}'; ++count) at = behind(bracket == '{' ? at + 1 : at);
    return count;
}

} // namespace partyline
