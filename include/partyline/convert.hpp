// How C++ types are read from and written to arguments: `decode` and `encode`, and the types that they know. Typed
// decoding is written once, here, on the cursor; JSON, msgpack and `value` are the cursor's business.
//
// Known: bool, integers, float, double, enums (their number), std::string, std::string_view, char const* (written only),
// nullptr, binary, vectors and spans of std::byte (binary), std::optional, vector, array, set, pair and tuple (arrays), map and unordered_map with
// strings as keys (objects), variant (the first alternative that fits), chrono durations (the number of their units),
// std::chrono::system_clock::time_point (as JavaScript's Date.toJSON), `value`, `args`, structs named by PARTYLINE_STRUCT.
// Any other type: specialise `partyline::convert<T>`.
#pragma once

#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
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
struct convert<std::monostate>
{
    static void encode(writer& out, std::monostate) { out.null(); }
    static bool decode(reader& in, std::monostate&) { return in.read_null(); }
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

// ── optional, arrays, objects ───────────────────────────────────────────────────────────────────────────────────────

template <class T>
struct convert<std::optional<T>>
{
    static void encode(writer& out, std::optional<T> const& v) requires(encodable<T>&& is_single_value<T>)
    {
        if (v)
            convert<T>::encode(out, *v);
        else
            out.null();
    }
    static bool decode(reader& in, std::optional<T>& v) requires(decodable<T>&& is_single_value<T>)
    {
        v.reset();
        return in.peek() == value_kind::null ? in.read_null() : convert<T>::decode(in, v.emplace());
    }
};

/// Arrays of any length: `Container` takes elements by `insert(end(), ...)`.
template <class Container>
struct convert_array
{
    using element = typename Container::value_type;

    static void encode(writer& out, Container const& v) requires(encodable<element>&& is_single_value<element>)
    {
        out.begin_array(v.size());
        for (element const& each : v) convert<element>::encode(out, each);
        out.end_array();
    }
    static bool decode(reader& in, Container& v) requires(decodable<element>&& is_single_value<element>)
    {
        v.clear();
        if (!in.enter_array()) return false;
        while (in.next_element()) {
            element each{};
            if (!convert<element>::decode(in, each)) return false;
            v.insert(v.end(), std::move(each));
        }
        return true;
    }
};

template <class T, class A>
requires(!is_character<T> && !std::same_as<T, std::byte>) struct convert<std::vector<T, A>>
    : convert_array<std::vector<T, A>>
{};
template <class T, class C, class A>
struct convert<std::set<T, C, A>> : convert_array<std::set<T, C, A>>
{};
template <class T, class H, class E, class A>
struct convert<std::unordered_set<T, H, E, A>> : convert_array<std::unordered_set<T, H, E, A>>
{};

/// Exactly `N` elements.
template <class T, std::size_t N>
requires(!is_character<T> && !std::same_as<T, std::byte>) struct convert<std::array<T, N>>
{
    static void encode(writer& out, std::array<T, N> const& v) requires(encodable<T>&& is_single_value<T>)
    {
        out.begin_array(N);
        for (T const& each : v) convert<T>::encode(out, each);
        out.end_array();
    }
    static bool decode(reader& in, std::array<T, N>& v) requires(decodable<T>&& is_single_value<T>)
    {
        if (!in.enter_array()) return false;
        for (T& each : v) {
            if (!in.next_element()) return in.fail(errc::missing_argument);
            if (!convert<T>::decode(in, each)) return false;
        }
        return !in.next_element() || in.fail(errc::type_mismatch);
    }
};

/// As arguments are read: elements beyond the last are ignored, missing ones fit what may be missing.
template <class Tuple, class... T>
struct convert_tuple
{
    static void encode(writer& out, Tuple const& v) requires((encodable<T> && is_single_value<T>)&&...)
    {
        out.begin_array(sizeof...(T));
        std::apply([&](T const&... each) { (convert<T>::encode(out, each), ...); }, v);
        out.end_array();
    }
    static bool decode(reader& in, Tuple& v) requires((decodable<T> && is_single_value<T>)&&...)
    {
        if (!in.enter_array()) return false;
        bool more = true;
        bool const fits = std::apply([&](T&... each) { return (read(in, more, each) && ...); }, v);
        if (!fits) return false;
        while (more && (more = in.next_element())) in.skip();
        return true;
    }

private:
    template <class E>
    static bool read(reader& in, bool& more, E& each)
    {
        more = more && in.next_element();
        if (more) return convert<E>::decode(in, each);
        return may_be_missing<E> || in.fail(errc::missing_argument);
    }
};

template <class A, class B>
struct convert<std::pair<A, B>> : convert_tuple<std::pair<A, B>, A, B>
{};
template <class... T>
struct convert<std::tuple<T...>> : convert_tuple<std::tuple<T...>, T...>
{};

/// Objects with any keys.
template <class Map>
struct convert_map
{
    using mapped = typename Map::mapped_type;

