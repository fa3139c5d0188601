// From a user's callable to something that can be called with a packet: decodes the arguments that the parameter list
// asks for, calls, and turns the return value into the acknowledgement. Shared by server and client; the receiver
// (`socket`, `client_socket`) is a template parameter.
#pragma once

#include <memory>
#include <string_view>
#include <tuple>
#include <utility>

#include <partyline/answer.hpp>
#include <partyline/event.hpp>
#include <partyline/signature.hpp>
#include <partyline/task.hpp>

namespace partyline {

/// One event that has arrived, offered to handlers. Implemented by both ends; valid during the call of a handler.
class event_call
{
public:
    virtual ~event_call() = default;

    [[nodiscard]] virtual std::string_view event() const noexcept = 0;
    /// A cursor in front of the first argument; each call starts again.
    virtual reader& arguments() = 0;
    /// All arguments unparsed, borrowing the receive buffer.
    [[nodiscard]] virtual args raw() const = 0;
    [[nodiscard]] virtual bool wants_ack() const noexcept = 0;
    virtual codec& codec_here() = 0;
    /// Acknowledges now; nothing happens where no acknowledgement is wanted or one was given.
    virtual void acknowledge(payload arguments) = 0;
    /// The same, for later.
    [[nodiscard]] virtual std::shared_ptr<answer_place> answer_later() = 0;
    /// Keeps the handlers of this dispatch alive, with all that they captured.
    [[nodiscard]] virtual std::shared_ptr<void const> hold() const = 0;
    /// The arguments do not fit the parameters of a handler.
    virtual void unfit(errc why) noexcept = 0;

    template <class Receiver>
    [[nodiscard]] Receiver const& receiver() const noexcept
    {
        return *static_cast<Receiver const*>(receiver_);
    }

protected:
    explicit event_call(void const* receiver) noexcept : receiver_(receiver) {}

private:
    void const* receiver_;
};

/// A handler with its types erased. What it throws, its caller catches and reports.
class event_handler
{
public:
    virtual ~event_handler() = default;
    virtual void call(event_call& incoming) const = 0;
};

/// Reads one argument after the other, and leaves optional ones empty where there are no more.
class argument_cursor
{
public:
    explicit argument_cursor(reader& from) noexcept : from_(from) {}

    template <class T>
    [[nodiscard]] bool read(T& out)
    {
        more_ = more_ && from_.next_element();
        if (more_) return decode(from_, out);
        if constexpr (may_be_missing<T>)
            return true;
        else
            return from_.fail(errc::missing_argument);
    }
    [[nodiscard]] errc failure() const noexcept { return from_.failure(); }

private:
    reader& from_;
    bool more_ = true;
};

/// `Declared`: what the event's contract says is replied; void under a plain name, where the handler alone says it.
template <class Declared, class R>
detached_task finish_later(task<R> running, std::shared_ptr<answer_place> place, std::shared_ptr<void const>)
{
    try {
        if constexpr (std::is_void_v<R>) {
            co_await std::move(running);
        } else {
            R given = co_await std::move(running);
            if (place->wanted()) place->send(encode_arguments(place->codec_here(), as_declared<Declared>(given)));
        }
    } catch (...) {
        place->failed(std::current_exception());
    }
}

/// Turns what a handler returned into its acknowledgement.
template <class Declared = void, class Call>
void settle(event_call& incoming, Call&& call)
{
    using R = decltype(call());
    if constexpr (std::is_void_v<R>) {
        call();
    } else if constexpr (is_task<R>) {
        auto place = incoming.answer_later();
        finish_later<Declared>(call(), std::move(place), incoming.hold());
    } else {
        R given = call();
        if (incoming.wants_ack())
            incoming.acknowledge(encode_arguments(incoming.codec_here(), as_declared<Declared>(given)));
    }
}

/// Whether `F` is a coroutine that keeps something that ends with the call. What cannot be read cannot be judged.
template <class F>
inline constexpr bool dangles = false;
template <plainly_callable F>
inline constexpr bool dangles<F> =
    is_task<typename signature_of<F>::returned>&& has_view<typename signature_of<F>::parameters>;

/// Calls `f` with what its parameters `P...` ask for. `Receiver` may stand first, `ack<...>` last.
template <class Receiver, class F, class List>
struct parameters_of;

template <class Receiver, class F, class... P>
struct parameters_of<Receiver, F, type_list<P...>>
{
    static constexpr std::size_t count = sizeof...(P);
    template <std::size_t I>
    using at = std::tuple_element_t<I, std::tuple<P...>>;

