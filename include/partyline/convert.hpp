// How C++ types are read from and written to arguments: `decode` and `encode`, and the types that they know. Typed
// decoding is written once, here, on the cursor; JSON, msgpack and `value` are the cursor's business.
//
// Known: bool, integers, float, double, enums (their number), std::string, std::string_view, char const* (written only),
// nullptr, binary, vectors and spans of std::byte (binary), std::optional, vector, array, set, pair and tuple (arrays),
// map and unordered_map with strings as keys (objects), variant (the first alternative that fits), chrono durations (the
// number of their units), std::chrono::system_clock::time_point (as JavaScript's Date.toJSON), `value`, `args`, structs
// named by PARTYLINE_STRUCT.
// Any other type: specialise `partyline::convert<T>`. Containers and time are in convert_standard.hpp, which comes along.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <partyline/binary.hpp>
#include <partyline/reader.hpp>
#include <partyline/value.hpp>
#include <partyline/writer.hpp>

namespace partyline {

/// The conversion of one type. Specialise it for a type of your own:
///
///     template <>
///     struct partyline::convert<colour>
///     {
///         static void encode(writer& out, colour const& c) { out.string(c.name()); }
///         static bool decode(reader& in, colour& c)
///         {
///             std::string_view name;
///             return in.read_string(name) && (c.parse(name) || in.fail(errc::type_mismatch));
///         }
///     };
///
/// `decode` reads or skips exactly one value, or answers `false` with the reason in `in.failure()`.
template <class T>
struct convert;

/// Whether `encode` takes a `T`.
template <class T>
concept encodable = requires(writer& out, T const& v)
{
    convert<std::remove_cvref_t<T>>::encode(out, v);
};

/// Whether `decode` fills a `T`.
template <class T>
concept decodable = requires(reader& in, std::remove_cvref_t<T>& v)
{
    {
        convert<std::remove_cvref_t<T>>::decode(in, v)
        } -> std::same_as<bool>;
};

/// Whether a `T` may stand inside arrays and objects. All may but `args`, which are several values.
template <class T>
inline constexpr bool is_single_value = !std::same_as<T, args>;

/// Whether an argument or field of type `T` may be missing: an optional and a `value` may.
template <class T>
inline constexpr bool may_be_missing = std::same_as<T, value>;
template <class T>
inline constexpr bool may_be_missing<std::optional<T>> = true;

template <class T>
inline constexpr bool is_character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
                                     std::same_as<T, char16_t> || std::same_as<T, char32_t>;
template <class T>
inline constexpr bool is_vector_of_char = false;
template <class A>
inline constexpr bool is_vector_of_char<std::vector<char, A>> = true;

/// Writes `v` as one value (`args`: as several).
template <class T>
void encode(writer& out, T const& v)
{
    constexpr bool pointer = std::is_pointer_v<T> && !std::same_as<std::remove_cv_t<std::remove_pointer_t<T>>, char>;
    static_assert(!is_character<T>,
                  "partyline: a plain char is neither a number nor a string; send an int or a std::string");
    static_assert(!pointer, "partyline: a pointer cannot be sent; send what it points to");
    static_assert(
        !is_vector_of_char<T>,
        "partyline: a vector<char> is neither a string nor binary; send a std::string or a partyline::binary");
    static_assert(
        is_character<T> || pointer || is_vector_of_char<T> || encodable<T>,
        "partyline: this type cannot be sent; name its fields with PARTYLINE_STRUCT, or specialise partyline::convert");
    if constexpr (encodable<T>) convert<T>::encode(out, v);
}

/// Reads one value into `v`: `true`, or `false` with the reason in `in.failure()`; `v` is then in no particular state.
template <class T>
bool decode(reader& in, T& v)
{
    static_assert(!is_character<T>,
                  "partyline: a plain char is neither a number nor a string; take an int or a std::string");
    static_assert(!std::is_pointer_v<T>,
                  "partyline: a pointer cannot be received; take a std::string, a partyline::binary, or a value");
    static_assert(
        !is_vector_of_char<T>,
        "partyline: a vector<char> is neither a string nor binary; take a std::string or a partyline::binary");
    static_assert(is_character<T> || std::is_pointer_v<T> || is_vector_of_char<T> || decodable<T>,
                  "partyline: this type cannot be received; name its fields with PARTYLINE_STRUCT, or specialise "
                  "partyline::convert");
    if constexpr (decodable<T>)
        return convert<T>::decode(in, v);
    else
        return in.fail(errc::type_mismatch);
}

/// How many arguments `v` is: one, unless it is `args`.
template <class T>
[[nodiscard]] constexpr std::size_t argument_count(T const& v) noexcept
{
    if constexpr (is_single_value<T>)
        return 1;
    else
        return v.size();
}

// ── null, bool, numbers, enums ──────────────────────────────────────────────────────────────────────────────────────

template <>
struct convert<std::nullptr_t>
{
    static void encode(writer& out, std::nullptr_t) { out.null(); }
    static bool decode(reader& in, std::nullptr_t&) { return in.read_null(); }
};

template <>
struct convert<bool>
{
    static void encode(writer& out, bool v) { out.boolean(v); }
    static bool decode(reader& in, bool& v) { return in.read_bool(v); }
};

template <std::integral T>
requires(!std::same_as<T, bool> && !is_character<T>) struct convert<T>
{
    using wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;

    static void encode(writer& out, T v)
    {
        if constexpr (std::is_signed_v<T>)
            out.integer(v);
        else
            out.unsigned_integer(v);
    }
    static bool decode(reader& in, T& v)
    {
        wide number = 0;
        if constexpr (std::is_signed_v<T>) {
            if (!in.read_int64(number)) return false;
        } else {
            if (!in.read_uint64(number)) return false;
        }
        if (!std::in_range<T>(number)) return in.fail(errc::out_of_range);
        v = static_cast<T>(number);
        return true;
    }
};

template <std::floating_point T>
requires(sizeof(T) <= sizeof(double)) struct convert<T>
{
    static void encode(writer& out, T v) { out.real(static_cast<double>(v)); }
    static bool decode(reader& in, T& v)
    {
        double number = 0;
        if (!in.read_double(number)) return false;
        if constexpr (sizeof(T) < sizeof(double)) {
            constexpr double most = std::numeric_limits<T>::max();
            if ((number > most || number < -most) && number - number == 0)
                return in.fail(errc::out_of_range); // finite, but not as a T
        }
        v = static_cast<T>(number);
        return true;
    }
};

template <class T>
requires(std::is_enum_v<T> && !std::same_as<T, std::byte>) struct convert<T>
{
    using underlying = std::underlying_type_t<T>;
    using number = std::conditional_t<std::is_signed_v<underlying>, std::int64_t, std::uint64_t>;

    static void encode(writer& out, T v) { convert<number>::encode(out, static_cast<number>(v)); }
    static bool decode(reader& in, T& v)
    {
        number n = 0;
        if (!convert<number>::decode(in, n)) return false;
        if (n < std::numeric_limits<underlying>::min() || n > std::numeric_limits<underlying>::max())
            return in.fail(errc::out_of_range);
        v = static_cast<T>(n);
        return true;
    }
};

// ── text ────────────────────────────────────────────────────────────────────────────────────────────────────────────

template <>
struct convert<std::string>
{
    static void encode(writer& out, std::string const& v) { out.string(v); }
    static bool decode(reader& in, std::string& v)
    {
        std::string_view text;
        if (!in.read_string(text)) return false;
        v = text;
        return true;
    }
};

/// Reading gives a view into the received message: for plain handlers, which return before the message goes.
template <>
struct convert<std::string_view>
{
    static void encode(writer& out, std::string_view v) { out.string(v); }
    static bool decode(reader& in, std::string_view& v) { return in.read_string(v); }
};

template <>
struct convert<char const*>
{
    static void encode(writer& out, char const* v) { v ? out.string(v) : out.null(); }
};
template <>
struct convert<char*> : convert<char const*>
{};
template <std::size_t N>
struct convert<char[N]>
{
    static void encode(writer& out, char const (&v)[N])
    {
        std::string_view const text(v, N);
        out.string(text.substr(0, text.find('\0')));
    }
};

// ── binary ──────────────────────────────────────────────────────────────────────────────────────────────────────────

template <>
struct convert<binary>
{
    static void encode(writer& out, binary const& v) { out.bytes(v); }
    static bool decode(reader& in, binary& v) { return in.read_binary(v); }
};

template <class T, std::size_t N>
requires std::same_as<std::remove_const_t<T>, std::byte>
struct convert<std::span<T, N>>
{
    static void encode(writer& out, std::span<T, N> v) { out.bytes(binary(std::span<std::byte const>(v))); }
};

template <>
struct convert<std::vector<std::byte>>
{
    static void encode(writer& out, std::vector<std::byte> const& v)
    {
        out.bytes(binary(std::span<std::byte const>(v)));
    }
    static bool decode(reader& in, std::vector<std::byte>& v)
    {
        binary bytes;
        if (!in.read_binary(bytes)) return false;
        v.assign(bytes.begin(), bytes.end());
        return true;
    }
};

// ── value ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Takes no stack per level.
template <>
struct convert<value>
{
    static void encode(writer& out, value const& v);
    static bool decode(reader& in, value& v);
};

template <>
struct convert<value::object>
{
    static void encode(writer& out, value::object const& v);
};

/// Writes the value at the cursor as it stands, from one format into another. Answers `false` where the reader failed.
bool copy(reader& in, writer& out);

template <class T>
value value::of(T const& v)
{
    return build([](writer& out, void const* source) { partyline::encode(out, *static_cast<T const*>(source)); }, &v);
}

template <class T>
result<T> value::to() const
{
    static_assert(!std::same_as<T, std::string_view>,
                  "partyline: take a std::string; nothing would keep the characters of a view");
    auto const cursor = open();
    T out{};
    if (!partyline::decode(*cursor, out)) return cursor->failure();
    return out;
}

} // namespace partyline

#include <partyline/convert_standard.hpp>
