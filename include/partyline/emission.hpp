// What `emit` is on every sender of the library (socket, broadcast, namespace, client): the event's name, its
// arguments, and, if the last argument is a function, the receiver of the acknowledgement.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include <partyline/answer.hpp>
#include <partyline/event.hpp>
#include <partyline/handler.hpp>
#include <partyline/pending.hpp>
#include <partyline/signature.hpp>

namespace partyline {

/// How an event is sent.
struct emit_options
{
    bool is_volatile = false;                           ///< dropped if it cannot be written at once
    bool compress = true;                               ///< may be compressed, where compression is on
    std::optional<std::chrono::milliseconds> timeout{}; ///< for the acknowledgement
};

/// What `emit_with_ack<T>(name, ...)` answers: the reply of a contract, `T` under a plain name.
template <class T, class Name>
struct reply_of
{
    using type = T;
};
template <class T, event_name Name, class... A>
struct reply_of<T, event<Name, A...>>
{
    using type = typename event<Name, A...>::answer;
};
template <class T, class Name>
using reply_type = typename reply_of<T, std::decay_t<Name>>::type;

/// Whether it says anything against it that `emit_with_ack<T>` is called under a contract; without one, nothing does.
template <class T, class Name>
[[nodiscard]] consteval bool may_await()
{
    if constexpr (is_event<std::decay_t<Name>>) {
        using reply = reply_type<T, Name>;
        static_assert(!std::is_void_v<reply>,
                      "partyline: the contract of this event declares no reply: there is nothing to wait for");
        static_assert(std::is_same_v<T, value> || std::is_same_v<T, reply>,
                      "partyline: the contract of this event declares its reply; leave the type out of emit_with_ack");
    }
    return true;
}

/// Who waits for an acknowledgement, with its types erased. Called once, on the thread of the socket.
class ack_receiver
{
public:
    virtual ~ack_receiver() = default;
    /// `list` stands in front of the first argument; `raw` borrows the receive buffer.
    virtual void answered(reader& list, args const& raw) = 0;
    virtual void failed(errc why) = 0;
};

/// A function that takes an acknowledgement: the last argument of `emit` is one iff this holds.
template <class F>
concept ack_callback = !encodable<std::decay_t<F>> && plainly_callable<std::decay_t<F>>;

template <class T>
inline constexpr bool is_result = false;
template <class T>
inline constexpr bool is_result<result<T>> = true;

/// Whether a callback takes the reply of a contract: as `result<R>`, or as an `R`.
template <class F, class R>
inline constexpr bool takes_reply = std::is_invocable_v<F&, result<R>> || std::is_invocable_v<F&, R>;
template <class F>
inline constexpr bool takes_reply<F, void> = false;

/// Reads the one value that an acknowledgement is asked for; `args` takes all of it, `void` none.
template <class T>
[[nodiscard]] result<T> read_answer(reader& list, args const& raw)
{
    if constexpr (std::is_void_v<T>) {
        return {};
    } else if constexpr (std::is_same_v<T, args>) {
        return args(raw);
    } else {
        T out{};
        if (!argument_cursor(list).read(out)) return list.failure();
        return out;
    }
}

/// Callbacks: `(result<T>)`, or `(T...)`, which are not called where there is no such answer.
template <class F>
class callback_receiver final : public ack_receiver
{
public:
    static_assert(
        !is_task<typename signature_of<F>::returned>,
        "partyline: a callback that takes an acknowledgement is no coroutine; co_await emit_with_ack instead");
    explicit callback_receiver(F f) : f_(std::move(f)) {}
    void answered(reader& list, args const& raw) override { answer(list, raw, typename signature_of<F>::parameters{}); }
    void failed(errc why) override { fail(why, typename signature_of<F>::parameters{}); }

private:
    template <class... P>
    void answer(reader& list, args const& raw, type_list<P...>)
    {
        if constexpr (sizeof...(P) == 1 && (is_result<std::decay_t<P>> && ...)) {
            f_(read_answer<typename std::decay_t<P>::value_type>(list, raw)...);
        } else if constexpr (sizeof...(P) == 1 && (std::is_same_v<std::decay_t<P>, args> && ...)) {
            f_(args(raw));
        } else {
            std::tuple<std::decay_t<P>...> values{};
            argument_cursor from(list);
            if (std::apply([&](auto&... each) { return (from.read(each) && ...); }, values))
                std::apply([&](auto&... each) { f_(std::move(each)...); }, values);
            else
                throw error(list.failure(), "the answer does not fit it");
        }
    }
    template <class... P>
    void fail(errc why, type_list<P...>)
    {
        if constexpr (sizeof...(P) == 1 && (is_result<std::decay_t<P>> && ...)) f_(std::decay_t<P>(why)...);
    }

