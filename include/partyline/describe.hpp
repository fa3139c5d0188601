// Optional: structs described with Boost.Describe (BOOST_DESCRIBE_STRUCT) as arguments, as if named by PARTYLINE_STRUCT.
// The one public header beside asio.hpp that includes Boost; the library itself does not need it.
#pragma once

#include <tuple>

#include <boost/describe/members.hpp>
#include <boost/mp11/list.hpp>

#include <partyline/struct.hpp>

namespace partyline {

template <class T>
concept boost_described = std::is_class_v<T> && boost::describe::has_describe_members<T>::value && !named_struct<T>;

/// The public members, inherited ones too.
template <class T>
struct boost_described_fields
{
    static constexpr auto all()
    {
        using list = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;
        return []<template <class...> class L, class... D>(L<D...>) {
            return std::tuple{struct_field{D::name, D::pointer}...};
        }(list{});
    }
};

template <boost_described T>
struct convert<T> : convert_struct<T, boost_described_fields<T>>
{};

} // namespace partyline
