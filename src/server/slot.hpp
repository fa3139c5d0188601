// One client of the server, on its shard: the Engine.IO session, the links it travels on, and what reads its messages.
// It carries out what the session decides and flushes its queue at the end of each turn. It does not know Socket.IO.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>

#include <partyline/disconnect_reason.hpp>
#include <partyline/handshake.hpp>

#include "base/id.hpp"
#include "engineio/session.hpp"
#include "net/connections.hpp"
#include "net/deadline_queue.hpp"
#include "net/link.hpp"

namespace partyline {

class shard;

/// What reads the messages of a session: Socket.IO's `peer`, or the user's own code in an Engine.IO server.
class session_user
{
public:
    virtual ~session_user() = default;
    /// `data` has 64 readable bytes behind it, unless it came by polling as binary.
    virtual void on_message(bool is_binary, std::string_view data) = 0;
    /// The session has ended; nothing is called any more. `description`: a fixed text, or empty.
    virtual void on_closed(disconnect_reason reason, std::string_view description) = 0;
    /// When `on_deadline` is to be called at the latest.
    [[nodiscard]] virtual net::time_point next_deadline() const { return net::time_point::max(); }
    virtual void on_deadline(net::time_point) {}
};

/// Thread: its shard's. Owner: the shard. Lifetime: until the turn ends in which its session ended.
class slot final : public net::timed, public net::link_owner
{
public:
    slot(shard& home, std::uint32_t number, std::shared_ptr<handshake_request const> request);
    ~slot();

    /// The first request is a GET: hand it to `receive_poll` next.
    void open_polling(engineio::delivery_ref open);
    void open_websocket(engineio::delivery_ref open, net::link& link);
    /// Makes what reads the messages, inside of the slot: every idle client has one. Once.
    template <class User, class... Arguments>
    User& make_user(Arguments&&... arguments)
    {
        static_assert(sizeof(User) <= user_size && alignof(User) <= alignof(void*));
        auto* const made = ::new (user_place_) User(std::forward<Arguments>(arguments)...);
        user_ = made;
        return *made;
    }

    [[nodiscard]] session_user* user() const noexcept { return user_; }
    [[nodiscard]] std::uint32_t number() const noexcept { return number_; }
    [[nodiscard]] base::id20 const& sid() const noexcept;
    [[nodiscard]] shard& home() const noexcept { return home_; }
    [[nodiscard]] engineio::session& session() noexcept { return *session_; }
    [[nodiscard]] std::shared_ptr<handshake_request const> const& request() const noexcept { return request_; }

    // from the wire, by way of the front
    void receive_poll(engineio::exchange_id exchange);
    void begin_post(engineio::exchange_id exchange, bool is_octet_stream);
    void receive_post(engineio::exchange_id exchange, bool is_octet_stream, std::string_view body);
    void drop_post(engineio::exchange_id exchange);
    void exchange_aborted(engineio::exchange_id exchange, bool is_poll);
    /// A WebSocket came for this session: it becomes the probing link, or is closed.
    void probe(net::link& link);

    // from above
    engineio::send_result send(engineio::delivery_ref const& item, engineio::send_flags flags)
    {
        if (full_) return drop();
        auto const sent = session_->send(item, flags);
        if (sent == engineio::send_result::sent) queued();
        if (sent == engineio::send_result::dropped) count_volatile();
        return sent;
    }
    /// Ends the session: at once with `discard`, else when what is queued has been taken. `why` is what the sockets hear.
    void close(bool discard, disconnect_reason why);

    /// Writes what is queued. Called at the end of each turn in which something was queued or can be written again.
    void flush();

    void on_message(net::link& from, bool is_binary, std::string_view data) override;
    void on_writable(net::link& from) override;
    void on_link_closed(net::link& from, net::link_end end) override;
    void on_deadline(net::time_point now) override;

private:
    friend class shard;

    void queued();
    engineio::send_result drop();
    void count_volatile();
    void write_link();
    /// Carries out what the session wants, until it wants nothing more.
    void drain();
    void obey(engineio::message_received const& event);
    void obey(engineio::probe_answered const& event);
    void obey(engineio::upgraded const& event);
    void obey(engineio::respond const& event);
    void obey(engineio::close_link const& event);
    void obey(engineio::abort_exchange const& event);
    void obey(engineio::closed const& event);
    void reschedule();
    [[nodiscard]] net::link* link_of(engineio::link_id id) const noexcept;

    shard& home_;
    std::uint32_t number_;
    bool dirty_ : 1 = false;
    bool draining_ : 1 = false;
    bool ended_ : 1 = false;
    bool full_ : 1 = false;                // and what is sent now is dropped
    std::optional<disconnect_reason> why_; // of a close from above
    std::optional<engineio::session> session_;
    session_user* user_ = nullptr; // in the place below
    static constexpr std::size_t user_size = 64;
    alignas(void*) std::byte user_place_[user_size];
    std::shared_ptr<handshake_request const> request_;
    net::link* live_ = nullptr;
    net::link* probing_ = nullptr;
    net::time_point scheduled_at_ = net::time_point::max();
};
static_assert(sizeof(slot) <= 280, "every idle client costs one");

} // namespace partyline
