// The conversions of the standard library's own types: optional, containers, variant, time. Part of convert.hpp, which says
// what each becomes; it knows nothing of the formats that the cursors stand for.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include <partyline/convert.hpp>

namespace partyline {

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

template <>
struct convert<std::monostate>
{
    static void encode(writer& out, std::monostate) { out.null(); }
    static bool decode(reader& in, std::monostate&) { return in.read_null(); }
};

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

} // namespace partyline