    static constexpr bool takes_receiver = []() consteval
    {
        if constexpr (count > 0)
            return std::is_same_v<std::decay_t<at<0>>, Receiver>;
        else
            return false;
    }
    ();
    static constexpr bool takes_ack = []() consteval
    {
        if constexpr (count > 0)
            return is_ack<std::decay_t<at<count - 1>>>;
        else
            return false;
    }
    ();
    static constexpr std::size_t first = takes_receiver ? 1 : 0;
    static constexpr std::size_t decoded = count - first - (takes_ack ? 1 : 0);
    static constexpr bool takes_all_raw = []() consteval
    {
        if constexpr (decoded == 1)
            return std::is_same_v<std::decay_t<at<first>>, args>;
        else
            return false;
    }
    ();

    template <class Middle>
    static void call_with(event_call& incoming, F& f, Middle&& middle)
    {
        settle(incoming, [&]() -> decltype(auto) {
            return middle([&](auto&&... values) -> decltype(auto) {
                return place_ends(incoming, f, static_cast<decltype(values)>(values)...);
            });
        });
    }

    template <class... V>
    static decltype(auto) place_ends(event_call& incoming, F& f, V&&... values)
    {
        if constexpr (takes_receiver && takes_ack)
            return f(incoming.receiver<Receiver>(), std::forward<V>(values)...,
                     std::decay_t<at<count - 1>>(incoming.answer_later()));
        else if constexpr (takes_receiver)
            return f(incoming.receiver<Receiver>(), std::forward<V>(values)...);
        else if constexpr (takes_ack)
            return f(std::forward<V>(values)..., std::decay_t<at<count - 1>>(incoming.answer_later()));
        else
            return f(std::forward<V>(values)...);
    }

    static void call(event_call& incoming, F& f)
    {
        if constexpr (takes_all_raw) {
            // as a prvalue, so that a parameter by value borrows the receive buffer and nothing is copied
            if constexpr (takes_receiver && takes_ack)
                settle(incoming, [&]() -> decltype(auto) {
                    return f(incoming.receiver<Receiver>(), incoming.raw(),
                             std::decay_t<at<count - 1>>(incoming.answer_later()));
                });
            else if constexpr (takes_receiver)
                settle(incoming, [&]() -> decltype(auto) { return f(incoming.receiver<Receiver>(), incoming.raw()); });
            else if constexpr (takes_ack)
                settle(incoming, [&]() -> decltype(auto) {
                    return f(incoming.raw(), std::decay_t<at<count - 1>>(incoming.answer_later()));
                });
            else
                settle(incoming, [&]() -> decltype(auto) { return f(incoming.raw()); });
        } else {
            call_decoded(incoming, f, std::make_index_sequence<decoded>{});
        }
    }

    template <std::size_t... I>
    static void call_decoded(event_call& incoming, F& f, std::index_sequence<I...>)
    {
        static_assert((!std::is_same_v<std::decay_t<at<first + I>>, Receiver> && ...) &&
                          (!is_ack<std::decay_t<at<first + I>>> && ...),
                      "partyline: in a handler the socket stands first, and an ack last");
        static_assert((!std::is_same_v<std::decay_t<at<first + I>>, args> && ...),
                      "partyline: `args` stands for all arguments, so it is the only one a handler takes (beside the "
                      "socket and an ack)");
        static_assert(((!std::is_lvalue_reference_v<at<first + I>> ||
                        std::is_const_v<std::remove_reference_t<at<first + I>>>)&&...),
                      "partyline: a handler takes its arguments by value or by reference to const");
        std::tuple<std::decay_t<at<first + I>>...> values{};
        if constexpr (decoded > 0) {
            argument_cursor from(incoming.arguments());
            if (!(from.read(std::get<I>(values)) && ...)) return incoming.unfit(from.failure());
        }
        settle(incoming,
               [&]() -> decltype(auto) { return place_ends(incoming, f, std::move(std::get<I>(values))...); });
    }
};

/// A handler under a plain name.
template <class Receiver, class F>
class typed_handler final : public event_handler
{
public:
    explicit typed_handler(F f) : f_(std::move(f)) {}

