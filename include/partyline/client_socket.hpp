// One namespace as the client holds it: a small handle that may be copied, kept and used from any thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <partyline/client_disconnect_reason.hpp>
#include <partyline/client_options.hpp>
#include <partyline/emission.hpp>
#include <partyline/handler.hpp>
#include <partyline/listener.hpp>

namespace partyline {

class client_core;
class client_emitter;
struct client_place;
class socket; // the server's

/// Why a namespace was not joined.
struct client_error
{
    /// The server's, or "timeout", "xhr poll error", "websocket error" where there was no connection.
    std::string message;
    /// What the server added.
    value data = {};
    /// Refused: not tried again by itself. Otherwise the connection failed, and is tried again.
    bool by_server = false;
    /// Of the connection: not_found, refused, certificate_..., timed_out; none: there was an answer.
    errc cause{};
    /// Of an HTTP answer that was no 200 or 101.
    int status = 0;
    /// One sentence more: "chat.example.com: Name or service not known".
    std::string detail = {};
};

/// Listeners of a disconnection take `(client_disconnect_reason)`, or its description besides.
template <class F>
[[nodiscard]] std::function<void(client_disconnect_reason, std::string_view)> as_client_disconnect_listener(F f)
{
    using whole = listener_of<void(client_disconnect_reason, std::string_view)>;
    if constexpr (whole::template takes_given<F> || whole::template takes_lasting<F>) {
        return whole::make(std::move(f));
    } else {
        auto made = as_listener<void(client_disconnect_reason)>(std::move(f));
        return [made = std::move(made)](client_disconnect_reason reason, std::string_view) { made(reason); };
    }
}

/// Whether a handler asks for the handle of the other end.
template <class F>
[[nodiscard]] consteval bool takes_server_socket()
{
    if constexpr (plainly_callable<F>)
        return []<class... P>(type_list<P...>) {
            return (std::is_same_v<std::decay_t<P>, socket> || ...);
        }(typename signature_of<F>::parameters{});
    else
        return false;
}

/// A namespace of a client: small, copied at will, and never dangling. What throws, throws `partyline::error`: `reserved_event` for a name that is
/// the protocol's ("connect", "disconnect", ...), `disconnected` for a handle that was never given a client.
///
/// Thread: everything may be called from any thread. What one thread does takes effect in its order. Handlers and listeners run on the
/// client's thread, never two at a time; what is declared or done there takes effect at once. After the client is gone every
/// operation does nothing, and `emit` answers `false`.
class client_socket
{
public:
    /// Empty: tests as `false`.
    client_socket() = default;

    /// Of the namespace: "/", "/admin".
    [[nodiscard]] std::string_view name() const noexcept;
    /// As the server knows this socket; empty unless connected.
    [[nodiscard]] std::string id() const;
    /// Whether the namespace is joined.
    [[nodiscard]] bool connected() const noexcept;
    /// Whether it is joined, or will be by itself when there is a connection.
    [[nodiscard]] bool active() const noexcept;
    /// Whether the last connect went on where the connection before was lost: what was missed has been received.
    [[nodiscard]] bool recovered() const noexcept;

    /// Joins, and joins again after each break, until `disconnect`, or until the server refuses or says goodbye.
    void connect() const;
    /// Leaves; what was sent before still leaves first. The connection is closed if no namespace is left on it.
    void disconnect() const;
    /// What is sent from the next connect on: `client_options::auth` for this namespace.
    void auth(client_auth with) const;

