// All options of a server, with their defaults: those of the official server, and limits that are on from the start.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <partyline/adapter.hpp>
#include <partyline/codec.hpp>
#include <partyline/cookie.hpp>
#include <partyline/cors.hpp>
#include <partyline/handshake.hpp>
#include <partyline/http_hooks.hpp>
#include <partyline/log.hpp>
#include <partyline/transport_kind.hpp>
#include <partyline/value.hpp>

namespace partyline {

/// What happens to a connection whose send queue is full: the client does not read, or reads too slowly.
enum class overflow : std::uint8_t
{
    disconnect,  ///< close it (`forced server close`)
    drop_newest, ///< drop what does not fit any more, and count it
};

/// A number of threads that stands for "one for each core".
inline constexpr std::size_t all_cores = 0;

struct compression_options
{
    std::size_t threshold = 1024; ///< bytes; smaller messages go out as they are
};

struct deflate_options
{
    std::size_t threshold = 1024; ///< bytes; smaller messages go out as they are
    bool server_context_takeover =
        false; ///< `true` costs about 300 KB per connection, and each message is compressed for each receiver
    bool client_context_takeover = false; ///< `true` costs about 40 KB per connection
    int server_max_window_bits = 15;      ///< 8 to 15
    int client_max_window_bits = 15;
    int level = 6; ///< 0 (fastest) to 9 (smallest); of an `attach`ed server: that of the server it is attached to
};

/// What may wait for one client that does not read, on either transport. Counted is what is left after the system took what it would.
struct send_queue_options
{
    std::size_t bytes = 4 * 1024 * 1024;
    std::size_t messages = 16'384;
    overflow on_overflow = overflow::disconnect;
};

struct recovery_options
{
    std::chrono::milliseconds max_disconnection_duration{120'000};
    bool skip_middlewares = true;
    std::size_t max_sessions = 10'000;        ///< parked sessions per namespace; the oldest goes first
    std::size_t max_session_bytes = 16 << 20; ///< of parked rooms and data per namespace
    std::size_t max_packets = 100'000;        ///< log entries per namespace; the oldest goes first
    std::size_t max_packet_bytes = 32 << 20;  ///< of the log, per namespace
};

/// Whether clients are asked for a certificate. One that is shown has to be signed by an authority of `ca_file`, or the
/// connection is refused.
enum class client_certificate : std::uint8_t
{
    ignore,  ///< not asked for
    request, ///< asked for; who has none comes in, too
    require  ///< who has none does not come in
};

/// Certificate chain and key, PEM files.
struct tls_options
{
    std::string certificate_file = {};
    std::string key_file = {};
    std::string ciphers = {}; ///< OpenSSL's list for TLS 1.2; empty: OpenSSL's default
    std::string ca_file = {}; ///< the authorities whose signatures on certificates of clients count
    client_certificate verify_client = client_certificate::ignore; ///< what was shown: `handshake::certificate_subject`
};

/// How long a connection may take, and how much it may say, before it means anything.
struct http_limits
{
    std::chrono::milliseconds headers_timeout{
        60'000}; ///< for a complete request header, and for a connection that says nothing
    std::chrono::milliseconds request_timeout{300'000};  ///< for a complete request
    std::chrono::milliseconds keep_alive_timeout{5'000}; ///< between requests; a waiting poll is none
    std::chrono::milliseconds tls_handshake_timeout{10'000};
    std::size_t max_header_bytes = 16 * 1024;
    std::size_t max_headers = 128;
    std::size_t max_body = 1'000'000; ///< of requests that are not Socket.IO's
};

/// What one client may take of the server. Each is counted and has a test that reaches it.
struct client_limits
{
    std::size_t max_namespaces = 64; ///< joined at the same time by one connection
    std::size_t max_rooms_per_socket = 10'000;
    std::size_t max_pending_acks = 10'000; ///< acknowledgements awaited from one socket
    std::size_t max_attachments = 10;      ///< binary attachments per packet
    std::size_t max_json_depth = 128;
    std::size_t max_nsp_length = 256;     ///< bytes
    std::size_t max_room_length = 4096;   ///< bytes
    std::size_t max_event_length = 256;   ///< bytes
    std::size_t max_joining_packets = 16; ///< events that arrive while a middleware runs
    std::size_t max_packets_per_payload = 65'536;
    std::size_t max_fragments = 16'384; ///< WebSocket frames per message
    std::size_t max_pending_pongs = 60;
    std::size_t max_dynamic_namespaces = 10'000; ///< of the whole server
    std::size_t max_half_open_sessions = 10'000; ///< of one thread: sessions that have not joined a namespace yet
};

/// What to do when a handler throws, or an event's arguments do not fit any handler. Always counted and logged.
enum class handler_error_policy : std::uint8_t
{
    ignore,
    disconnect
};

/// An Engine.IO session, for servers that speak Engine.IO alone. Thread: any.
class engine_socket
{
public:
    virtual ~engine_socket() = default;
    /// The session id: a secret between server and client.
    [[nodiscard]] virtual std::string_view id() const noexcept = 0;
    /// The first request of the session: headers, URL, query, address.
    [[nodiscard]] virtual handshake_request const& handshake() const noexcept = 0;
    virtual bool send(std::string_view text) = 0;
    virtual bool send(binary bytes) = 0;
    virtual void close() = 0;
};

/// Engine.IO without Socket.IO: messages as they are. Set `on_open` to choose it.
struct engine_handlers
{
    std::function<void(std::shared_ptr<engine_socket>)> on_open;
    std::function<void(engine_socket&, std::string_view text)> on_text;
    std::function<void(engine_socket&, binary bytes)> on_binary;
    std::function<void(engine_socket&, std::string_view reason)> on_close;
};

/// Aggregate; every member has a default. Unless a member says otherwise the defaults are those of the official server 4.8.
struct server_options
{
    // Engine.IO
    std::string path = "/socket.io";
    bool add_trailing_slash = true;
    std::chrono::milliseconds ping_interval{25'000};
    std::chrono::milliseconds ping_timeout{20'000};
    std::chrono::milliseconds upgrade_timeout{10'000};
    std::size_t max_http_buffer_size =
        1'000'000; ///< bytes of a POST body, and of a WebSocket message after decompression
    std::vector<transport_kind> transports = {transport_kind::polling, transport_kind::websocket};
    bool allow_upgrades = true;
    std::optional<deflate_options> per_message_deflate = {};
    std::optional<compression_options> http_compression = compression_options{};
    std::optional<partyline::cookie> session_cookie = {}; ///< carries the session id; set by the polling handshake
    std::optional<cors_options> cors = {};                ///< none: no CORS headers at all
    /// Asked once per session, at its handshake, with a WebSocket or a poll. Answer `accept(std::nullopt)`, or a message for the client (403; 400 over WebSocket); now or later.
    std::function<void(http_call const&, std::function<void(std::optional<std::string>)> accept)> allow_request = {};
    /// Session ids of your own: exactly 20 characters of A-Za-z0-9_-, unguessable. Usable with one thread only.
    std::function<std::string(http_call const&)> generate_id = {};
    /// Adds headers to the first response of a session; to every response.
    std::function<void(http::header_list&, http_call const&)> initial_headers = {};
    std::function<void(http::header_list&, http_call const&)> headers = {};
    /// Called for every refused handshake, and for requests that name no session or not rightly. Thread: the connection's.
    std::function<void(connection_error const&)> on_connection_error = {};
    /// WebSocket handshakes with an Origin not listed are refused with 400. Empty: no check, as in the official server.
    std::vector<std::string> allowed_origins = {};
    bool destroy_upgrade = true; ///< close upgrades to other paths after `destroy_upgrade_timeout`
    std::chrono::milliseconds destroy_upgrade_timeout{1'000};
    /// A text message that follows the open packet at once.
    std::optional<std::string> initial_packet = {};

    // Socket.IO
    bool serve_client = true;
    std::string client_bundle_folder =
        {}; ///< where socket.io.min.js and its like lie; empty: the places that `npm install socket.io-client` fills below the working folder
    std::chrono::milliseconds connect_timeout{45'000};
    std::optional<recovery_options> connection_state_recovery = {};
    bool cleanup_empty_child_namespaces = false;
    codec_factory parser = {};                     ///< empty: `json_codec()`
    adapter_factory adapter = {};                  ///< empty: this process alone
    std::chrono::milliseconds ack_timeout{30'000}; ///< of an awaited acknowledgement without `timeout()`

    // ours
    send_queue_options send_queue = {};
    client_limits limits = {};
    http_limits http = {};
    std::size_t threads = 1; ///< `all_cores` for one per core
    std::chrono::milliseconds flush_delay{
        0}; ///< gathers what is sent within this time into one write; 0: at the end of each turn
    /// Headers of the handshake that are kept for `handshake().header(...)`: all, or those named here.
    std::optional<std::vector<std::string>> keep_headers = {};
    std::size_t mailbox_bytes = 64 << 20; ///< between two threads; when full, a foreign thread's `emit` answers `false`
    handler_error_policy on_handler_error = handler_error_policy::ignore;
    std::chrono::milliseconds slow_turn{50};        ///< turns that take longer are logged
    std::chrono::milliseconds drain_timeout{2'000}; ///< how long `stop()` lets clients take what is queued
    bool signals = true;                            ///< `run()` stops at SIGINT and SIGTERM
    log_sink log = {};                              ///< empty: silence
    engine_handlers engine = {};                    ///< Engine.IO alone
};

} // namespace partyline
