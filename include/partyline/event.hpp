// Event contracts: a name and its argument types, declared once and shared by both ends. What does not match does not compile.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace partyline {

/// A string as template argument.
template <std::size_t N>
struct event_name
{
    char text[N]{};
    constexpr event_name(char const (&given)[N]) { std::copy_n(given, N, text); }
    [[nodiscard]] constexpr std::string_view view() const noexcept { return {text, N - 1}; }
};

/// Stands last in an `event`, once: what the handler returns and the emitter is answered.
template <class R>
struct reply
{
    using type = R;
};

template <class... T>
struct event_types
{
    using arguments = std::tuple<T...>;
    using answer = void;
    static constexpr bool has_reply = false;
};
template <class R>
struct event_types<reply<R>>
{
    using arguments = std::tuple<>;
    using answer = R;
    static constexpr bool has_reply = true;
};
template <class T, class R>
struct event_types<T, reply<R>>
{
    using arguments = std::tuple<T>;
    using answer = R;
    static constexpr bool has_reply = true;
};
template <class T, class... Rest>
requires(sizeof...(Rest) > 1 ||
         (sizeof...(Rest) == 1 && !event_types<Rest...>::has_reply)) struct event_types<T, Rest...>
{
    using arguments = decltype(std::tuple_cat(std::declval<std::tuple<T>>(),
                                              std::declval<typename event_types<Rest...>::arguments>()));
    using answer = typename event_types<Rest...>::answer;
    static constexpr bool has_reply = event_types<Rest...>::has_reply;
};

/// `inline constexpr partyline::event<"count", int, partyline::reply<int>> count;`
template <event_name Name, class... T>
struct event
{
    using arguments = typename event_types<T...>::arguments;
    using answer = typename event_types<T...>::answer;
    static constexpr bool has_reply = event_types<T...>::has_reply;
    static constexpr std::string_view name = Name.view();
};

template <class T>
inline constexpr bool is_event = false;
template <event_name Name, class... T>
inline constexpr bool is_event<event<Name, T...>> = true;

/// Whether an argument of type `From` may stand where the contract says `To`: it converts, and loses nothing on the way.
template <class To, class From>
concept fits = std::is_same_v<std::decay_t<From>, To> ||
               (std::is_arithmetic_v<To>&& std::is_arithmetic_v<std::decay_t<From>>&& requires(From&& from) {
                   To{static_cast<From&&>(from)};
               }) ||
               (std::is_same_v<To, std::string> && std::is_convertible_v<From, std::string_view>) ||
               (!std::is_arithmetic_v<To> && std::is_convertible_v<From, To>);

template <class Tuple, class... From>
inline constexpr bool all_fit = false;
template <class... To, class... From>
requires(sizeof...(To) ==
         sizeof...(From)) inline constexpr bool all_fit<std::tuple<To...>, From...> = (fits<To, From> && ...);

/// The value as the contract declares it; text stays as it is, and so does everything where nothing (`void`) is declared.
template <class To, class From>
[[nodiscard]] decltype(auto) as_declared(From const& given)
{
    constexpr bool text = std::is_same_v<To, std::string> && std::is_convertible_v<From const&, std::string_view>;
    if constexpr (std::is_void_v<To> || std::is_same_v<To, From> || text)
        return (given);
    else
        return static_cast<To>(given);
}

} // namespace partyline
