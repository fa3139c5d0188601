// A namespace: handlers declared once for all its sockets, middleware, and emitting to all of them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <partyline/broadcast.hpp>
#include <partyline/socket.hpp>

namespace partyline {

/// A small handle; copies are the same namespace. Thread: any. Declarations made while clients are connected take effect
/// on each thread in its next turn, on the calling one at once.
///
/// Handlers run on every thread of the server, each socket's always on the same one, so they are const-callable; state
/// of one client goes into `socket.data<T>()`.
class nsp
{
public:
    [[nodiscard]] std::string_view name() const noexcept;

    /// Declares a handler of an event: `on("new_text", [](partyline::socket s, std::string text) {...})`, or under a contract.
    /// What it returns is the acknowledgement; `partyline::ack<T...>` as last parameter answers later.
    template <class Name, class F>
    listener_id on(Name const& name, F handler) const
    {
        return declare(name, std::move(handler), false);
    }
    /// Runs once in all: the first event of any socket takes it. On a parent of dynamic namespaces: once in each child, as if
    /// each had been given a handler of its own.
    template <class Name, class F>
    listener_id once(Name const& name, F handler) const
    {
        return declare(name, std::move(handler), true);
    }
    void off(std::string_view event) const;
    void off(listener_id listener) const;

    /// `(socket)`, a function or a coroutine: the socket has joined.
    template <class F>
    listener_id on_connection(F handler) const
    {
        return add_connection(as_listener<void(socket)>(std::move(handler)));
    }
    /// `(socket, disconnect_reason)`, or `(socket, disconnect_reason, std::string_view description)`: about to leave; the rooms
    /// are still there. The description says more of a `transport error`, in one fixed sentence; it is empty where there is nothing to add.
    /// A coroutine takes it as `std::string`.
    template <class F>
    listener_id on_disconnecting(F handler) const
    {
        return add_disconnecting(as_disconnect_listener<socket>(std::move(handler)));
    }
    /// The same: has left.
    template <class F>
    listener_id on_disconnect(F handler) const
    {
        return add_disconnect(as_disconnect_listener<socket>(std::move(handler)));
    }
    /// Every incoming event, before event middleware and handlers: `(socket, std::string_view name, args const&)`; a coroutine
    /// takes `(socket, std::string, args)`.
    template <class F>
    listener_id on_any(F listener) const
    {
        return add_any(as_listener<void(socket, std::string_view, args const&)>(std::move(listener)));
    }
    /// Every outgoing event.
    template <class F>
    listener_id on_any_outgoing(F listener) const
    {
        return add_any_outgoing(as_listener<void(socket, std::string_view, args const&)>(std::move(listener)));
    }

    /// Runs for each CONNECT, in the order of declaration: `(socket, next)`, or `(socket)`, which throws `partyline::refusal`
    /// to refuse; a function or a coroutine. `connected()` is false inside; rooms may be joined.
    template <class F>
    void use(F middleware) const
    {
        add_middleware(as_middleware<socket>(std::move(middleware)));
    }
    /// Runs for each event of each socket, after catch-all listeners and before handlers: `(socket, incoming_event&, next)`.
    /// The event lives as long as `next`: a coroutine may keep both.
    template <class F>
    void use_event(F middleware) const
    {
        add_event_middleware(as_middleware<socket, incoming_event&>(std::move(middleware)));
    }
    /// What an event middleware refused: `(socket, refusal const&)`.
    template <class F>
    listener_id on_error(F listener) const
    {
        return add_error(as_listener<void(socket, refusal const&)>(std::move(listener)));
    }

    [[nodiscard]] broadcast to(room_list const& rooms) const { return everybody().to(rooms); }
    [[nodiscard]] broadcast in(room_list const& rooms) const { return everybody().to(rooms); }
    [[nodiscard]] broadcast except(room_list const& rooms) const { return everybody().except(rooms); }
    [[nodiscard]] broadcast local() const { return everybody().local(); }
    [[nodiscard]] broadcast volatile_() const { return everybody().volatile_(); }
    [[nodiscard]] broadcast compress(bool on) const { return everybody().compress(on); }
    [[nodiscard]] broadcast timeout(std::chrono::milliseconds limit) const { return everybody().timeout(limit); }

