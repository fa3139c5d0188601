// One client in one namespace, as the server holds it: a small handle that may be copied, kept and used from any thread.
#pragma once

#include <any>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/broadcast.hpp>
#include <partyline/disconnect_reason.hpp>
#include <partyline/emission.hpp>
#include <partyline/handler.hpp>
#include <partyline/handshake.hpp>
#include <partyline/listener.hpp>

namespace partyline {

class nsp;
class socket;
class socket_emitter;
struct socket_identity;

/// Declines an event or a connection: passed to `next`, or thrown by a middleware.
class refusal : public std::runtime_error
{
public:
    explicit refusal(std::string const& message) : std::runtime_error(message) {}
    refusal(std::string const& message, value data)
        : std::runtime_error(message), data_(std::move(data)), has_data_(true)
    {}
    [[nodiscard]] bool has_data() const noexcept { return has_data_; }
    [[nodiscard]] value const& data() const noexcept { return data_; }

private:
    value data_;
    bool has_data_ = false;
};

/// Continues after a middleware, or refuses. The first call wins; a copy may be kept and called from any thread.
class next
{
public:
    using function = std::function<void(std::optional<refusal>)>;
    explicit next(function f) : f_(std::make_shared<function>(std::move(f))) {}
    void operator()() const { (*f_)(std::nullopt); }
    void operator()(refusal why) const { (*f_)(std::move(why)); }

private:
    std::shared_ptr<function> f_;
};

/// An incoming event in the hands of an event middleware: it may be read and rewritten before the handlers see it.
struct incoming_event
{
    std::string name;
    args arguments;
};

/// A middleware that is a coroutine: what it throws refuses. `consents`: its end is the consent, for those that take no `next`.
template <class R>
detached_task refuse_later(task<R> running, next go_on, bool consents, std::shared_ptr<void const>)
{
    std::optional<refusal> refused;
    try {
        co_await std::move(running);
    } catch (refusal const& why) {
        refused = why;
    } catch (...) {
        report_listener(std::current_exception());
        refused.emplace("middleware failed");
    }
    if (refused)
        go_on(*std::move(refused));
    else if (consents)
        go_on();
}

/// Whether what a middleware returns may be left alone: nothing where its end is its consent, and no yes or no where `next` is.
template <class F, bool WithNext, class... A>
[[nodiscard]] consteval bool may_be_dropped()
{
    if constexpr (std::is_invocable_v<F&, A...>) {
        using returned = std::invoke_result_t<F&, A...>;
        if constexpr (WithNext)
            return !std::is_same_v<returned, bool> && !std::is_same_v<returned, task<bool>>;
        else
            return std::is_void_v<returned> || std::is_same_v<returned, task<>>;
    } else {
        return true;
    }
}

/// The erased form of a middleware: `(A..., next)`, or `(A...)`, which refuses by throwing; a function or a coroutine.
template <class... A, class F>
[[nodiscard]] std::function<void(A..., next)> as_middleware(F f)
{
    constexpr bool with_next = std::is_invocable_v<F&, A..., next>;
    static_assert(with_next || std::is_invocable_v<F&, A...>,
                  "partyline: a middleware takes (socket, next), or (socket) and throws partyline::refusal");
    static_assert(!dangles<F>, "partyline: a middleware that returns a task takes its arguments by value; references "
                               "would dangle at its first co_await");
    static_assert(
        with_next ? may_be_dropped<F, true, A..., next>() : may_be_dropped<F, false, A...>(),
        "partyline: what a middleware returns is not looked at; it refuses by throwing partyline::refusal, or by "
        "next(partyline::refusal(...))");
    if constexpr (dangles<F>) {
        return {};
    } else if constexpr (with_next) {
        return [shared = std::make_shared<F>(std::move(f))](A... given, next go_on) {
            if constexpr (is_task<std::invoke_result_t<F&, A..., next>>)
                refuse_later((*shared)(std::forward<A>(given)..., go_on), go_on, false, shared);
            else
                (*shared)(std::forward<A>(given)..., go_on);
        };
    } else if constexpr (std::is_invocable_v<F&, A...>) {
        return [shared = std::make_shared<F>(std::move(f))](A... given, next go_on) {
            if constexpr (is_task<std::invoke_result_t<F&, A...>>) {
                refuse_later((*shared)(std::forward<A>(given)...), go_on, true, shared);
            } else {
                (*shared)(std::forward<A>(given)...);
                go_on();
            }
        };
    }
}

/// Listeners of a disconnection take `(Before..., disconnect_reason)`, or its description besides.
template <class... Before, class F>
[[nodiscard]] std::function<void(Before..., disconnect_reason, std::string_view)> as_disconnect_listener(F f)
{
    using whole = listener_of<void(Before..., disconnect_reason, std::string_view)>;
    if constexpr (whole::template takes_given<F> || whole::template takes_lasting<F>) {
        return whole::make(std::move(f));
    } else {
        auto made = as_listener<void(Before..., disconnect_reason)>(std::move(f));
        return [made = std::move(made)](Before... before, disconnect_reason reason, std::string_view) {
            made(std::forward<Before>(before)..., reason);
        };
    }
}

/// Thread: everything may be called from any thread, except what is marked *(own thread)*: those work where the
/// handlers of this socket run, and throw `partyline::error(errc::wrong_thread)` elsewhere. That is the same thread for the
/// life of the socket, unless recovery is on and its client comes back before the loss of its connection was noticed.
/// After the connection is gone every operation does nothing, and `emit` answers `false`.
class socket
{
public:
    /// Empty: tests as `false`; what it is asked to do throws `partyline::error(errc::disconnected)`.
    socket() = default;

