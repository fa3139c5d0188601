// What the handles of one client share: the way to its thread, and what they may read from anywhere. The client itself is the
// `client_shell`, on its thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/client.hpp>

#include "base/unique_function.hpp"
#include "client/client_box.hpp"
#include "client/client_settings.hpp"

namespace partyline {

class client_shell;

/// One `client`. Several may travel on one connection (`client_options::multiplex`). Owner: the client, and its namespaces.
struct client_member
{
    explicit client_member(client_settings const& settings) : plan(settings.plan()), auth(settings.options.auth) {}

    std::shared_ptr<client_plan const> const plan;
    client_auth const auth;          ///< of namespaces that are still to be made
    std::atomic<bool> silent{false}; ///< no code of its user is called any more
    // on its thread only:
    bool gone = false;                    ///< the thread knows that it was destroyed
    std::vector<listener_id> listeners{}; ///< that it has declared for a connection which it may share
};

/// One namespace, as it may be read from any thread. Written by its client's thread.
struct client_place
{
    client_place(std::string given, std::shared_ptr<client_member> whose)
        : name(std::move(given)), member(std::move(whose))
    {}

    std::string const name;
    std::shared_ptr<client_member> const member;
    std::atomic<bool> connected{false};
    std::atomic<bool> active{false};
    std::atomic<bool> recovered{false};

    [[nodiscard]] std::string id() const
    {
        std::lock_guard const lock(mutex_);
        return id_;
    }
    void set_id(std::string_view id)
    {
        std::lock_guard const lock(mutex_);
        id_ = id;
    }

private:
    mutable std::mutex mutex_;
    std::string id_;
};

/// Thread: any, but `shell`. Owner: every handle, and the shell. Lifetime: until the last of them is gone.
class client_core : public std::enable_shared_from_this<client_core>
{
public:
    using work = base::unique_function<void(client_shell&)>;

    client_core(client_settings const& settings, std::shared_ptr<client_member> first, std::shared_ptr<client_box> box);

    /// Of the client that made the connection.
    [[nodiscard]] std::shared_ptr<client_plan const> const& plan() const noexcept { return first_->plan; }
    [[nodiscard]] std::shared_ptr<client_box> const& box() const noexcept { return box_; }
    /// The namespace of that full name; where there is none, it is made, and `whose` it is.
    [[nodiscard]] std::shared_ptr<client_place> place(std::string_view name,
                                                      std::shared_ptr<client_member> const& whose);
    /// All that are `whose`.
    [[nodiscard]] std::vector<std::shared_ptr<client_place>> places(client_member const& whose) const;
    /// Its namespace is left for good, and may be another's.
    void drop(client_place const& place);

    [[nodiscard]] client_reconnection reconnection() const;
    void set_reconnection(client_reconnection const& changed);

    /// Runs `job` on the client's thread, now if this is it and the client stands. `false`: the client is gone.
    bool run(work job);
    /// The same in a later turn.
    bool post(work job);
    /// The same as `run` for what weighs `bytes` while it waits. `false` also where too much waits.
    bool run(work job, std::size_t bytes);
    /// Whether the client, or its thread, has ended.
    [[nodiscard]] bool is_gone() const noexcept { return silent || box_->is_closed(); }
    /// The shell, on its thread while the client lives; else null.
    [[nodiscard]] client_shell* here() const noexcept { return box_->is_here() ? shell : nullptr; }
    [[nodiscard]] codec& codec_here() const;
    [[nodiscard]] std::shared_ptr<codec_source const> const& codecs() const noexcept { return codecs_; }

    void log(log_level level, std::string_view message) const noexcept;
    void report(std::string_view what, std::exception_ptr thrown) noexcept;
    [[nodiscard]] std::atomic<std::uint64_t>& handler_errors() noexcept { return handler_errors_; }

    /// No code of the user is called any more.
    std::atomic<bool> silent{false};
    /// On the client's thread only; null before it is made and from the destructor of `client` on.
    client_shell* shell = nullptr;
    /// On the client's thread only: whether it was made. Before that, work for it waits even on this thread.
    bool made = false;
    /// How many clients travel here. Guarded by the register of shared connections.
    std::size_t members = 1;

private:
    std::shared_ptr<client_member> first_;
    std::shared_ptr<client_box> box_;
    std::shared_ptr<codec_source const> codecs_;
    log_sink log_;
    std::size_t mailbox_bytes_;
    mutable std::mutex mutex_;                                // of the two below
    std::unique_ptr<client_reconnection const> reconnection_; // none: as the plan says
    std::vector<std::shared_ptr<client_place>> places_;
    std::atomic<std::size_t> waiting_bytes_{0};
    std::atomic<std::uint64_t> handler_errors_{0};
};

} // namespace partyline
