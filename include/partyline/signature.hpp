// What a handler states in its parameter list, read at compile time. Knows nothing of events or sockets.
#pragma once

#include <functional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace partyline {

template <class... T>
struct type_list
{
    static constexpr std::size_t size = sizeof...(T);
};

/// Return type, parameters and constness of a function pointer or of a class with exactly one, non-template call operator.
template <class R, bool Const, class... P>
struct signature
{
    using returned = R;
    using parameters = type_list<P...>;
    static constexpr bool is_const = Const;
};

template <class F>
struct member_signature;
template <class R, class C, class... P>
struct member_signature<R (C::*)(P...)> : signature<R, false, P...>
{};
template <class R, class C, class... P>
struct member_signature<R (C::*)(P...) const> : signature<R, true, P...>
{};
template <class R, class C, class... P>
struct member_signature<R (C::*)(P...) noexcept> : signature<R, false, P...>
{};
template <class R, class C, class... P>
struct member_signature<R (C::*)(P...) const noexcept> : signature<R, true, P...>
{};

/// Empty where there is no signature to be read.
template <class F>
struct signature_of
{};
template <class F>
requires requires { &F::operator(); }
struct signature_of<F> : member_signature<decltype(&F::operator())>
{};
template <class R, class... P>
struct signature_of<R (*)(P...)> : signature<R, true, P...>
{};
template <class R, class... P>
struct signature_of<R (*)(P...) noexcept> : signature<R, true, P...>
{};

/// A callable whose parameters can be read: no generic lambda, no overloaded call operator.
template <class F>
concept plainly_callable = requires
{
    typename signature_of<F>::parameters;
};

/// Whether a parameter of this type would dangle once a coroutine has been suspended.
template <class T>
inline constexpr bool is_view = std::is_reference_v<T> || std::is_same_v<std::decay_t<T>, std::string_view>;

template <class List>
inline constexpr bool has_view = false;
template <class... P>
inline constexpr bool has_view<type_list<P...>> = (is_view<P> || ...);

/// A generic or overloaded callable with its signature picked: see `handler`.
template <class Signature, class F>
class picked_handler;
template <class R, class... P, class F>
class picked_handler<R(P...), F>
{
public:
    explicit picked_handler(F f) : f_(std::move(f)) {}
    R operator()(P... arguments) const { return f_(std::forward<P>(arguments)...); }

private:
    F f_;
};

/// `partyline::handler<void(socket, int)>(f)`: says how a generic or overloaded callable is to be called.
template <class Signature, class F>
[[nodiscard]] picked_handler<Signature, F> handler(F f)
{
    return picked_handler<Signature, F>(std::move(f));
}

} // namespace partyline
