// One client on its thread: carries out what its connection asks for (requests, WebSockets, time) and hands what the connection tells to
// the user's listeners. When to connect, what to send and in which order is `client_connection`'s; docs/design/client.md.
//
// Theory of operation
//   Whatever comes from outside is given to the connection, then `drive` asks for its events until there are none, in order.
//   What is to be written is written at the end of the turn (`flush`). Operations of the user's handlers, which run inside `drive`,
//   change the connection at once; what they cause follows in the same loop.
//   `close` waits until nothing is buffered, closes the connection, and waits for its goodbye; `linger` limits all of it. The
//   destructor of `client` does the same without anybody who listens, and the shell is freed when it is done.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/client.hpp>

#include "client/client_connection.hpp"
#include "client/client_core.hpp"
#include "client/client_loop.hpp"
#include "client/client_part.hpp"
#include "http/cookie_jar.hpp"
#include "net/http_client.hpp"
#include "net/link_opener.hpp"

namespace partyline {

/// Thread: its loop's. Owner: the loop. Lifetime: from the constructor of `client` to the end of its goodbye.
class client_shell final : private net::http_client_owner,
                           private net::link_owner,
                           private net::link_open_owner,
                           private net::timed
{
public:
    client_shell(client_loop& home, std::shared_ptr<client_core> core, client_settings const& settings);
    ~client_shell();
    client_shell(client_shell const&) = delete;
    client_shell& operator=(client_shell const&) = delete;

    [[nodiscard]] client_core& core() const noexcept { return *core_; }
    [[nodiscard]] client_loop& home() const noexcept { return home_; }
    [[nodiscard]] net::time_point now() const noexcept { return home_.now(); }
    [[nodiscard]] codec& own_codec() noexcept { return codec_; }

    // --- from the user ----------------------------------------------------------------------------------------------

    /// Made where there is none.
    [[nodiscard]] client_part& part(std::shared_ptr<client_place> const& place);
    void close(std::shared_ptr<pending<void>::promise> done);
    /// The `client` is gone.
    void abandon();
    /// One client of several leaves its namespaces, as `close` does with all; `gone`: it was destroyed. Where nobody else uses the
    /// connection, it is closed.
    void leave(std::shared_ptr<client_member> who, std::shared_ptr<pending<void>::promise> done, bool gone);
    void after(std::chrono::milliseconds delay, std::function<void()> work, client_member const* whose);
    void set_reconnection(client_reconnection const& how);
    [[nodiscard]] client_statistics statistics();
    void remove(listener_id id);

    listener_list<void()> open_listeners;
    listener_list<void(client_disconnect_reason, std::string_view)> close_listeners;
    listener_list<void(client_error const&)> error_listeners;
    listener_list<void()> upgrade_listeners;
    listener_list<void(client_error const&)> upgrade_error_listeners;
    listener_list<void()> ping_listeners;
    listener_list<void(std::size_t)> reconnect_listeners;
    listener_list<void(std::size_t)> reconnect_attempt_listeners;
    listener_list<void(std::string_view)> reconnect_error_listeners;
    listener_list<void()> reconnect_failed_listeners;

    // --- from its parts ---------------------------------------------------------------------------------------------

    /// Calls code of the user; what it throws is logged and counted, and harms nothing else. Not at all once the client is gone.
    template <class What, class F>
    bool guard(What const& what, F&& call) noexcept
    {
        if (core_->silent.load(std::memory_order_acquire)) return true;
        auto* const before = std::exchange(home_.at_work(), core_.get());
        bool const well = home_.box()->guard(what, std::forward<F>(call));
        home_.at_work() = before;
        return well;
    }
    void mark_dirty() { home_.mark_dirty(*this); }
    [[nodiscard]] client_error describe_failure(std::string message, engineio::transport_failure why) const;
    /// The arguments of an encoded event, name first left out; calls `use(name, args)`.
    void read_back(payload const& event, base::unique_function<void(std::string_view, args const&)> use);

    // --- from the loop ----------------------------------------------------------------------------------------------

    void flush();
    [[nodiscard]] bool& dirty() noexcept { return dirty_; }
    [[nodiscard]] std::size_t& place() noexcept { return place_; }

private:
    /// A WebSocket from its wish to its end.
    struct wire
    {
        engineio::link_id id;
        std::unique_ptr<net::link_opener> opener;
        net::link* link = nullptr;
    };
    struct request
    {
        net::call_id call;
        engineio::exchange_id exchange;
        bool is_poll; // its answer holds packets
    };
    class timer;
    /// A client of several that leaves.
    struct leaver
    {
        std::shared_ptr<client_member> who;
        std::shared_ptr<pending<void>::promise> done;
        net::time_point close_by;
        bool gone;
    };

    // net::http_client_owner
    void on_response(net::call_id call, http::received_response response) override;
    void on_call_failed(net::call_id call, net::problem const& why) override;
    // net::link_open_owner
    void on_link_open(net::link_opener& from, net::link& opened, std::string_view protocol) override;
    void on_link_refused(net::link_opener& from, net::problem const& why, int status) override;
    // net::link_owner
    void on_message(net::link& from, bool is_binary, std::string_view data) override;
    void on_writable(net::link& from) override;
    void on_link_closed(net::link& from, net::link_end end) override;
    // net::timed
    void on_deadline(net::time_point now) override;

    void drive();
    void reschedule();
    void write();
    void step_closing();
    [[nodiscard]] bool has_goodbyes();
    /// Of one client, or of all (null).
    [[nodiscard]] bool waits_for_a_connection(client_member const* whose);
    void step_leaving();
    void leave_now(leaver which);
    void forget_parts();
    void complete_later(std::vector<std::shared_ptr<pending<void>::promise>> all);
    void cut_off();
    void finish_closing();

    void obey(engineio::start_get const& event);
    void obey(engineio::open_link const& event);
    void obey(engineio::write_text const& event);
    void obey(engineio::close_link const& event);
    void obey(engineio::abort_exchange const& event);
    void obey(engineio::post_farewell const& event);
    void obey(connection_opened const& event);
    void obey(connection_failed const& event);
    void obey(connection_closed const& event);
    void obey(engineio::upgraded const& event);
    void obey(engineio::upgrade_failed const& event);
    void obey(server_pinged const& event);
    void obey(reconnect_attempt const& event);
    void obey(reconnect_error const& event);
    void obey(reconnect_failed const& event);
    void obey(reconnected const& event);
    template <class Event>
    requires requires(Event const& event) { event.nsp; }
    void obey(Event const& event) { part_of(*event.nsp).on(event); }

    [[nodiscard]] client_part& part_of(client_nsp& machine);
    [[nodiscard]] net::http_client& requests();
    void start(engineio::exchange_id exchange, std::string_view const* body);
    [[nodiscard]] engineio::exchange_id take_request(net::call_id call);
    [[nodiscard]] bool is_poll(net::call_id call) const noexcept;
    [[nodiscard]] std::string target(std::string_view query, std::string_view own) const;
    [[nodiscard]] wire* find(engineio::link_id id) noexcept;
    [[nodiscard]] wire* find(net::link const& link) noexcept;
    void note(net::problem const& why);
    [[nodiscard]] client_plan const& plan() const noexcept { return own_plan_ ? *own_plan_ : *plan_; }
    /// Whether the user wants to see packets.
    [[nodiscard]] bool watched() const noexcept { return static_cast<bool>(on_packet_); }
    void watch(client_packet const& packet);
    void watch_payload(bool outgoing, std::string_view payload);
    void watch_written(std::span<engineio::delivery_ref const> deliveries);

    client_loop& home_;
    std::shared_ptr<client_core> core_;
    codec& codec_;
    std::unique_ptr<codec> mirror_; // reads back what was encoded, for outgoing listeners
    std::unique_ptr<http::cookie_jar> cookies_;
    std::shared_ptr<client_plan const> plan_; // that of others, too
    std::unique_ptr<client_plan>
        own_plan_; // what is in force instead, for a client with cookies, or whose options have changed
    net::http_client_options http_options_;
    net::link_options link_options_;
    decltype(client_options::on_packet) on_packet_;
    std::unique_ptr<net::resolver> own_names_;
    net::resolver& names_;
    client_connection connection_;
    std::unique_ptr<net::http_client> http_; // while polling
    std::vector<request> requests_;
    engineio::exchange_id farewell_ = engineio::exchange_id::none; // the last one, under way perhaps
    std::vector<wire> wires_;
    std::vector<net::link*> leaving_; // links that still say goodbye
    std::vector<std::unique_ptr<client_part>> parts_;
    std::vector<std::unique_ptr<timer>> timers_;
    std::vector<leaver> leavers_;
    std::vector<std::shared_ptr<pending<void>::promise>> closers_;
    net::problem last_problem_;
    net::time_point scheduled_at_ = net::time_point::max();
    net::time_point close_by_ = net::time_point::max();
    std::size_t place_ = 0;
    bool dirty_ = false;
    bool driving_ = false;
    bool closing_ = false;
    bool said_goodbye_ = false;
    bool abandoned_ = false;
    bool released_ = false;
};

} // namespace partyline
