#include "value/msgpack_reader.hpp"

#include <chrono>

#include <partyline/convert.hpp>
#include <partyline/value.hpp>

#include "value/msgpack_document.hpp"
#include "value/msgpack_token.hpp"

namespace partyline {

namespace {

using type = msgpack_token::type;

// a number as the value that knows what it fits; null where it is none
value number(msgpack_token const& token) noexcept
{
    switch (token.what) {
    case type::signed_integer:
        return token.integer;
    case type::unsigned_integer:
        return token.natural;
    case type::real:
        return token.real;
    default:
        return nullptr;
    }
}

} // namespace

void msgpack_reader::rewind() noexcept
{
    at_ = 0;
    left_.clear();
    failure_ = {};
}

msgpack_token msgpack_reader::here() const noexcept { return read_msgpack_token(bytes_.substr(at_)); }

value_kind msgpack_reader::peek() const
{
    auto const token = here();
    switch (token.what) {
    case type::boolean:
        return value_kind::boolean;
    case type::signed_integer:
    case type::unsigned_integer:
        return value_kind::integer;
    case type::real:
        return value_kind::real;
    case type::string:
        return value_kind::string;
    case type::binary:
        return value_kind::binary;
    case type::array:
        return value_kind::array;
    case type::map:
        return value_kind::object;
    case type::extension:
        if (is_msgpack_undefined(token)) return value_kind::null;
        return msgpack_date(token) ? value_kind::string : value_kind::binary;
    default:
        return value_kind::null;
    }
}

bool msgpack_reader::read_null()
{
    auto const token = here();
    if (token.what != type::nil && !is_msgpack_undefined(token)) return fail(errc::type_mismatch);
    at_ += token.size;
    return true;
}

bool msgpack_reader::read_bool(bool& out)
{
    auto const token = here();
    if (token.what != type::boolean) return fail(errc::type_mismatch);
    out = token.boolean;
    at_ += token.size;
    return true;
}

bool msgpack_reader::read_int64(std::int64_t& out)
{
    auto const token = here();
    auto const fitting = number(token).as_int64();
    if (!fitting) return fail(fitting.error());
    out = *fitting;
    at_ += token.size;
    return true;
}

bool msgpack_reader::read_uint64(std::uint64_t& out)
{
    auto const token = here();
    auto const fitting = number(token).as_uint64();
    if (!fitting) return fail(fitting.error());
    out = *fitting;
    at_ += token.size;
    return true;
}

bool msgpack_reader::read_double(double& out)
{
    auto const token = here();
    auto const fitting = number(token).as_double();
    if (!fitting) return fail(fitting.error());
    out = *fitting;
    at_ += token.size;
    return true;
}

bool msgpack_reader::read_string(std::string_view& out)
{
    auto const token = here();
    if (auto const date = msgpack_date(token)) {
        out = dates_->emplace_back(to_iso_text(utc_milliseconds(std::chrono::milliseconds(*date))));
    } else if (token.what == type::string) {
        out = token.content;
    } else {
        return fail(errc::type_mismatch);
    }
    at_ += token.size;
    return true;
}

bool msgpack_reader::read_binary(binary& out)
{
    auto const token = here();
    bool const is_foreign = token.what == type::extension && !is_msgpack_undefined(token) && !msgpack_date(token);
    if (token.what != type::binary && !is_foreign) return fail(errc::type_mismatch);
    out = binary::from_text(token.content);
    at_ += token.size;
    return true;
}

bool msgpack_reader::enter(bool map)
{
    auto const token = here();
    if (token.what != (map ? type::map : type::array)) return fail(errc::type_mismatch);
    at_ += token.size;
    left_.push_back(token.count);
    return true;
}

bool msgpack_reader::next()
{
    if (left_.back() != 0) {
        --left_.back();
        return true;
    }
    left_.pop_back();
    return false;
}

bool msgpack_reader::enter_array() { return enter(false); }
bool msgpack_reader::next_element() { return next(); }
bool msgpack_reader::enter_object() { return enter(true); }

bool msgpack_reader::next_key(std::string_view& out)
{
    if (!next()) return false;
    auto const token = here();
    out = token.content;
    at_ += token.size;
    return true;
}

void msgpack_reader::skip() { at_ = msgpack_value_end(bytes_, at_); }

} // namespace partyline
