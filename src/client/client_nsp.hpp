// One namespace of a client's connection: joins it, each time anew; keeps what is to be sent until it has; knows who waits for
// an acknowledgement. What the official client calls `Socket`. It does not know how packets travel, nor the user's callbacks.
//
// Theory of operation
//   Active is a namespace that the user wants to be in; the connection tells it when it opens and closes. Connected it is
//   from the server's CONNECT reply on.
//   On the reply, in this order: id, recovered, connected; then events that came before it; then events that waited to be
//   sent; then the retry queue; and only then the user hears `nsp_joined`. A handler of an early event that emits is
//   ahead of what waited.
//   Joining and leaving: client_nsp_join.cpp. Sending: client_nsp_send.cpp.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <partyline/args.hpp>
#include <partyline/client_disconnect_reason.hpp>
#include <partyline/codec.hpp>
#include <partyline/result.hpp>

#include "base/message.hpp"
#include "client/connection_event.hpp"
#include "client/connection_options.hpp"
#include "engineio/transport.hpp"
#include "socketio/ack_table.hpp"

namespace partyline {

class client_connection;

/// An event to be sent: the array of its name and arguments, encoded by whoever emits.
struct client_emission
{
    payload body;
    bool is_volatile = false; ///< dropped unless it can leave now
    bool compress = true;
    /// An acknowledgement is wanted, and told with this number.
    std::optional<std::uint64_t> token = {};
    std::optional<std::chrono::milliseconds> timeout = {}; ///< of the acknowledgement; none: `ack_timeout`
    /// Handed back when the event leaves later than `emit` returns.
    std::shared_ptr<void const> shown = {};
};

/// What became of an emission.
enum class emitted : std::uint8_t
{
    sent,     ///< queued on the connection
    buffered, ///< waits for a connection, or for those before it in the retry queue
    dropped,  ///< volatile, and it could not leave now
    refused   ///< a limit is reached; an acknowledgement is not waited for
};

/// Thread: its loop's. Owner: the connection. Lifetime: the connection's.
class client_nsp
{
public:
    using time_point = engineio::time_point;

    client_nsp(client_connection& connection, std::string name, client_nsp_options options);
    client_nsp(client_nsp const&) = delete;
    client_nsp& operator=(client_nsp const&) = delete;

    /// Joins, and joins again after each break, until `disconnect`, or until the server refuses or says goodbye.
    void connect(time_point now);
    /// Leaves; what was sent before still leaves first. The connection is closed if nobody else is on it.
    void disconnect(time_point now);
    /// The connection is closed for good: the next one does not go on where it was.
    void forget_recovery();
    /// The answer to `nsp_auth_wanted`; ignored when it is too late. `type_mismatch` unless an object or null.
    result<void> authenticate(value auth, time_point now);
    emitted emit(client_emission emission, time_point now);
    /// The answer to an event: an array, as the emission's. False: the connection that it came by is gone, or full.
    bool acknowledge(reply_ticket const& ticket, payload body, time_point now);

    [[nodiscard]] std::string const& name() const noexcept { return name_; }
    /// Empty unless connected.
    [[nodiscard]] std::string const& id() const noexcept { return id_; }
    [[nodiscard]] bool is_connected() const noexcept { return connected_; }
    /// Whether it is joined, or joins by itself when there is a connection.
    [[nodiscard]] bool is_active() const noexcept { return active_; }
    /// Neither joined nor about to be, and no answer of the server is awaited.
    [[nodiscard]] bool idle() const noexcept { return !active_ && !connected_ && !connect_sent_; }
    /// Whether the last join went on where the connection before was lost: what was missed has been received.
    [[nodiscard]] bool recovered() const noexcept { return recovered_; }
    /// What is changed counts from the next time on that it is used; `max_pending_acks` stays as it was.
    [[nodiscard]] client_nsp_options& options() noexcept { return options_; }
    [[nodiscard]] std::size_t buffered_packets() const noexcept { return send_buffer_.size(); }
    [[nodiscard]] std::size_t buffered_bytes() const noexcept { return send_bytes_; }
    [[nodiscard]] std::size_t early_packets() const noexcept { return receive_buffer_.size(); }
    [[nodiscard]] std::size_t early_bytes() const noexcept { return receive_bytes_; }
    [[nodiscard]] std::size_t queued_for_retry() const noexcept { return retry_queue_.size(); }
    [[nodiscard]] std::size_t pending_acks() const noexcept { return acks_.size(); }

private:
    friend class client_connection;