    /// Full broadcast: to every socket of the namespace. On a dynamic parent: of all its children.
    template <class Name, class... T>
    bool emit(Name const& name, T&&... values) const
    {
        return everybody().emit(name, std::forward<T>(values)...);
    }
    template <class T = value, class Name, class... A>
    auto emit_with_ack(Name const& name, A&&... values) const
    {
        return everybody().template emit_with_ack<T>(name, std::forward<A>(values)...);
    }
    template <class... T>
    bool send(T&&... values) const
    {
        return emit("message", std::forward<T>(values)...);
    }
    void sockets_join(room_list const& rooms) const { everybody().sockets_join(rooms); }
    void sockets_leave(room_list const& rooms) const { everybody().sockets_leave(rooms); }
    void disconnect_sockets(bool close = false) const { everybody().disconnect_sockets(close); }
    [[nodiscard]] pending<std::vector<remote_socket>> fetch_sockets() const { return everybody().fetch_sockets(); }

    /// To the other servers of the cluster, never to this one; received by `on_server_event`.
    template <class... T>
    bool server_side_emit(std::string_view event, T const&... values) const
    {
        return send_server_event(args::of(event, values...), nullptr);
    }
    /// The same with one answer from each other server.
    [[nodiscard]] pending<responses<value>> server_side_emit_with_ack(std::string_view event,
                                                                      args const& values = {}) const;
    /// `(args const&, ack<value>)`: an event from another server.
    template <class F>
    void on_server_event(std::string_view event, F handler) const
    {
        add_server_handler(event, as_listener<void(args const&, std::function<void(value)>)>(std::move(handler)));
    }

    friend bool operator==(nsp const& a, nsp const& b) noexcept { return a.state_ == b.state_; }

    /// For the library.
    nsp(std::shared_ptr<server_core> core, std::shared_ptr<namespace_state> state) noexcept
        : core_(std::move(core)), state_(std::move(state))
    {}
    [[nodiscard]] std::shared_ptr<namespace_state> const& state() const noexcept { return state_; }

protected:
    [[nodiscard]] std::shared_ptr<server_core> const& core() const noexcept { return core_; }

private:
    [[nodiscard]] broadcast everybody() const { return {core_, state_}; }

    template <class Name, class F>
    listener_id declare(Name const& name, F handler, bool once) const
    {
        if constexpr (is_event<Name>)
            return add(Name::name, make_contract_handler<socket, Name>(std::move(handler)), once);
        else
            return add(name, make_handler<socket, true>(std::move(handler)), once);
    }

    listener_id add(std::string_view event, std::shared_ptr<event_handler const> handler, bool once) const;
    listener_id add_connection(std::function<void(socket)> handler) const;
    listener_id add_disconnecting(std::function<void(socket, disconnect_reason, std::string_view)> handler) const;
    listener_id add_disconnect(std::function<void(socket, disconnect_reason, std::string_view)> handler) const;
    listener_id add_any(std::function<void(socket, std::string_view, args const&)> listener) const;
    listener_id add_any_outgoing(std::function<void(socket, std::string_view, args const&)> listener) const;
    listener_id add_error(std::function<void(socket, refusal const&)> listener) const;
    void add_event_middleware(std::function<void(socket, incoming_event&, next)> middleware) const;
    void add_middleware(std::function<void(socket, next)> middleware) const;
    void add_server_handler(std::string_view event,
                            std::function<void(args const&, std::function<void(value)>)> handler) const;
    bool send_server_event(args values, std::shared_ptr<pending<responses<value>>::promise> answer) const;

    std::shared_ptr<server_core> core_;
    std::shared_ptr<namespace_state> state_;
};

} // namespace partyline