    F f_;
};

/// `emit_with_ack`: the answer goes where a coroutine or callback waits for it.
template <class T>
class pending_receiver final : public ack_receiver
{
public:
    explicit pending_receiver(std::shared_ptr<typename pending<T>::promise> promise) : promise_(std::move(promise)) {}
    void answered(reader& list, args const& raw) override { promise_->complete(read_answer<T>(list, raw)); }
    void failed(errc why) override { promise_->complete(why); }

private:
    std::shared_ptr<typename pending<T>::promise> promise_;
};

/// Encodes `[event, values...]`; throws `partyline::error` at a reserved name or a value that cannot be sent.
template <class... T>
[[nodiscard]] payload encode_event(codec& with, std::string_view event, T const&... values)
{
    refuse_reserved(event);
    writer& out = with.begin();
    out.begin_array((std::size_t{1} + ... + argument_count(values)));
    out.string(event);
    (partyline::encode(out, values), ...);
    out.end_array();
    return std::move(with.end()).value();
}

/// The same under a contract.
template <class Event, class... T>
[[nodiscard]] payload encode_contract(codec& with, T const&... values)
{
    static_assert(all_fit<typename Event::arguments, T...>,
                  "partyline: these arguments are not the ones that the event's contract declares");
    if constexpr (all_fit<typename Event::arguments, T...>) {
        return [&]<std::size_t... I>(std::index_sequence<I...>)
        {
            return encode_event(with, Event::name,
                                as_declared<std::tuple_element_t<I, typename Event::arguments>>(values)...);
        }
        (std::index_sequence_for<T...>{});
    } else {
        return {};
    }
}

/// Whether the last of these arguments takes an acknowledgement.
template <class... T>
inline constexpr bool ends_in_callback = false;
template <class First, class... Rest>
inline constexpr bool ends_in_callback<First, Rest...> = ends_in_callback<Rest...>;
template <class Last>
inline constexpr bool ends_in_callback<Last> = ack_callback<Last>;

/// Splits `emit`'s arguments into values and an optional callback, and hands both to `send(encode, receiver)`, where
/// `encode(codec&) -> payload`.
template <class Name, class Send, class... T>
auto emit_through(Name const& name, Send&& send, T&&... values)
{
    auto encode_all = [&](codec& with, auto const&... each) {
        if constexpr (is_event<Name>)
            return encode_contract<Name>(with, each...);
        else
            return encode_event(with, std::string_view(name), each...);
    };
    constexpr std::size_t count = sizeof...(T);
    auto all = std::forward_as_tuple(std::forward<T>(values)...);
    constexpr bool has_callback = ends_in_callback<T...>;
    return [&]<std::size_t... I>(std::index_sequence<I...>)
    {
        auto encode = [&](codec& with) { return encode_all(with, std::get<I>(all)...); };
        if constexpr (has_callback) {
            using F = std::decay_t<std::tuple_element_t<count - 1, std::tuple<T...>>>;
            if constexpr (is_event<Name>)
                static_assert(takes_reply<F, typename Name::answer>,
                              "partyline: this callback does not take what the event's contract declares as its reply");
            return send(
                encode,
                std::unique_ptr<ack_receiver>(std::make_unique<callback_receiver<F>>(
                    std::forward<std::tuple_element_t<count - 1, std::tuple<T...>>>(std::get<count - 1>(all)))));
        } else {
            return send(encode, std::unique_ptr<ack_receiver>{});
        }
    }
    (std::make_index_sequence<count - (has_callback ? 1 : 0)>{});
}

} // namespace partyline