    /// 20 characters, public: it is also the name of the room that holds this socket alone. Valid as long as this handle or a copy lives.
    [[nodiscard]] std::string_view id() const noexcept;
    /// What the client said when it came.
    [[nodiscard]] partyline::handshake const& handshake() const;
    [[nodiscard]] partyline::nsp nsp() const;
    /// Whether the state of an earlier connection was restored (connection state recovery).
    [[nodiscard]] bool recovered() const noexcept;

    /// Whether the namespace has been joined and not been left. *(own thread)*
    [[nodiscard]] bool connected() const;
    /// The rooms joined, the own one first. *(own thread)*
    [[nodiscard]] std::vector<std::string> rooms() const;
    /// Data of your own, made at the first call; one object per type `T` and socket. `data<value>()`, an object at first,
    /// also travels with `fetch_sockets`. All survive a recovery. *(own thread)*
    template <class T = value>
    [[nodiscard]] T& data() const
    {
        if constexpr (std::is_same_v<T, value>)
            return shared_data();
        else {
            std::any& place = own_data(typeid(T));
            if (!place.has_value()) place.emplace<std::shared_ptr<T>>(std::make_shared<T>());
            return *std::any_cast<std::shared_ptr<T>&>(place);
        }
    }
    /// "polling" or "websocket" at this moment. *(own thread)*
    [[nodiscard]] std::string_view transport() const;

    /// Sends to this client alone. A function as last argument takes the acknowledgement: `(result<T>)` or `(T...)`.
    /// Answers `false` if the connection is known to be gone or the mailbox full; `true` means queued, never delivered.
    template <class Name, class... T>
    bool emit(Name const& name, T&&... values) const;
    /// Sends, and gives the first argument of the acknowledgement; `emit_with_ack<args>` gives all. Limit: `timeout()`, else `ack_timeout`.
    template <class T = value, class Name, class... A>
    auto emit_with_ack(Name const& name, A&&... values) const;
    /// `emit("message", ...)`.
    template <class... T>
    bool send(T&&... values) const
    {
        return emit("message", std::forward<T>(values)...);
    }
    [[nodiscard]] socket_emitter volatile_() const;
    [[nodiscard]] socket_emitter compress(bool on) const;
    [[nodiscard]] socket_emitter timeout(std::chrono::milliseconds limit) const;

    /// Everybody in the namespace but this socket.
    [[nodiscard]] partyline::broadcast broadcast() const;
    /// Everybody in these rooms but this socket.
    [[nodiscard]] partyline::broadcast to(room_list const& rooms) const { return broadcast().to(rooms); }
    [[nodiscard]] partyline::broadcast in(room_list const& rooms) const { return broadcast().to(rooms); }
    /// Everybody but this socket and those in these rooms.
    [[nodiscard]] partyline::broadcast except(room_list const& rooms) const { return broadcast().except(rooms); }
    [[nodiscard]] partyline::broadcast local() const { return broadcast().local(); }

    /// Nothing happens beyond `max_rooms_per_socket` (it is logged), or after the connection is gone.
    void join(room_list const& rooms) const;
    void leave(room_list const& rooms) const;

    /// Leaves the namespace (`server namespace disconnect`); with `close`, all namespaces and the connection.
    void disconnect(bool close = false) const;

    /// Declares a handler for this socket alone; here it may be mutable. *(own thread)*
    template <class Name, class F>
    listener_id on(Name const& name, F handler) const
    {
        return add(event_name_of(name), make<Name>(std::move(handler)), false);
    }
    template <class Name, class F>
    listener_id once(Name const& name, F handler) const
    {
        return add(event_name_of(name), make<Name>(std::move(handler)), true);
    }
    /// *(own thread)*
    void off(std::string_view event) const;
    void off(listener_id listener) const;
    /// Every incoming event, before its handlers: `(std::string_view name, args const&)`; a coroutine takes
    /// `(std::string, args)`. *(own thread)*
    template <class F>
    listener_id on_any(F listener) const
    {
        return add_any(as_listener<void(std::string_view, args const&)>(std::move(listener)), false);
    }
    template <class F>
    listener_id prepend_any(F listener) const
    {
        return add_any(as_listener<void(std::string_view, args const&)>(std::move(listener)), true);
    }
    /// Every outgoing event: of `emit` and of broadcasts. *(own thread)*
    template <class F>
    listener_id on_any_outgoing(F listener) const
    {
        return add_any_outgoing(as_listener<void(std::string_view, args const&)>(std::move(listener)), false);
    }
    template <class F>
    listener_id prepend_any_outgoing(F listener) const
    {
        return add_any_outgoing(as_listener<void(std::string_view, args const&)>(std::move(listener)), true);
    }
    void off_any() const;
    void off_any_outgoing() const;
    /// An event middleware of this socket, `(incoming_event&, next)`: runs after the catch-all listeners, before the handlers. *(own thread)*
    template <class F>
    void use(F middleware) const
    {
        add_middleware(as_middleware<incoming_event&>(std::move(middleware)));
    }
    /// What an event middleware refused: `(refusal const&)`. *(own thread)*
    template <class F>
    void on_error(F listener) const
    {
        add_error(as_listener<void(refusal const&)>(std::move(listener)));
    }
    /// `(disconnect_reason)`, or `(disconnect_reason, std::string_view description)`, as `nsp::on_disconnecting`. *(own thread)*
    template <class F>
    void on_disconnecting(F listener) const
    {
        add_disconnecting(as_disconnect_listener<>(std::move(listener)));
    }
    template <class F>
    void on_disconnect(F listener) const
    {
        add_disconnect(as_disconnect_listener<>(std::move(listener)));
    }