    /// Declares a handler: `on("updated_chat", [](std::string who, std::string text) {...})`, or under a contract. The `client_socket` may stand
    /// first. What it returns is the acknowledgement; `partyline::ack<T...>` as last parameter answers later. An event whose arguments do not
    /// fit is dropped; that, and what a handler throws, is logged and counted (`client_statistics::handler_errors`) and harms nothing else.
    template <class Name, class F>
    listener_id on(Name const& name, F handler) const
    {
        return declare(name, std::move(handler), false);
    }
    /// The same for the first event alone.
    template <class Name, class F>
    listener_id once(Name const& name, F handler) const
    {
        return declare(name, std::move(handler), true);
    }
    /// Takes away all handlers of events.
    void off() const;
    /// Takes away all handlers of that event.
    void off(std::string_view event) const;
    /// Takes away one handler or listener of this namespace.
    void off(listener_id listener) const;
    /// Every incoming event, before its handlers: `(std::string_view name, args const&)`; a coroutine takes `(std::string, args)`.
    /// With `ack<args>` as third parameter it takes the answer over, as a handler does with `ack`: for relays and tools.
    template <class F>
    listener_id on_any(F listener) const
    {
        return add_any(as_incoming(std::move(listener)), false);
    }
    /// The same, before those that are declared already.
    template <class F>
    listener_id prepend_any(F listener) const
    {
        return add_any(as_incoming(std::move(listener)), true);
    }
    /// Takes away all of them.
    void off_any() const;
    /// Every outgoing event, when it leaves: `(std::string_view name, args const&)`, or of a coroutine `(std::string, args)`.
    template <class F>
    listener_id on_any_outgoing(F listener) const
    {
        return add_any_outgoing(as_listener<void(std::string_view, args const&)>(std::move(listener)), false);
    }
    /// The same, before those that are declared already.
    template <class F>
    listener_id prepend_any_outgoing(F listener) const
    {
        return add_any_outgoing(as_listener<void(std::string_view, args const&)>(std::move(listener)), true);
    }
    /// Takes away all of them.
    void off_any_outgoing() const;

    /// `()`: joined, each time.
    template <class F>
    listener_id on_connect(F listener) const
    {
        return add_connect(as_listener<void()>(std::move(listener)));
    }
    /// `(client_error const&)`: not joined, each time; `by_server` tells whether it will be tried again. A coroutine takes it by value.
    template <class F>
    listener_id on_connect_error(F listener) const
    {
        return add_connect_error(as_listener<void(client_error const&)>(std::move(listener)));
    }
    /// `(client_disconnect_reason)`, or `(client_disconnect_reason, std::string_view description)`; a coroutine takes it as `std::string`.
    template <class F>
    listener_id on_disconnect(F listener) const
    {
        return add_disconnect(as_client_disconnect_listener(std::move(listener)));
    }

    /// Sends; while there is no connection the event waits for one. A function as last argument takes the acknowledgement:
    /// `(result<T>)` or `(T...)`. `false`: a limit is reached, it was volatile and could not leave, or the client is gone. `true` from
    /// another thread than the client's means queued. Throws `reserved_event`, or what a value says that cannot be encoded.
    template <class Name, class... T>
    bool emit(Name const& name, T&&... values) const;
    /// Sends, and gives the first argument of the acknowledgement; `emit_with_ack<args>` gives all. Await it, give it a callback with
    /// `then`, or, on a thread of your own, `.get()` it. Without `timeout()` it waits for `ack_timeout`. What can come instead of an answer:
    /// `timed_out`, `disconnected`, `queue_full`, `type_mismatch` and its like for an answer that is no `T`.
    template <class T = value, class Name, class... A>
    auto emit_with_ack(Name const& name, A&&... values) const;
    /// `emit("message", ...)`.
    template <class... T>
    bool send(T&&... values) const
    {
        return emit("message", std::forward<T>(values)...);
    }
    /// `volatile_().emit(...)`: dropped unless it can leave at once.
    [[nodiscard]] client_emitter volatile_() const;
    /// `false`: not to be compressed, even where `per_message_deflate` is on.
    [[nodiscard]] client_emitter compress(bool on) const;
    /// For the acknowledgement: `errc::timed_out` when it has not come by then.
    [[nodiscard]] client_emitter timeout(std::chrono::milliseconds limit) const;

    /// The same namespace of the same client?
    friend bool operator==(client_socket const& a, client_socket const& b) noexcept { return a.place_ == b.place_; }
    explicit operator bool() const noexcept { return place_ != nullptr; }