    static void encode(writer& out, Map const& v) requires(encodable<mapped>&& is_single_value<mapped>)
    {
        out.begin_object(v.size());
        for (auto const& [key, each] : v) {
            out.key(key);
            convert<mapped>::encode(out, each);
        }
        out.end_object();
    }
    static bool decode(reader& in, Map& v) requires(decodable<mapped>&& is_single_value<mapped>)
    {
        v.clear();
        if (!in.enter_object()) return false;
        for (std::string_view key; in.next_key(key);) {
            std::string name{key};
            mapped each{};
            if (!convert<mapped>::decode(in, each)) return false;
            v.insert_or_assign(std::move(name), std::move(each));
        }
        return true;
    }
};

template <class T, class C, class A>
struct convert<std::map<std::string, T, C, A>> : convert_map<std::map<std::string, T, C, A>>
{};
template <class T, class H, class E, class A>
struct convert<std::unordered_map<std::string, T, H, E, A>> : convert_map<std::unordered_map<std::string, T, H, E, A>>
{};

/// The first alternative that fits, tried in order.
template <class... T>
struct convert<std::variant<T...>>
{
    static void encode(writer& out, std::variant<T...> const& v) requires((encodable<T> && is_single_value<T>)&&...)
    {
        if (v.valueless_by_exception()) return out.null();
        std::visit([&](auto const& each) { convert<std::remove_cvref_t<decltype(each)>>::encode(out, each); }, v);
    }
    static bool decode(reader& in, std::variant<T...>& v) requires((decodable<T> && is_single_value<T>)&&...)
    {
        if (!(attempt<T>(in, v) || ...)) return in.fail(errc::type_mismatch);
        in.skip();
        return true;
    }

private:
    template <class E>
    static bool attempt(reader const& in, std::variant<T...>& v)
    {
        auto const trial = in.clone();
        return convert<E>::decode(*trial, v.template emplace<E>());
    }
};

// ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────────

using utc_milliseconds = std::chrono::sys_time<std::chrono::milliseconds>;
/// `2026-11-23T09:00:00.000Z`, as Date.toJSON writes it (ECMA-262, section 21.4.1.32).
[[nodiscard]] std::string to_iso_text(utc_milliseconds time);
/// The same form, with any number of digits behind the seconds; nothing else.
[[nodiscard]] std::optional<utc_milliseconds> from_iso_text(std::string_view text) noexcept;

template <class Rep, class Period>
struct convert<std::chrono::duration<Rep, Period>>
{
    static void encode(writer& out, std::chrono::duration<Rep, Period> v) { convert<Rep>::encode(out, v.count()); }
    static bool decode(reader& in, std::chrono::duration<Rep, Period>& v)
    {
        Rep count{};
        if (!convert<Rep>::decode(in, count)) return false;
        v = std::chrono::duration<Rep, Period>(count);
        return true;
    }
};

template <class Duration>
struct convert<std::chrono::time_point<std::chrono::system_clock, Duration>>
{
    using time_point = std::chrono::time_point<std::chrono::system_clock, Duration>;

    static void encode(writer& out, time_point v)
    {
        out.string(to_iso_text(std::chrono::floor<std::chrono::milliseconds>(v)));
    }
    static bool decode(reader& in, time_point& v)
    {
        std::string_view text;
        if (!in.read_string(text)) return false;
        auto const time = from_iso_text(text);
        if (!time) return in.fail(errc::type_mismatch);
        if constexpr (std::ratio_less_v<typename Duration::period, std::milli>) {
            constexpr auto least = std::chrono::ceil<std::chrono::milliseconds>(time_point::min());
            constexpr auto most = std::chrono::floor<std::chrono::milliseconds>(time_point::max());
            if (*time < least || *time > most) return in.fail(errc::out_of_range);
        }
        v = std::chrono::time_point_cast<Duration>(*time);
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
