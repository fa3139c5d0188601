#include "value/msgpack_writer.hpp"

#include <bit>
#include <cmath>

#include <partyline/args.hpp>
#include <partyline/convert.hpp>

#include "base/utf8.hpp"

namespace partyline {

namespace {

void put(std::string& out, std::uint8_t head, std::uint64_t number, int width)
{
    char bytes[9];
    bytes[0] = static_cast<char>(head);
    for (int i = 0; i < width; ++i) bytes[1 + i] = static_cast<char>(number >> 8 * (width - 1 - i));
    out.append(bytes, static_cast<std::size_t>(1 + width));
}

/// The head of something counted: `fixed` holds counts below `fixed_limit`; `one`, `two` and `four` are the heads with so many
/// bytes of count behind them (0: there is no such head).
void put_count(std::string& out, std::uint8_t fixed, std::size_t fixed_limit, std::uint8_t one, std::uint8_t two,
               std::uint8_t four, std::size_t count)
{
    if (count < fixed_limit)
        out.push_back(static_cast<char>(fixed | count));
    else if (one != 0 && count <= 0xff)
        put(out, one, count, 1);
    else if (count <= 0xffff)
        put(out, two, count, 2);
    else
        put(out, four, count, 4);
}

void put_string(std::string& out, std::string_view text)
{
    if (!base::is_utf8(text)) return put_string(out, base::sanitize(text));
    put_count(out, 0xa0, 32, 0xd9, 0xda, 0xdb, text.size());
    out.append(text);
}

} // namespace

void msgpack_writer::restart() noexcept
{
    failure_ = {};
    depth_ = 0;
    too_deep_ = 0;
}

void msgpack_writer::null() { out_.push_back('\xc0'); }
void msgpack_writer::boolean(bool value) { out_.push_back(value ? '\xc3' : '\xc2'); }

void msgpack_writer::integer(std::int64_t value)
{
    if (value >= 0) return unsigned_integer(static_cast<std::uint64_t>(value));
    auto const bits = static_cast<std::uint64_t>(value);
    if (value >= -0x20)
        out_.push_back(static_cast<char>(value));
    else if (value >= -0x80)
        put(out_, 0xd0, bits, 1);
    else if (value >= -0x8000)
        put(out_, 0xd1, bits, 2);
    else if (value >= -0x80000000LL)
        put(out_, 0xd2, bits, 4);
    else
        put(out_, 0xd3, bits, 8);
}

void msgpack_writer::unsigned_integer(std::uint64_t value)
{
    if (value < 0x80)
        out_.push_back(static_cast<char>(value));
    else if (value <= 0xff)
        put(out_, 0xcc, value, 1);
    else if (value <= 0xffff)
        put(out_, 0xcd, value, 2);
    else if (value <= 0xffffffff)
        put(out_, 0xce, value, 4);
    else
        put(out_, 0xcf, value, 8);
}

void msgpack_writer::real(double value)
{
    constexpr double exact = 9007199254740992; // 2^53: below, an integral number is an integer, as in JavaScript
    if (value == std::trunc(value) && std::fabs(value) <= exact)
        integer(static_cast<std::int64_t>(value));
    else
        put(out_, 0xcb, std::bit_cast<std::uint64_t>(value), 8);
}

void msgpack_writer::string(std::string_view value) { put_string(out_, value); }

void msgpack_writer::bytes(binary const& value)
{
    put_count(out_, 0, 0, 0xc4, 0xc5, 0xc6, value.size());
    out_.append(value.text());
}

// Beyond the limit nothing is opened and `failure()` says so: the bytes are refused as a whole.
bool msgpack_writer::enter(std::size_t count)
{
    if (too_deep_ || (depth_ == max_depth_ && count != 0)) {
        ++too_deep_;
        fail(errc::too_deep);
        return false;
    }
    ++depth_;
    return true;
}

void msgpack_writer::leave() noexcept
{
    if (too_deep_)
        --too_deep_;
    else
        --depth_;
}

void msgpack_writer::begin_array(std::size_t count)
{
    if (enter(count)) put_count(out_, 0x90, 16, 0, 0xdc, 0xdd, count);
}

void msgpack_writer::begin_object(std::size_t count)
{
    if (enter(count)) put_count(out_, 0x80, 16, 0, 0xde, 0xdf, count);
}

void msgpack_writer::end_array() { leave(); }
void msgpack_writer::end_object() { leave(); }
void msgpack_writer::key(std::string_view name) { put_string(out_, name); }

void msgpack_writer::splice(args const& list)
{
    if (list.how() == args::format::msgpack) {
        out_.append(list.text());
        return;
    }
    for (auto const& each : list.values()) convert<value>::encode(*this, each);
}

} // namespace partyline
