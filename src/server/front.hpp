// One thread's front office: its loop, its connections, and where each HTTP request goes: to the Socket.IO server whose
// path it has, to a handler of the user's, to a file, or nowhere. It does not know what sessions do.
//
// A request for a session of another thread travels there as a value, and its answer comes back as one; a WebSocket moves.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/http_hooks.hpp>

#include "base/flat_map.hpp"
#include "engineio/endpoint.hpp"
#include "http/compression.hpp"
#include "net/connections.hpp"
#include "net/http_host.hpp"
#include "net/listener.hpp"
#include "net/loop.hpp"
#include "net/random.hpp"
#include "server/file_server.hpp"

namespace partyline {

class handshake_request;
class server_core;
class server_life;
class shard;
struct waiting_exchange;

/// A request that is kept while a hook takes its time.
struct kept_request
{
    http::request request;
    std::string body; // with 64 bytes of padding behind it
    std::size_t body_size = 0;
    std::string address;
    bool secure = false;
    bool is_upgrade = false;
    std::string certificate_subject;

    [[nodiscard]] std::string_view body_view() const noexcept { return std::string_view(body).substr(0, body_size); }
    [[nodiscard]] http_call call() const noexcept
    {
        return {request, body_view(), address, secure, certificate_subject};
    }
};

/// Thread: one. Owner: the server's life. Lifetime: from `run` until every server on it has stopped.
class front final : public net::loop_host, public net::http_host
{
public:
    front(server_life& life, std::uint32_t index);
    ~front();

    [[nodiscard]] net::loop& loop() noexcept { return loop_; }
    [[nodiscard]] net::connections& connections() noexcept { return *connections_; }
    [[nodiscard]] net::random& random() noexcept { return random_; }
    [[nodiscard]] http::compressor& compressor() noexcept { return compressor_; }
    [[nodiscard]] std::uint32_t index() const noexcept { return index_; }
    [[nodiscard]] std::int64_t wall_clock_ms() const noexcept;

    void listen(std::shared_ptr<net::listening_socket const> socket, net::tls_context const* tls);
    void stop_listening();
    void add(shard& served) { shards_.push_back(&served); }

    /// Closes all sessions of all servers.
    void shut_down(bool discard);
    /// Ends the loop when no connection is left, at the latest at that time.
    void stop_when_empty(net::time_point at_last);

    /// Answers an exchange of any front.
    void respond(std::uint32_t at, net::exchange_id exchange, http::response response);
    /// Closes the TCP connection of an exchange of any front.
    void abort(std::uint32_t at, net::exchange_id exchange);

    // net::loop_host
    void on_wake() override;
    void on_turn_end() override;
    void on_slow_turn(std::chrono::nanoseconds took) override;
    // net::http_host
    std::uint64_t on_head(net::exchange_id exchange, http::request const& request) override;
    void on_request(net::exchange_id exchange, http::request const& request, std::string_view body) override;
    void on_upgrade(net::exchange_id exchange, http::request const& request) override;
    void on_aborted(net::exchange_id exchange) override;
    http::response refusal(int status, http::request const* head) override;

private:
    /// An exchange that a session answers.
    struct awaited
    {
        server_core* core;
        std::uint32_t owner;  // shard
        base::id20 sid;       // empty where the client named something that is none
        std::uint64_t number; // under which the session knows it
        bool is_poll;
        bool is_octet_stream = false;
    };

    // A POST is known to its session from its head on, so that two bodies on their way at the same time are noticed.
    void begin_post(shard& at, net::exchange_id exchange, http::request const& request);
    void finish_post(net::exchange_id exchange, awaited const& begun, std::string_view body);

    /// A number for an exchange that no other front gives out.
    [[nodiscard]] std::uint64_t next_number() noexcept { return next_number_++ | (std::uint64_t{index_} << 48); }
    [[nodiscard]] shard* owner_of(http::request const& request) const noexcept;
    [[nodiscard]] kept_request keep(net::exchange_id exchange, http::request const& request, std::string_view body,
                                    bool is_upgrade) const;

    // front_engine.cpp
    void serve_engine(shard& at, net::exchange_id exchange, http::request const& request, std::string_view body,
                      bool is_upgrade);
    void run_middleware(shard& at, net::exchange_id exchange, std::shared_ptr<kept_request const> kept,
                        std::size_t next);
    void decide(shard& at, net::exchange_id exchange, http::request const& request, std::string_view body,
                bool is_upgrade);
    void refuse(shard& at, net::exchange_id exchange, http::request const& request, engineio::refusal const& why,
                bool is_upgrade);
    void ask_hook(shard& at, net::exchange_id exchange, http::request const& request, engineio::handshake asked);
    void open_session(shard& at, net::exchange_id exchange, http::request const& request, engineio::handshake asked);
    void open_by_websocket(shard& at, net::exchange_id exchange, http::request const& request, base::id20 const& sid,
                           std::shared_ptr<handshake_request const> facts);
    void ask_session(shard& at, net::exchange_id exchange, http::request const& request, std::string_view body,
                     engineio::session_request const& asked);
    void probe(shard& at, net::exchange_id exchange, http::request const& request,
               engineio::session_request const& asked, std::uint32_t owner);
    void probe_here(shard& owner, net::exchange_id exchange, http::request const& request,
                    engineio::session_request const& asked);
    [[nodiscard]] net::link* accept(shard& at, net::exchange_id exchange, http::request const& request,
                                    net::link_owner& owner, bool is_first);
    [[nodiscard]] engineio::reply_plan plan(shard& at, net::exchange_id exchange, http::request const& request,
                                            std::string_view body, bool is_first);
    void call_header_hooks(shard& at, net::exchange_id exchange, http::request const& request, std::string_view body,
                           bool is_first, http::header_list& headers);

    // front.cpp
    void serve_other(net::exchange_id exchange, http::request const& request, std::string_view body);
    void serve_file_or_nothing(net::exchange_id exchange, http::request const& request);

    server_life& life_;
    std::uint32_t index_;
    net::loop loop_;
    net::http_options http_options_;
    std::unique_ptr<net::connections> connections_;
    std::vector<std::unique_ptr<net::listener>> listeners_;
    std::vector<shard*> shards_;
    base::flat_map<net::exchange_id, awaited> awaited_;
    std::uint64_t next_number_ = 1;
    std::uint64_t dropped_bytes_ = 0; // of the loop's count: what the shard has been told
    net::random random_;
    http::compressor compressor_;
};

} // namespace partyline
