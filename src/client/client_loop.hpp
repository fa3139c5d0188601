// One thread of clients: its event loop, and what its clients share: the table of links, names, randomness, codecs. It does not know what
// a client does. `client_thread` makes it on its thread; `client_driver` makes one that the program's own loop drives.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "client/client_box.hpp"
#include "client/codec_source.hpp"
#include "engineio/client_context.hpp"
#include "net/connections.hpp"
#include "net/link_opener.hpp"
#include "net/loop.hpp"
#include "net/no_host.hpp"
#include "net/random.hpp"
#include "net/resolver.hpp"

namespace partyline {

class client_core;
class client_shell;

/// Thread: its own, or whoever drives it, one at a time. Owner: the thread's stack, or the driver. Lifetime: until the last client on it
/// and the last handle of its pool are gone.
class client_loop final : public net::loop_host
{
public:
    explicit client_loop(std::shared_ptr<client_box> box);
    client_loop(std::shared_ptr<client_box> box, net::driven_from_outside how);
    ~client_loop();
    client_loop(client_loop const&) = delete;
    client_loop& operator=(client_loop const&) = delete;

    [[nodiscard]] std::shared_ptr<client_box> const& box() const noexcept { return box_; }
    [[nodiscard]] net::loop& loop() noexcept { return loop_; }
    [[nodiscard]] net::time_point now() const noexcept { return loop_.now(); }
    [[nodiscard]] net::resolver& names() noexcept { return names_; }
    [[nodiscard]] engineio::client_context& context() noexcept { return context_; }
    /// `names`: the client's own, or those of the loop.
    [[nodiscard]] net::link_opener::place place(net::resolver& names) noexcept
    {
        return {loop_, names, table_, random_};
    }
    [[nodiscard]] std::uint64_t random_number();
    /// The codec of this thread for that source; it lives as long as somebody holds the source.
    [[nodiscard]] codec& codec_of(std::shared_ptr<codec_source const> const& source);

    void add(std::unique_ptr<client_shell> shell);
    /// It is flushed at the end of the turn.
    void mark_dirty(client_shell& changed);
    /// It is freed at the end of the turn.
    void release(client_shell& ended);
    /// From now on the thread ends when no client is left.
    void let_go();
    void stop() noexcept { loop_.stop(); }
    /// The end of its work: who waits is told, every client left is freed, nothing is taken any more. In a turn of nobody.
    void end();
    /// The client whose code runs now, for reports.
    [[nodiscard]] client_core*& at_work() noexcept { return at_work_; }
    void report(std::string_view what, std::exception_ptr thrown) noexcept;

    // net::loop_host
    void on_wake() override;
    void on_turn_end() override;

private:
    void flush();
    void clear();

    std::shared_ptr<client_box> box_;
    net::loop loop_;
    net::no_host nobody_;
    net::http_options unused_;
    net::connections table_;
    net::system_resolver names_;
    net::random random_;
    engineio::client_context context_;
    std::vector<std::pair<std::weak_ptr<codec_source const>, std::unique_ptr<codec>>> codecs_;
    std::vector<std::unique_ptr<client_shell>> shells_;
    std::vector<client_shell*> dirty_;
    std::vector<client_shell*> flushing_;
    std::vector<client_shell*> ended_;
    client_core* at_work_ = nullptr;
    bool let_go_ = false;
};

} // namespace partyline
