// PARTYLINE_STRUCT(user, name, age): after it, a `user` may be an argument, a result, or part of one, as the object
// {"name":...,"age":...}. Write it in the namespace of the struct, behind the struct; it names up to 255 fields.
//
// Reading: fields in any order, of duplicates the last, unknown ones ignored; a missing one is `errc::missing_argument`
// unless it is a std::optional or a `value`, which then stay as they are. Writing: all fields, in the order named.
#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>
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
concept named_struct = requires(T const* v)
{
    partyline_fields(v);
};

/// Reads and writes a struct by a tuple of `struct_field`s: `fields(static_cast<T const*>(nullptr))` answers it.
template <class T, auto fields>
struct convert_struct
{
    static constexpr auto all = fields();
    static constexpr std::size_t count = std::tuple_size_v<std::remove_cv_t<decltype(all)>>;

    static void encode(writer& out, T const& v)
    {
        out.begin_object(count);
        std::apply([&](auto const&... field) { ((out.key(field.name), partyline::encode(out, v.*field.where)), ...); },
                   all);
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

    template <std::size_t... I>
    static bool decode(reader& in, T& v, std::index_sequence<I...>)
    {
        std::array<bool, count> seen{};
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

template <named_struct T>
struct convert<T> : convert_struct<T, [] { return partyline_fields(static_cast<T const*>(nullptr)); }>
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
    [[maybe_unused]] constexpr auto partyline_fields([[maybe_unused]] type const* which)                               \
    {                                                                                                                  \
        return ::std::tuple{__VA_OPT__(PARTYLINE_SCAN(PARTYLINE_FIELD(type, __VA_ARGS__)))};                           \
    }