    void call(event_call& incoming) const override
    {
        static_assert(!dangles<F>,
                      "partyline: a handler that returns a task takes its arguments by value; references and "
                      "string_view would dangle at its first co_await");
        parameters_of<Receiver, F, typename signature_of<F>::parameters>::call(incoming, f_);
    }

private:
    mutable F f_;
};

template <class R>
struct task_result
{
    using type = R;
};
template <class R>
struct task_result<task<R>>
{
    using type = R;
};

/// How `f` takes the arguments that a contract declares: the receiver may stand before them, and behind them, where
/// there is a reply, an `ack` of its type.
template <class Receiver, class Event, class F, class List = typename Event::arguments>
struct contract_plan;

template <class Receiver, class Event, class F, class... T>
struct contract_plan<Receiver, Event, F, std::tuple<T...>>
{
    struct none
    {};
    using answer = typename Event::answer;
    using later =
        typename std::conditional_t<Event::has_reply, std::type_identity<ack<answer>>, std::type_identity<none>>::type;

    static constexpr bool with_receiver = std::is_invocable_v<F&, Receiver const&, T...>;
    static constexpr bool plain = std::is_invocable_v<F&, T...>;
    static constexpr bool with_receiver_and_ack = std::is_invocable_v<F&, Receiver const&, T..., later>;
    static constexpr bool with_ack = std::is_invocable_v<F&, T..., later>;
    static constexpr bool takes_arguments = with_receiver || plain || with_receiver_and_ack || with_ack;

    static decltype(auto) call(event_call& incoming, F& f, T&... each)
    {
        if constexpr (with_receiver)
            return f(incoming.receiver<Receiver>(), std::move(each)...);
        else if constexpr (plain)
            return f(std::move(each)...);
        else if constexpr (with_receiver_and_ack)
            return f(incoming.receiver<Receiver>(), std::move(each)..., later(incoming.answer_later()));
        else
            return f(std::move(each)..., later(incoming.answer_later()));
    }

    static constexpr bool replies_as_declared = []() consteval
    {
        if constexpr (!takes_arguments)
            return true;
        else {
            using returned = typename task_result<decltype(call(std::declval<event_call&>(), std::declval<F&>(),
                                                                std::declval<T&>()...))>::type;
            if constexpr (std::is_void_v<returned>)
                return !Event::has_reply || (!with_receiver && !plain);
            else if constexpr (!Event::has_reply)
                return false;
            else
                return fits<answer, returned>;
        }
    }
    ();
};

/// A handler under a contract: the arguments are decoded as the contract says, then converted.
template <class Receiver, class Event, class F>
class contract_handler final : public event_handler
{
public:
    explicit contract_handler(F f) : f_(std::move(f)) {}

    void call(event_call& incoming) const override
    {
        typename Event::arguments values{};
        argument_cursor from(incoming.arguments());
        if (!std::apply([&](auto&... each) { return (from.read(each) && ...); }, values))
            return incoming.unfit(from.failure());
        settle<typename Event::answer>(incoming, [&]() -> decltype(auto) {
            return std::apply(
                [&](auto&... each) -> decltype(auto) {
                    return contract_plan<Receiver, Event, F>::call(incoming, f_, each...);
                },
                values);
        });
    }

private:
    mutable F f_;
};

/// The erased form of `f` under a plain name. `Shared`: the handler is declared once and runs on every thread of the server.
template <class Receiver, bool Shared, class F>
[[nodiscard]] std::shared_ptr<event_handler const> make_handler(F f)
{
    static_assert(plainly_callable<F>,
                  "partyline: the parameters of this handler cannot be read, because it is generic or overloaded; "
                  "pick one signature with partyline::handler<void(socket, int)>(f)");
    if constexpr (plainly_callable<F>) {
        static_assert(
            !Shared || signature_of<F>::is_const,
            "partyline: a handler declared once for a namespace runs on every thread of the server, so it cannot be "
            "`mutable`; "
            "keep the state in socket.data<T>(), or declare the handler with socket.on(...) inside on_connection");
        return std::make_shared<typed_handler<Receiver, F>>(std::move(f));
    }
}

/// The erased form of `f` under a contract.
template <class Receiver, class Event, class F>
[[nodiscard]] std::shared_ptr<event_handler const> make_contract_handler(F f)
{
    using plan = contract_plan<Receiver, Event, F>;
    static_assert(!dangles<F>, "partyline: a handler that returns a task takes its arguments by value; references and "
                               "string_view would dangle at its first co_await");
    static_assert(plan::takes_arguments,
                  "partyline: this handler does not take the arguments that the event's contract declares");
    static_assert(plan::replies_as_declared,
                  "partyline: this handler does not return what the event's contract declares as its reply");
    if constexpr (plan::takes_arguments && plan::replies_as_declared)
        return std::make_shared<contract_handler<Receiver, Event, F>>(std::move(f));
    else
        return nullptr;
}

} // namespace partyline