    /// The same socket?
    friend bool operator==(socket const& a, socket const& b) noexcept { return a.self_ == b.self_; }
    explicit operator bool() const noexcept { return self_ != nullptr; }

    /// For the library: a handle to what stands behind it.
    explicit socket(std::shared_ptr<socket_identity const> self) noexcept : self_(std::move(self)) {}
    [[nodiscard]] std::shared_ptr<socket_identity const> const& identity() const noexcept { return self_; }

private:
    friend class socket_emitter;

    template <class Name>
    [[nodiscard]] static std::string_view event_name_of(Name const& name)
    {
        if constexpr (is_event<Name>)
            return Name::name;
        else
            return name;
    }
    template <class Name, class F>
    [[nodiscard]] static std::shared_ptr<event_handler const> make(F handler)
    {
        if constexpr (is_event<Name>)
            return make_contract_handler<socket, Name>(std::move(handler));
        else
            return make_handler<socket, false>(std::move(handler));
    }

    using any_listener = std::function<void(std::string_view, args const&)>;
    using disconnect_listener = std::function<void(disconnect_reason, std::string_view)>;

    listener_id add(std::string_view event, std::shared_ptr<event_handler const> handler, bool once) const;
    listener_id add_any(any_listener listener, bool first) const;
    listener_id add_any_outgoing(any_listener listener, bool first) const;
    void add_middleware(std::function<void(incoming_event&, next)> middleware) const;
    void add_error(std::function<void(refusal const&)> listener) const;
    void add_disconnecting(disconnect_listener listener) const;
    void add_disconnect(disconnect_listener listener) const;
    [[nodiscard]] value& shared_data() const;
    [[nodiscard]] std::any& own_data(std::type_info const& type) const;

    std::shared_ptr<socket_identity const> self_;
};

/// A socket with the options of one emission.
class socket_emitter
{
public:
    socket_emitter(socket to, emit_options options) noexcept : to_(std::move(to)), options_(options) {}

    [[nodiscard]] socket_emitter volatile_() const
    {
        auto changed = *this;
        changed.options_.is_volatile = true;
        return changed;
    }
    [[nodiscard]] socket_emitter compress(bool on) const
    {
        auto changed = *this;
        changed.options_.compress = on;
        return changed;
    }
    [[nodiscard]] socket_emitter timeout(std::chrono::milliseconds limit) const
    {
        auto changed = *this;
        changed.options_.timeout = limit;
        return changed;
    }

    template <class Name, class... T>
    bool emit(Name const& name, T&&... values) const
    {
        return emit_through(
            name,
            [&](auto const& encode, std::unique_ptr<ack_receiver> receiver) {
                return send(encode(codec_here()), std::move(receiver), false);
            },
            std::forward<T>(values)...);
    }
    template <class T = value, class Name, class... A>
    auto emit_with_ack(Name const& name, A&&... values) const
    {
        using answer_type = reply_type<T, Name>;
        static_assert(may_await<T, Name>());
        pending<answer_type> answer;
        emit_through(
            name,
            [&](auto const& encode, std::unique_ptr<ack_receiver>) {
                return send(encode(codec_here()), std::make_unique<pending_receiver<answer_type>>(answer.completer()),
                            true);
            },
            std::forward<A>(values)...);
        return answer;
    }

private:
    [[nodiscard]] codec& codec_here() const;
    bool send(payload event, std::unique_ptr<ack_receiver> receiver, bool limited) const;

    socket to_;
    emit_options options_;
};

template <class Name, class... T>
bool socket::emit(Name const& name, T&&... values) const
{
    return socket_emitter(*this, {}).emit(name, std::forward<T>(values)...);
}
template <class T, class Name, class... A>
auto socket::emit_with_ack(Name const& name, A&&... values) const
{
    return socket_emitter(*this, {}).template emit_with_ack<T>(name, std::forward<A>(values)...);
}

} // namespace partyline
