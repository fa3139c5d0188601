// All options of a client, with their defaults: those of the official client, and limits that are on from the start.
#pragma once

#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <partyline/codec.hpp>
#include <partyline/convert.hpp>
#include <partyline/http.hpp>
#include <partyline/listener.hpp>
#include <partyline/log.hpp>
#include <partyline/transport_kind.hpp>
#include <partyline/value.hpp>

namespace partyline {

struct pool_lease;

/// A thread that serves any number of clients: `client_options::pool`. A small handle; the thread ends when the last handle and the
/// last client on it are gone. Clients that are given none share one thread of the process. Clients on an event loop that the program has
/// already need none: `partyline/asio.hpp`, `partyline/client_driver.hpp`.
///
/// Thread: any.
class client_pool
{
public:
    /// Starts a thread. Throws `system_failure` where the system allows none.
    client_pool();
    /// The one that clients share which are given none.
    [[nodiscard]] static client_pool shared();

    /// For the library.
    explicit client_pool(std::shared_ptr<pool_lease> lease) noexcept : lease_(std::move(lease)) {}
    [[nodiscard]] std::shared_ptr<pool_lease> const& lease() const noexcept { return lease_; }

private:
    std::shared_ptr<pool_lease> lease_;
};

/// What a namespace is joined with: a value (an object), or a function that is asked at every connect. The function answers
/// by what it returns, as a coroutine, or later and from any thread by the `reply` that it takes. One that fails, or gives
/// something other than an object or null, ends the attempt with `on_connect_error`. The namespace waits for it
/// as long as it takes; the others of the client do not.
///
/// Thread: the function is asked on the client's.
class client_auth
{
public:
    using reply = std::function<void(value)>;
    /// Nothing: it has failed.
    using erased_reply = std::function<void(std::optional<value>)>;

    client_auth() = default;
    template <class T>
    requires(std::convertible_to<T, value> && !std::same_as<std::decay_t<T>, client_auth>) client_auth(T&& fixed)
        : fixed_(std::forward<T>(fixed))
    {}
    template <class F>
    requires(!std::convertible_to<F, value> && !std::same_as<std::decay_t<F>, client_auth> &&
             (std::invocable<F&> || std::invocable<F&, reply>)) client_auth(F ask)
    {
        ask_ = [shared = std::make_shared<F>(std::move(ask))](erased_reply give) {
            if constexpr (std::invocable<F&>) {
                if constexpr (is_task<std::invoke_result_t<F&>>)
                    reply_later((*shared)(), std::move(give), shared);
                else
                    give(to_value((*shared)()));
            } else {
                (*shared)(reply([give = std::move(give)](value auth) { give(std::move(auth)); }));
            }
        };
    }

    [[nodiscard]] value const& fixed() const noexcept { return fixed_; }
    /// Empty where the value is fixed.
    [[nodiscard]] std::function<void(erased_reply)> const& ask() const noexcept { return ask_; }

private:
    template <class T>
    static value to_value(T given)
    {
        if constexpr (std::convertible_to<T, value>)
            return value(std::move(given));
        else
            return value::of(given);
    }
    template <class R>
    static detached_task reply_later(task<R> running, erased_reply give, std::shared_ptr<void const>)
    {
        std::optional<value> answer;
        try {
            answer = to_value(co_await std::move(running));
        } catch (...) {
            report_listener(std::current_exception());
        }
        give(std::move(answer));
    }

