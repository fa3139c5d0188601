// PARTYLINE_STRUCT(user, name, age): after it, a `user` may be an argument, a result, or part of one, as the object
// {"name":...,"age":...}. Write it in the namespace of the struct, behind the struct; it names up to 255 fields.
//
// Reading: fields in any order, of duplicates the last, unknown ones ignored; a missing one is `errc::missing_argument`
// unless it is a std::optional or a `value`, which then stay as they are. Writing: all fields, in the order named.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <partyline/convert.hpp>

namespace partyline {

/// A field's name and where it is.
template <class Struct, class Field>
struct struct_field
{
    std::string_view name;
    Field Struct::*where;
};
template <class Struct, class Field>
struct_field(char const*, Field Struct::*) -> struct_field<Struct, Field>;

/// Whether PARTYLINE_STRUCT has named the fields of `T`.
template <class T>
concept named_struct = requires(std::type_identity<T> which)
{
    partyline_fields(which);
};

/// Reads and writes a struct by a tuple of `struct_field`s, which `Fields::all()` answers.
template <class T, class Fields>
struct convert_struct
{
    static constexpr auto all = Fields::all();
    static constexpr std::size_t count = std::tuple_size_v<std::remove_cv_t<decltype(all)>>;

    static void encode(writer& out, T const& v)
    {
        out.begin_object(count);
        std::apply([&](auto const&... field) { (encode_field(out, v, field), ...); }, all);
        out.end_object();
    }

    static bool decode(reader& in, T& v) { return decode(in, v, std::make_index_sequence<count>()); }

private:
    enum class outcome : std::uint8_t
    {
        another_key,
        read,
        failed
    };

    template <class Field>
    static void encode_field(writer& out, T const& v, Field const& field)
    {
        using type = std::remove_cvref_t<decltype(v.*field.where)>;
        static_assert(is_single_value<type>,
                      "partyline: args are several values, and cannot be one field; use a value");
        out.key(field.name);
        partyline::encode(out, v.*field.where);
    }

    template <std::size_t... I>
    static bool decode(reader& in, T& v, std::index_sequence<I...>)
    {
        [[maybe_unused]] std::array<bool, count> seen{}; // not used by a struct without fields
        if (!in.enter_object()) return false;
        for (std::string_view key; in.next_key(key);) {
            outcome done = outcome::another_key;
            static_cast<void>((
                ((done = decode_if(in, v, key, std::get<I>(all))) != outcome::another_key && (seen[I] = true)) || ...));
            if (done == outcome::failed) return false;
            if (done == outcome::another_key) in.skip();
        }
        return ((seen[I] || may_be_missing<field_type<I>> || in.fail(errc::missing_argument)) && ...);
    }

    template <class Field>
    static outcome decode_if(reader& in, T& v, std::string_view key, Field const& field)
    {
        if (key != field.name) return outcome::another_key;
        return partyline::decode(in, v.*field.where) ? outcome::read : outcome::failed;
    }

    template <std::size_t I>
    using field_type = std::remove_cvref_t<decltype(std::declval<T&>().*std::get<I>(all).where)>;
};

/// The fields that PARTYLINE_STRUCT has named.
template <class T>
struct named_fields
{
    static constexpr auto all() { return partyline_fields(std::type_identity<T>()); }
};

template <named_struct T>
struct convert<T> : convert_struct<T, named_fields<T>>
{};

} // namespace partyline

// One field after the other: __VA_OPT__ ends the recursion, each PARTYLINE_SCAN_n has it looked at four times as often.
#define PARTYLINE_PARENTHESES ()
#define PARTYLINE_SCAN(...) PARTYLINE_SCAN_3(PARTYLINE_SCAN_3(PARTYLINE_SCAN_3(PARTYLINE_SCAN_3(__VA_ARGS__))))
#define PARTYLINE_SCAN_3(...) PARTYLINE_SCAN_2(PARTYLINE_SCAN_2(PARTYLINE_SCAN_2(PARTYLINE_SCAN_2(__VA_ARGS__))))
#define PARTYLINE_SCAN_2(...) PARTYLINE_SCAN_1(PARTYLINE_SCAN_1(PARTYLINE_SCAN_1(PARTYLINE_SCAN_1(__VA_ARGS__))))
#define PARTYLINE_SCAN_1(...) __VA_ARGS__
#define PARTYLINE_FIELD(type, field, ...)                                                                              \
    ::partyline::struct_field{#field, &type::field} __VA_OPT__(                                                        \
        , PARTYLINE_FIELD_AGAIN PARTYLINE_PARENTHESES(type, __VA_ARGS__))
#define PARTYLINE_FIELD_AGAIN() PARTYLINE_FIELD

#define PARTYLINE_STRUCT(type, ...)                                                                                    \
    constexpr auto partyline_fields(::std::type_identity<type>)                                                        \
    {                                                                                                                  \
        return ::std::tuple{__VA_OPT__(PARTYLINE_SCAN(PARTYLINE_FIELD(type, __VA_ARGS__)))};                           \
    }
