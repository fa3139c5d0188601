// Listeners with fixed arguments (`on_connection`, `use`, `on_any`, ...): from a user's function or coroutine to the one
// erased form that the library calls. What it states in its parameter list is checked here; it does not know who calls.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <partyline/handler.hpp>

namespace partyline {

struct incoming_event;

/// Names one declared listener, for `off`. Unique in the process.
enum class listener_id : std::uint64_t
{
};

/// Counts and logs what a coroutine threw that nobody awaits.
void report_listener(std::exception_ptr thrown) noexcept;

/// An event in the hands of a middleware lives as long as its `next`, which the coroutine holds.
template <>
inline constexpr bool is_view<incoming_event&> = false;

/// A coroutine started from a plain listener: its exceptions are reported as a handler's.
template <class R>
detached_task run_later(task<R> running, std::shared_ptr<void const>)
{
    try {
        co_await std::move(running);
    } catch (...) {
        report_listener(std::current_exception());
    }
}

/// What a coroutine is given in place of a text that ends with the call.
inline std::string lasting(std::string_view text) { return std::string(text); }
template <class T>
T&& lasting(T&& given) requires(!std::is_same_v<std::decay_t<T>, std::string_view>)
{
    return std::forward<T>(given);
}

template <class Signature>
struct listener_of;
template <class... A>
struct listener_of<void(A...)>
{
    template <class F>
    static constexpr bool takes_given = std::is_invocable_v<F&, A...>;
    /// With texts of its own.
    template <class F>
    static constexpr bool takes_lasting = std::is_invocable_v<F&, decltype(lasting(std::declval<A>()))...>;

    /// The erased form of a function or coroutine; a coroutine is started, and nobody awaits it.
    template <class F>
    static std::function<void(A...)> make(F f)
    {
        static_assert(takes_given<F> || takes_lasting<F>,
                      "partyline: this listener does not take the arguments it is given");
        static_assert(!dangles<F>,
                      "partyline: a listener that returns a task takes its arguments by value; references and "
                      "string_view would dangle at its first co_await");
        if constexpr (dangles<F>) {
            return {};
        } else if constexpr (takes_given<F>) {
            return [shared = std::make_shared<F>(std::move(f))](A... given) {
                if constexpr (is_task<std::invoke_result_t<F&, A...>>)
                    run_later((*shared)(std::forward<A>(given)...), shared);
                else
                    (*shared)(std::forward<A>(given)...);
            };
        } else if constexpr (takes_lasting<F>) {
            return [shared = std::make_shared<F>(std::move(f))](A... given) {
                if constexpr (is_task<std::invoke_result_t<F&, decltype(lasting(std::declval<A>()))...>>)
                    run_later((*shared)(lasting(std::forward<A>(given))...), shared);
                else
                    (*shared)(lasting(std::forward<A>(given))...);
            };
        }
    }
};

/// `as_listener<void(socket)>(f)`.
template <class Signature, class F>
[[nodiscard]] std::function<Signature> as_listener(F f)
{
    return listener_of<Signature>::make(std::move(f));
}

} // namespace partyline
