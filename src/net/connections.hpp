// The connections of one loop: everything that the server can do with an HTTP exchange, and the table behind the ids.
// It does not route and does not know what a request asks for; the host does.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/request_reader.hpp"
#include "net/http_host.hpp"
#include "net/link.hpp"
#include "net/loop.hpp"
#include "net/open_stream.hpp"
#include "websocket/deflate_negotiation.hpp"
#include "websocket/deflater.hpp"

namespace partyline::net {

class http_connection;
struct link_tools;

/// Limits of HTTP connections. A time of 0 is no limit.
struct http_options
{
    std::chrono::milliseconds headers{60'000};   ///< for the head of a request; also for a connection that says nothing
    std::chrono::milliseconds request{300'000};  ///< for the whole request
    std::chrono::milliseconds keep_alive{5'000}; ///< between requests. A waiting exchange counts as none of these
    std::chrono::milliseconds tls_handshake{30'000};
    std::chrono::milliseconds stalled{60'000}; ///< a response of which the client reads nothing
    std::chrono::milliseconds linger{2'000};   ///< after an error response: for the client to stop sending
    std::size_t linger_bytes = 1 << 20;        ///< and how much of that is read and dropped
    std::size_t max_pipelined = 16'384;        ///< bytes taken from a client that sends on while its request waits
    http::request_limits head = {};            ///< size and number of headers
    websocket::deflate_effort deflate = {};    ///< of links without context takeover
    bool date = true;                          ///< whether responses say when they were made
};

/// Thread: its loop's. Owner: the shard. Lifetime: between the loop and the host; at destruction all connections close, without calls.
class connections final : public turn_listener
{
public:
    /// `host` and `options` must outlive it.
    connections(loop& loop, http_host& host, http_options const& options);
    ~connections();
    connections(connections const&) = delete;
    connections& operator=(connections const&) = delete;

    // Exchanges. With an id that is over each of these does nothing and answers false, null or nothing.

    /// Queues the answer; it is written at the end of the turn. The next request of the connection is read after that.
    /// Headers that cannot be sent (line ends in a value) make it a bare 500.
    bool respond(exchange_id exchange, http::response response);
    /// Closes the TCP connection. `on_aborted` is not called.
    bool abort(exchange_id exchange);
    /// Makes a link of it. `answer` (the text of the 101) is written at the end of the turn, together with what the owner writes then.
    /// Frames that came with the request are delivered in the next turn. `owner` and `options` must outlive the link.
    link* accept_websocket(exchange_id exchange, std::string_view answer,
                           std::optional<websocket::deflate_parameters> const& deflate, link_options const& options,
                           link_owner& owner);
    /// Takes the connection out of this loop in the middle of an exchange that `on_upgrade` announced.
    [[nodiscard]] detached_connection detach(exchange_id exchange);
    /// Goes on with the exchange in this loop, under a new id; 0 if the system refuses.
    [[nodiscard]] exchange_id adopt(detached_connection connection);
    [[nodiscard]] connection_info const* info(exchange_id exchange) const noexcept;
    /// Of the certificate that the client has shown; empty: none.
    [[nodiscard]] std::string certificate_subject(exchange_id exchange) const;

    /// A link of which we are the client, on a connection whose opening handshake is done; `unread` came behind it, and is delivered in the
    /// next turn. Null if the system refuses. `owner` and `options` must outlive the link.
    link* open_link(open_stream stream, std::string_view unread,
                    std::optional<websocket::deflate_parameters> const& deflate, link_options const& options,
                    link_owner& owner);

    /// Null if it is over.
    [[nodiscard]] link* find_link(link_id id) const noexcept;

    /// From now on no connection is kept alive: idle ones close, the others after their response.
    void drain();
    [[nodiscard]] bool draining() const noexcept { return draining_; }
    /// Connections of all kinds, lingering ones too.
    [[nodiscard]] std::size_t size() const noexcept { return used_; }

    /// From the listener: takes the descriptor over.
    void accept(int descriptor, tls_context const* tls, connection_info info);

    /// From the loop: flushes what the host left, reports links that broke while they were written to.
    bool on_turn_end() override;

private:
    friend class link;
    friend class http_connection;

    // Generations count up whenever an id is given out or ends; links have the top bit set, so their ids differ from exchanges'.
    struct slot
    {
        std::unique_ptr<channel> item;
        std::uint32_t generation = 0;
        std::uint32_t next_free = none;
    };
    static constexpr std::uint32_t none = UINT32_MAX;
    static constexpr std::uint32_t link_bit = 0x8000'0000;

    std::uint32_t take_slot();
    [[nodiscard]] bool is_link(std::size_t index) const noexcept { return (slots_[index].generation & link_bit) != 0; }
    [[nodiscard]] std::uint64_t id_of(std::uint32_t index) const noexcept;
    std::uint64_t renew_id(std::uint32_t index, std::uint32_t kind) noexcept;
    [[nodiscard]] channel* find(std::uint64_t id) const noexcept;
    [[nodiscard]] http_connection* find_exchange(exchange_id id) const noexcept;

    // What connections and links ask for.
    void flush_later(http_connection& item);
    void flush_later(link& item);
    void report_later(link& item);
    /// Frees the slot and retires what was in it. The descriptor has been closed or given away.
    void release(std::uint32_t index);
    std::unique_ptr<http::request_reader> take_reader();
    void give_reader(std::unique_ptr<http::request_reader> reader);
    [[nodiscard]] std::string_view date();
    void say_keep_alive(http::response& message) const;

    loop& loop_;
    http_host& host_;
    http_options const& options_;
    std::deque<slot> slots_; // grows without leaving a hole of its former size behind
    std::uint32_t first_free_ = none;
    std::size_t used_ = 0;
    bool draining_ = false;
    std::vector<http_connection*> dirty_connections_;
    std::vector<link*> dirty_links_;
    std::vector<link*> broken_links_;
    std::vector<std::unique_ptr<http::request_reader>>
        readers_; // spare ones: a connection has one only within a request
    std::string date_;
    time_point date_made_{};
    std::unique_ptr<link_tools> tools_;
};

} // namespace partyline::net
