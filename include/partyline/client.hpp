// The client: one connection that comes back by itself, and its main namespace.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iostream> // who says `partyline::client` next reads a line or writes one: the program of the README is complete
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <partyline/client_options.hpp>
#include <partyline/client_socket.hpp>

namespace partyline {

/// Figures of this moment.
struct client_statistics
{
    std::string transport = {};       ///< "polling" or "websocket"; empty without a connection
    std::size_t buffered_packets = 0; ///< that wait for a connection, of all namespaces
    std::size_t buffered_bytes = 0;   ///< the same
    std::size_t early_packets = 0;    ///< that came before their namespace was joined
    std::size_t early_bytes = 0;      ///< the same
    std::size_t queued_for_retry = 0; ///< events of `retries` without an answer, of all namespaces
    std::size_t queued_bytes = 0;     ///< that the connection has not taken yet
    std::size_t pending_acks = 0;     ///< acknowledgements that are waited for, of all namespaces
    std::uint64_t handler_errors = 0; ///< exceptions, and arguments that fit no handler
};

/// A Socket.IO client. It is also the handle of its main namespace: "/", or the path of the URL.
///
///     partyline::client line{"http://localhost:3000"};
///     line.on("updated_chat", [](std::string who, std::string text) {...});
///     line.connect();
///
/// Each client has a connection of its own, unless `multiplex` says otherwise; namespaces share it through `of`. Handlers are declared before
/// `connect`, so that none misses an event, and run on the client's thread, which all clients of the process share unless they are given a
/// `client_pool`. `partyline/asio.hpp` runs them on an `io_context` of the program's.
///
/// The destructor does what `close()` does, and does not wait for it: `close().get()` does. From then on
/// no handler begins; one that runs at that moment on the client's thread ends undisturbed. It may be destroyed in one of its own handlers.
///
/// Thread: as `client_socket`; listeners run on the client's thread. The destructor may run on any.
class client : public client_socket
{
public:
    /// `url`: http, https, ws or wss. Its path, decoded, is the namespace, its query is sent with each request. Throws `invalid_url`,
    /// `invalid_option` with a sentence, `tls_failure` for unreadable certificates.
    explicit client(std::string_view url, client_options options = {});
    client(client const&) = delete;
    client& operator=(client const&) = delete;
    ~client();

    /// The namespace of that name, on the same connection; a missing leading "/" is added. It is joined when its `connect` is called.
    /// Where another client on the connection has it already (`multiplex`), it is that one's, and ends with it.
    /// Throws `invalid_option` for a name with a comma or U+001E: it could not be written into a packet.
    [[nodiscard]] client_socket of(std::string_view name) const;

    /// Sends what is queued, also what waits for a connection that is being made, for at most `linger`; then ends the connection, which
    /// the server hears as `transport close`; the next one recovers nothing of it. Sockets hear `forced_close`. Completes when it is over.
    /// `connect()` may be called again afterwards. On a connection that others
    /// use, too (`multiplex`), it leaves its own namespaces, which hear `io_client_disconnect`.
    pending<void> close();

    /// The options `reconnection`, `reconnection_attempts`, `reconnection_delay`, `reconnection_delay_max`, `randomization_factor` and
    /// `timeout`, as they are now.
    [[nodiscard]] client_reconnection reconnection() const;
    /// Changes them from the next attempt on. Switched off, an attempt that is being waited for is not made. Throws `invalid_option`.
    void reconnection(client_reconnection changed) const;

    /// `()`: a connection stands, before its namespaces are joined.
    template <class F>
    listener_id on_open(F listener) const
    {
        return add_open(as_listener<void()>(std::move(listener)));
    }
    /// `(client_disconnect_reason)` or `(client_disconnect_reason, std::string_view description)`: it ended.
    template <class F>
    listener_id on_close(F listener) const
    {
        return add_close(as_client_disconnect_listener(std::move(listener)));
    }
    /// `(client_error const&)`: it did not open, or broke.
    template <class F>
    listener_id on_error(F listener) const
    {
        return add_error(as_listener<void(client_error const&)>(std::move(listener)));
    }
    /// `()`: the connection travels on a WebSocket from now on.
    template <class F>
    listener_id on_upgrade(F listener) const
    {
        return add_upgrade(as_listener<void()>(std::move(listener)));
    }
    /// `(client_error const&)`: the WebSocket came to nothing that the connection was to change to; it goes on polling.
    template <class F>
    listener_id on_upgrade_error(F listener) const
    {
        return add_upgrade_error(as_listener<void(client_error const&)>(std::move(listener)));
    }
    /// `()`: the server has asked for a sign of life.
    template <class F>
    listener_id on_ping(F listener) const
    {
        return add_ping(as_listener<void()>(std::move(listener)));
    }
    /// `(std::size_t attempt)`: connected again; attempts count from 1.
    template <class F>
    listener_id on_reconnect(F listener) const
    {
        return add_reconnect(as_listener<void(std::size_t)>(std::move(listener)));
    }
    /// `(std::size_t attempt)`: about to try.
    template <class F>
    listener_id on_reconnect_attempt(F listener) const
    {
        return add_reconnect_attempt(as_listener<void(std::size_t)>(std::move(listener)));
    }
    /// `(std::string_view message)`: an attempt has failed.
    template <class F>
    listener_id on_reconnect_error(F listener) const
    {
        return add_reconnect_error(as_listener<void(std::string_view)>(std::move(listener)));
    }
    /// `()`: the last of `reconnection_attempts` has failed.
    template <class F>
    listener_id on_reconnect_failed(F listener) const
    {
        return add_reconnect_failed(as_listener<void()>(std::move(listener)));
    }
    /// Takes away a listener of this client or of its main namespace.
    void off(listener_id listener) const;
    using client_socket::off;

    /// Runs `work`, a function or a coroutine, on the client's thread after `delay`, unless the client is gone by then. Thread: any.
    template <class F>
    void after(std::chrono::milliseconds delay, F work) const
    {
        run_after(delay, as_listener<void()>(std::move(work)));
    }
    /// Awaits: the coroutine goes on, on its thread, after `duration`.
    [[nodiscard]] pending<void> sleep(std::chrono::milliseconds duration) const;
    /// Figures of this moment; `errc::disconnected` if the client is gone.
    [[nodiscard]] pending<client_statistics> statistics() const;

private:
    void run_after(std::chrono::milliseconds delay, std::function<void()> work) const;
    listener_id add_open(std::function<void()> listener) const;
    listener_id add_close(std::function<void(client_disconnect_reason, std::string_view)> listener) const;
    listener_id add_error(std::function<void(client_error const&)> listener) const;
    listener_id add_upgrade(std::function<void()> listener) const;
    listener_id add_upgrade_error(std::function<void(client_error const&)> listener) const;
    listener_id add_ping(std::function<void()> listener) const;
    listener_id add_reconnect(std::function<void(std::size_t)> listener) const;
    listener_id add_reconnect_attempt(std::function<void(std::size_t)> listener) const;
    listener_id add_reconnect_error(std::function<void(std::string_view)> listener) const;
    listener_id add_reconnect_failed(std::function<void()> listener) const;

    std::shared_ptr<pool_lease> lease_;
};

} // namespace partyline