    value fixed_ = nullptr;
    std::function<void(erased_reply)> ask_;
};

/// What a server showed, for pinning. Views are valid during the call.
struct server_certificate
{
    std::string_view host;              ///< whom one meant to reach
    std::span<std::byte const> der;     ///< the certificate itself
    std::array<std::byte, 32> sha256{}; ///< of `der`
};

/// Of https and wss. Chain, validity and host name are verified unless the last member says otherwise. Files are read by the constructor of
/// `client`, which throws `tls_failure` where they cannot be.
struct client_tls_options
{
    std::string ca_file = {};          ///< PEM: authorities to trust instead of the system's
    std::string ca_pem = {};           ///< the same as text
    std::string certificate_file = {}; ///< PEM: who we are, for servers that ask; the chain behind it
    std::string key_file = {};         ///< PEM
    std::string pfx_file = {};         ///< certificate, chain and key in one file (PKCS #12), instead of the two
    std::string key_passphrase = {};   ///< of the key or the PKCS #12 file
    std::string ciphers = {};          ///< OpenSSL's list for TLS 1.2; empty: its default
    std::string server_name = {};      ///< asked for and verified instead of the host of the URL
    /// Pinning: asked when everything else is in order; `false` refuses. Thread: the client's.
    std::function<bool(server_certificate const&)> accept_certificate = {};
    /// The clock that certificates are held against; empty: the system's.
    std::function<std::chrono::system_clock::time_point()> clock = {};
    /// Neither chain, validity nor host name are looked at: whoever stands between can read and change everything.
    bool dangerously_accept_any_certificate = false;
};

/// permessage-deflate, offered without context takeover: it costs no memory per connection.
struct client_deflate_options
{
    std::size_t threshold = 1024; ///< bytes; smaller messages go out as they are
};

/// Which addresses of the server are tried.
enum class address_family : std::uint8_t
{
    any, ///< both, in a race
    ipv4,
    ipv6
};

/// What the requests of one transport carry besides what all carry. Headers of the same name stand instead of the others.
struct transport_extras
{
    http::header_list headers = {};
    std::vector<std::pair<std::string, std::string>> query = {};

    [[nodiscard]] bool empty() const noexcept { return headers.empty() && query.empty(); }
};

/// How much may wait.
struct buffer_limits
{
    std::size_t bytes = 4 << 20; ///< 4 MiB
    std::size_t packets = 16'384;

