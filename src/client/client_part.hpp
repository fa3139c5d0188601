// One namespace of a client with its user: who listens, who waits for an acknowledgement, how it is joined. The rules of joining and
// sending are `client_nsp`'s.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <partyline/client_socket.hpp>

#include "base/flat_map.hpp"
#include "client/client_core.hpp"
#include "client/client_nsp.hpp"
#include "client/connection_event.hpp"

namespace partyline {

/// Functions with the ids under which they can be taken away. One pointer while there is none: a client has many lists, and few are used.
template <class Signature>
class listener_list
{
public:
    using function = std::function<Signature>;

    void add(listener_id id, function listener, bool first = false)
    {
        if (!listeners_) listeners_ = std::make_unique<list>();
        listeners_->insert(first ? listeners_->begin() : listeners_->end(), {id, std::move(listener)});
    }
    void remove(listener_id id)
    {
        if (listeners_) std::erase_if(*listeners_, [id](auto const& each) { return each.first == id; });
    }
    void clear() { std::exchange(listeners_, {}); }
    [[nodiscard]] bool empty() const noexcept { return !listeners_ || listeners_->empty(); }
    /// Calls `use(listener)` with each of a copy: they may change the list.
    template <class Use>
    void each(Use use) const
    {
        if (!listeners_) return;
        auto const all = *listeners_;
        for (auto const& [id, listener] : all) use(listener);
    }

private:
    using list = std::vector<std::pair<listener_id, function>>;
    std::unique_ptr<list> listeners_;
};

/// Thread: its client's. Owner: the shell. Lifetime: the shell's.
class client_part
{
public:
    client_part(client_shell& home, client_nsp& machine, std::shared_ptr<client_place> place, client_auth auth);
    ~client_part();
    client_part(client_part const&) = delete;
    client_part& operator=(client_part const&) = delete;

    [[nodiscard]] client_nsp& machine() noexcept { return machine_; }
    [[nodiscard]] client_socket socket() const;
    [[nodiscard]] client_place const& place() const noexcept { return *place_; }
    [[nodiscard]] bool is_of(client_member const& who) const noexcept { return place_->member.get() == &who; }
    [[nodiscard]] bool is_of_somebody_gone() const noexcept { return place_->member->gone; }

    // --- from the user ----------------------------------------------------------------------------------------------

    void connect();
    void disconnect();
    void set_auth(client_auth auth);
    /// `limited`: it is awaited, so without a time-out it gets the option's.
    bool emit(payload event, emit_options const& options, std::unique_ptr<ack_receiver> receiver, bool limited);
    bool acknowledge(reply_ticket const& ticket, payload arguments);

    struct declared
    {
        listener_id id;
        std::shared_ptr<event_handler const> handler;
        bool once;
    };
    void add(std::string_view event, declared given);
    void remove(std::string_view event);
    void remove(listener_id id);
    /// All handlers of events.
    void remove_handlers();
    /// All handlers and listeners: nobody is there any more.
    void forget_listeners();
    listener_list<void(std::string_view, args const&, event_call&)> any;
    listener_list<void(std::string_view, args const&)> any_outgoing;
    listener_list<void()> joined;
    listener_list<void(client_error const&)> refused;
    listener_list<void(client_disconnect_reason, std::string_view)> left;

    // --- from the connection ----------------------------------------------------------------------------------------

    /// Lets every thread see how the namespace stands.
    void publish();
    void on(nsp_auth_wanted const& event);
    void on(nsp_joined const& event);
    void on(nsp_connect_error const& event);
    void on(nsp_left const& event);
    void on(nsp_event const& event);
    void on(nsp_event_sent const& event);
    void on(nsp_ack const& event);
    void on(nsp_ack_failed const& event);

private:
    /// Calls code of the user, as the shell's does; not at all once its client is gone.
    template <class What, class F>
    bool guard(What const& what, F&& call) noexcept;
    void answer_auth(std::uint64_t asked, std::optional<value> auth);
    void refuse_auth(std::string_view why);
    void tell_refused(client_error const& why);
    void call_outgoing(payload const& event);
    [[nodiscard]] std::unique_ptr<ack_receiver> take_receiver(std::uint64_t token);

    client_shell& home_;
    client_nsp& machine_;
    std::shared_ptr<client_place> place_;
    client_auth auth_;
    std::uint64_t auth_asked_ = 0;
    std::uint64_t last_token_ = 0;
    std::map<std::string, std::vector<declared>, std::less<>> events_;
    base::flat_map<std::uint64_t, std::unique_ptr<ack_receiver>> receivers_;
};

} // namespace partyline