    static constexpr std::size_t max_id_size = 256;      // of sid and pid
    static constexpr std::size_t max_offset_size = 1024; // longer texts are no offsets

    struct early_event
    {
        std::string name;
        args arguments; // owned
        std::optional<std::uint64_t> id;
    };
    struct buffered_packet
    {
        base::message_ref message;
        std::optional<std::uint64_t> ack_id;
        std::shared_ptr<void const> shown;
    };
    struct retried_emission
    {
        std::uint64_t number;
        client_emission emission;
        std::size_t bytes;
        std::size_t tries = 0;
        bool under_way = false;
    };
    /// Who waits: the user, by a token, or the retry queue, by a number.
    struct pending_ack
    {
        std::uint64_t id;
        std::optional<std::uint64_t> token;
        std::optional<std::uint64_t> retried;
        bool has_timeout;
    };

    // from the connection
    void on_open();
    void on_failed(std::string const& message, engineio::transport_failure why);
    void on_close(client_disconnect_reason reason, std::string const& detail);
    void on_session_gone() noexcept;
    [[nodiscard]] std::optional<connection_event> on_packet(incoming_packet const& packet, std::size_t bytes);
    [[nodiscard]] std::optional<connection_event> next_early_event();
    void finish_join();
    void tick(time_point now);
    [[nodiscard]] time_point next_deadline();

    // client_nsp_join.cpp
    void send_connect(value const& auth);
    void on_connect(incoming_packet const& packet);
    void on_connect_error(incoming_packet const& packet);
    void on_disconnect();
    void leave();
    // client_nsp.cpp: receiving
    std::optional<connection_event> on_event(incoming_packet const& packet, std::size_t bytes);
    std::optional<connection_event> on_ack(incoming_packet const& packet);
    void note_offset(args const& arguments);
    void note_offset(incoming_packet const& packet);
    void set_offset(std::string_view text);
    // client_nsp_send.cpp
    emitted add_to_retry_queue(client_emission emission);
    void drain_retry_queue(bool force);
    /// The token of whoever waits, if the first of the queue was meant.
    std::optional<std::uint64_t> retry_answered(std::uint64_t number);
    void retry_failed(std::uint64_t number, errc why);
    void drain_behind_events();
    void drop_first_retried();
    emitted dispatch(client_emission emission, std::optional<std::uint64_t> retried);
    emitted keep(buffered_packet& packet);
    void drop_oldest();
    void forget_buffered(std::uint64_t ack_id);
    void fail_ack(pending_ack const& ack, errc why);
    void fail_acks_under_way();

    client_connection& connection_;
    std::string name_;
    client_nsp_options options_;
    std::string id_;
    std::string pid_;
    std::string offset_;
    socketio::ack_table<pending_ack> acks_;
    std::size_t max_pending_acks_; // of the user
    std::list<buffered_packet> send_buffer_;
    std::list<early_event> receive_buffer_;
    std::list<retried_emission> retry_queue_;
    std::unique_ptr<early_event> shown_; // the early event that was told last
    std::size_t send_bytes_ = 0;
    std::size_t receive_bytes_ = 0;
    std::size_t retry_bytes_ = 0;
    std::uint64_t next_ack_ = 0;
    std::uint64_t next_retried_ = 0;
    std::uint64_t joins_ = 0; // how often it was joined
    bool active_ = false;
    bool connected_ = false;
    bool connect_sent_ = false; // and not answered
    bool auth_wanted_ = false;  // and not given
    bool recovered_ = false;
};

} // namespace partyline