    friend bool operator==(buffer_limits const&, buffer_limits const&) = default;
};

/// What happens to an event that finds the buffer full in which events wait while there is no connection.
enum class buffer_overflow : std::uint8_t
{
    refuse,     ///< it is not taken; `emit` says so
    drop_oldest ///< the oldest make room; their acknowledgements fail
};

/// One packet of Engine.IO as it travels. The view is valid during the call.
struct client_packet
{
    bool outgoing = false;
    transport_kind transport{};
    bool is_binary = false;  ///< bytes of an attachment; while polling it is text, `b` and base64
    std::string_view data{}; ///< `42["hello"]`
};

/// Answers the addresses of a host, as text ("192.0.2.1", "::1"); none: there is no such host. `answer` is called once, now or later and from
/// any thread. Literal addresses are not asked for. Thread: called on the client's.
using client_resolver = std::function<void(std::string host, std::function<void(std::vector<std::string>)> answer)>;

/// How a client comes back: what may be changed while it runs.
struct client_reconnection
{
    bool enabled = true;
    std::optional<std::size_t> attempts = {}; ///< in a row; none: for ever
    std::chrono::milliseconds delay{1'000};   ///< before the first attempt, doubled each time
    std::chrono::milliseconds delay_max{5'000};
    double randomization_factor = 0.5;                                                    ///< 0 to 1
    std::optional<std::chrono::milliseconds> timeout = std::chrono::milliseconds(20'000); ///< to open a session

    friend bool operator==(client_reconnection const&, client_reconnection const&) = default;
};

/// Aggregate; every member has a default. Unless a member says otherwise the defaults are those of the official client 4.8. What makes no
/// sense (no transport at all, a factor above 1, a query that takes the protocol's names) is refused by the constructor of `client`:
/// `invalid_option`, with a sentence.
struct client_options
{
    // --- how to get there ---

    /// The first opens, the others are for `upgrade` and `try_all_transports`.
    std::vector<transport_kind> transports = {transport_kind::polling, transport_kind::websocket};
    bool upgrade = true;             ///< try a WebSocket once polling works
    bool remember_upgrade = false;   ///< begin with a WebSocket if the last one worked
    bool try_all_transports = false; ///< when the first does not open, try the next
    std::string path = "/socket.io"; ///< of the server, not the namespace's
    bool add_trailing_slash = true;  ///< to `path`
    /// Sent with each request. The names EIO, transport, sid, b64, j and `timestamp_param` are the protocol's: refused
    /// (`invalid_option`), also in the query of the URL.
    std::vector<std::pair<std::string, std::string>> query = {};
    http::header_list extra_headers = {};    ///< of each request, name and value
    transport_extras polling = {};           ///< of the requests of polling alone
    transport_extras websocket = {};         ///< of the handshake of WebSockets alone
    std::vector<std::string> protocols = {}; ///< subprotocols of the WebSocket, the preferred one first
    bool with_credentials = false;           ///< keep the cookies of the server, and send them
    /// A parameter that is new each time, against caches. None: polling has it, WebSockets have not.
    std::optional<bool> timestamp_requests = {};
    std::string timestamp_param = "t"; ///< its name
    bool force_base64 = false;         ///< binary as base64 text on a WebSocket, too
    /// None: not offered.
    std::optional<client_deflate_options> per_message_deflate = client_deflate_options{};
    client_tls_options tls = {};
    /// "http://user:password@host:port", asked for a tunnel (CONNECT); empty text: none. Not set: as the environment says, by http_proxy (small
    /// letters only, since a header of CGI looks like the capitals), https_proxy or HTTPS_PROXY, no_proxy or NO_PROXY.
    std::optional<std::string> proxy = {};
    std::string local_address = {}; ///< of this machine, to connect from; empty: the system chooses
    address_family family = address_family::any;
    client_resolver resolver = {}; ///< empty: the system's name service

    /// Travel on the connection of another client to the same server, where there is one that has this option, too, is served by the same
    /// thread, is not in the same namespace, and is told the same of transports, path, query, headers, cookies, TLS, proxy and parser.
    /// What concerns the connection is then as the first of them said; `auth`, `retries` and what follows it are each client's own.
    /// (The official client shares unless it is told otherwise; see docs/design/client.md.) Namespaces of one client share anyway.
    bool multiplex = false;
    bool force_new = false; ///< a connection of its own in spite of `multiplex`, and nobody joins it

    // --- when ---

    /// Connect in the constructor, as the official client does. Off, because handlers are declared after it.
    bool auto_connect = false;
    /// To open a session; none: no limit.
    std::optional<std::chrono::milliseconds> timeout = std::chrono::milliseconds(20'000);
    std::chrono::milliseconds request_timeout{0}; ///< of one GET or POST; 0: none
    bool reconnection = true;
    std::optional<std::size_t> reconnection_attempts = {};   ///< in a row; none: for ever
    std::chrono::milliseconds reconnection_delay{1'000};     ///< before the first attempt, doubled each time
    std::chrono::milliseconds reconnection_delay_max{5'000}; ///< but never longer
    /// 0 to 1: the delay is shorter or longer by up to this part of it; 0: always as computed.
    double randomization_factor = 0.5;
    std::chrono::milliseconds upgrade_timeout{10'000}; ///< of the attempt to upgrade; polling goes on
    /// How long `close()` and the destructor try to send what is queued, and to say goodbye.
    std::chrono::milliseconds linger{1'000};

    // --- Socket.IO ---

    client_auth auth = {};     ///< of every namespace, unless `client_socket::auth` says otherwise
    codec_factory parser = {}; ///< empty: `json_codec()`; the server has to speak the same
    /// Each event is sent until it is acknowledged, this many times more than once, one after the other; none or 0: once, and none waits for
    /// another. Set `ack_timeout` with it: that is when it is sent again. Handlers acknowledge by returning something or by `ack<>`, not by `void`.
    std::optional<std::size_t> retries = {};
    /// Of acknowledgements without `timeout()`. None: awaited ones 30 s, callbacks as long as the connection (the official client: all).
    std::optional<std::chrono::milliseconds> ack_timeout = {};

    // --- limits ---

    buffer_limits send_buffer = {};                        ///< events that wait for a connection, per namespace
    buffer_overflow on_overflow = buffer_overflow::refuse; ///< of `send_buffer`
    buffer_limits send_queue = {};                         ///< what a connection does not take at once
    buffer_limits retry_queue = {};                        ///< events of `retries` without an answer, per namespace
    buffer_limits receive_buffer = {16 << 20, 16'384};     ///< events that come before the namespace is joined
    std::size_t max_message_bytes = 16'000'000;            ///< of one polling answer or WebSocket message, decompressed
    std::size_t max_attachments = 10;                      ///< binary attachments per packet
    std::size_t max_json_depth = 128;
    std::size_t max_pending_acks = 10'000; ///< per namespace; beyond it an `emit` that asks for one is refused
    /// Bytes on the way from other threads to the client's; when full, `emit` answers `false`.
    std::size_t mailbox_bytes = 16 << 20;

    // --- the rest ---

    std::optional<client_pool> pool = {}; ///< the thread that serves this client; none: the shared one
    log_sink log = {};                    ///< empty: silence. Thread: any
    /// Sees each packet that comes, and each that goes when the connection has taken it: for looking at what is on the wire.
    /// Thread: the client's.
    std::function<void(client_packet const&)> on_packet = {};
};

} // namespace partyline
