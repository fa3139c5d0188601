// An accepted connection that speaks HTTP/1.1, until it ends or becomes a link. It reads one request at a time and
// writes the answers; it does not know what a request asks for. `connections` makes it and passes actions on to it.
//
// Theory of operation. Phases, of which each has its time limit:
//   handshake (TLS) → idle → head → body → waiting (for the host's answer) → idle → ... → lingering → closed
// Requests that are sent ahead are kept, in bounds, until the present one is answered and its answer mostly written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <partyline/http.hpp>

#include "http/request_reader.hpp"
#include "net/channel.hpp"
#include "net/http_host.hpp"
#include "net/http_output.hpp"
#include "net/tls_context.hpp"

namespace partyline::net {

class connections;

/// Thread: its loop's. Owner: its slot in `connections`. Lifetime: until the end of the turn in which it closed or became a link.
class http_connection final : public channel
{
public:
    http_connection(connections& home, std::uint32_t slot, int descriptor, tls_state tls, connection_info info);
    ~http_connection() override;

    /// A fresh connection: registers itself, starts the clock.
    void begin();
    /// One that was adopted in the middle of an upgrade.
    bool resume(std::string unread);

    [[nodiscard]] bool waiting() const noexcept { return phase_ == phase::waiting || phase_ == phase::body; }
    [[nodiscard]] bool upgrading() const noexcept { return phase_ == phase::waiting && upgrade_; }
    [[nodiscard]] connection_info const& info() const noexcept { return info_; }
    [[nodiscard]] std::string certificate_subject() const { return peer_subject(tls_.get()); }

    void respond(http::response message);
    void close();
    /// Closes if there is nothing to wait for; otherwise the present answer is the last one.
    void drain();
    /// Gives descriptor, TLS state, unread bytes and addresses away; closed afterwards.
    [[nodiscard]] detached_connection detach();
    /// Writes what is queued. At the end of a turn. Answers whether the host was told something.
    bool flush();

    void on_ready(std::uint32_t events) override;
    void on_again() override;
    void on_deadline(time_point now) override;

private:
    friend class connections;

    enum class phase : std::uint8_t
    {
        handshake,
        idle,
        head,
        body,
        waiting,
        lingering,
        closed
    };

    void receive();
    void drop_input();
    void input_ended();
    void process(std::string_view input);
    void process_kept();
    void begin_body();
    void begin_exchange(http::request const& head);
    void dispatch(std::string_view body);
    void refuse(int status);
    void write(http::response message, bool keep_alive);
    void keep(std::string_view input);
    void linger();
    bool abandon();
    void leave();
    bool enlist();
    void watch();
    void enter(phase next);
    void set_limit(time_point begin, std::chrono::milliseconds limit);
    [[nodiscard]] bool must_wait() const noexcept;
    [[nodiscard]] std::size_t held_bytes() const noexcept;

    connections& home_;
    tls_state tls_;
    std::unique_ptr<http::request_reader> reader_; // from the first byte of a request to its last
    http_output output_;
    std::string kept_; // received, not read yet
    connection_info info_;
    time_point request_began_{};
    time_point limit_ = time_point::max(); // the queue may hold an earlier one, see on_deadline
    std::size_t lingered_ = 0;
    std::uint32_t slot_;
    std::uint32_t watched_ = 0; // epoll events asked for
    phase phase_ = phase::handshake;
    std::uint8_t minor_version_ = 1;
    bool silent_ = true; // nothing has been received yet
    bool head_only_ = false;
    bool keep_alive_ = true;
    bool upgrade_ = false;
    bool announced_ = false; // the host knows an exchange that has not ended
    bool input_over_ = false;
    bool closing_ = false; // nothing is read any more; closes when the output is written
    bool linger_ = false;  // and then waits for the client to stop
    bool dirty_ = false;
};

} // namespace partyline::net