    /// For the library: a handle to what stands behind it.
    client_socket(std::shared_ptr<client_core> core, std::shared_ptr<client_place> place) noexcept
        : core_(std::move(core)), place_(std::move(place))
    {}
    [[nodiscard]] std::shared_ptr<client_core> const& core() const noexcept { return core_; }
    [[nodiscard]] std::shared_ptr<client_place> const& place() const noexcept { return place_; }

private:
    friend class client_emitter;

    template <class Name, class F>
    listener_id declare(Name const& name, F handler, bool once) const
    {
        static_assert(!takes_server_socket<F>(), "partyline: a handler of a client takes a partyline::client_socket; "
                                                 "partyline::socket is the server's");
        if constexpr (is_event<Name>)
            return add(Name::name, make_contract_handler<client_socket, Name>(std::move(handler)), once);
        else
            return add(name, make_handler<client_socket, false>(std::move(handler)), once);
    }

    using incoming_listener = std::function<void(std::string_view, args const&, event_call&)>;
    using any_listener = std::function<void(std::string_view, args const&)>;

    template <class F>
    static incoming_listener as_incoming(F f)
    {
        using answering = listener_of<void(std::string_view, args const&, ack<args> const&)>;
        if constexpr (answering::template takes_given<F> || answering::template takes_lasting<F>) {
            return [made = answering::make(std::move(f))](std::string_view name, args const& all, event_call& call) {
                made(name, all, ack<args>(call.answer_later()));
            };
        } else {
            auto plain = as_listener<void(std::string_view, args const&)>(std::move(f));
            return [made = std::move(plain)](std::string_view name, args const& all, event_call&) { made(name, all); };
        }
    }

    listener_id add(std::string_view event, std::shared_ptr<event_handler const> handler, bool once) const;
    listener_id add_any(incoming_listener listener, bool first) const;
    listener_id add_any_outgoing(any_listener listener, bool first) const;
    listener_id add_connect(std::function<void()> listener) const;
    listener_id add_connect_error(std::function<void(client_error const&)> listener) const;
    listener_id add_disconnect(std::function<void(client_disconnect_reason, std::string_view)> listener) const;

    std::shared_ptr<client_core> core_;
    std::shared_ptr<client_place> place_;
};

/// A socket with the options of one emission: `line.timeout(5s).volatile_().emit(...)`.
///
/// Thread: any, as its socket.
class client_emitter
{
public:
    client_emitter(client_socket to, emit_options options) noexcept : to_(std::move(to)), options_(options) {}

    [[nodiscard]] client_emitter volatile_() const
    {
        auto changed = *this;
        changed.options_.is_volatile = true;
        return changed;
    }
    [[nodiscard]] client_emitter compress(bool on) const
    {
        auto changed = *this;
        changed.options_.compress = on;
        return changed;
    }
    [[nodiscard]] client_emitter timeout(std::chrono::milliseconds limit) const
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
                return is_gone() ? refuse(std::move(receiver)) : send(encode(codec_here()), std::move(receiver), false);
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
                auto receiver = std::make_unique<pending_receiver<answer_type>>(answer.completer());
                return is_gone() ? refuse(std::move(receiver)) : send(encode(codec_here()), std::move(receiver), true);
            },
            std::forward<A>(values)...);
        return answer;
    }

private:
    /// What cannot leave is not encoded: that may need what the end of the program has destroyed.
    [[nodiscard]] bool is_gone() const;
    static bool refuse(std::unique_ptr<ack_receiver> receiver);
    [[nodiscard]] codec& codec_here() const;
    bool send(payload event, std::unique_ptr<ack_receiver> receiver, bool limited) const;

    client_socket to_;
    emit_options options_;
};

template <class Name, class... T>
bool client_socket::emit(Name const& name, T&&... values) const
{
    return client_emitter(*this, {}).emit(name, std::forward<T>(values)...);
}

template <class T, class Name, class... A>
auto client_socket::emit_with_ack(Name const& name, A&&... values) const
{
    return client_emitter(*this, {}).template emit_with_ack<T>(name, std::forward<A>(values)...);
}

} // namespace partyline
