// From a host and a port to a connection that stands: addresses, a race between them, a proxy's tunnel, TLS. It does not know what the
// connection is for. The HTTP client and the opener of links make one for each attempt.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/url.hpp"
#include "net/loop.hpp"
#include "net/open_stream.hpp"
#include "net/problem.hpp"
#include "net/resolver.hpp"
#include "net/tls_client_context.hpp"

namespace partyline::http {
class response_reader;
}

namespace partyline::net {

class connector;

enum class family : std::uint8_t
{
    any,
    v4,
    v6
};

/// What the connections of one client have in common. Must outlive its connectors.
struct connect_options
{
    /// For all of it, names and TLS too; 0: no limit but the system's.
    std::chrono::milliseconds timeout{20'000};
    /// How long one address is tried alone before the next is tried beside it (RFC 8305 section 5).
    std::chrono::milliseconds attempt_delay{250};
    /// Address of this machine to connect from; empty: the system chooses. Addresses of the other family are not tried then.
    std::string local_address = {};
    /// Only addresses of this family are tried.
    family only = family::any;
    /// An HTTP proxy, which is asked for a tunnel (CONNECT) whatever the scheme.
    std::optional<http::url> proxy = {};
    /// For secure targets; without it they are refused.
    std::shared_ptr<tls_client_context const> tls = {};

    friend bool operator==(connect_options const&, connect_options const&) = default;
};

/// Where to. A value.
struct connect_target
{
    std::string host; ///< a name or an address, without brackets
    std::uint16_t port = 0;
    bool secure = false;

    friend bool operator==(connect_target const&, connect_target const&) = default;
};

/// Calls come on the loop's thread, never out of `start`. The connector may be destroyed in each of them, and is of no use afterwards.
class connect_owner
{
public:
    virtual void on_connected(connector& from, open_stream stream) = 0;
    /// not_found (the name), refused, unreachable, timed_out, address_not_available, invalid_option, tls_failure, certificate_...;
    /// the detail says which step failed.
    virtual void on_connect_failed(connector& from, problem const& why) = 0;

protected:
    ~connect_owner() = default;
};

/// Theory of operation. Resolving → racing → tunnelling (with a proxy) → securing (with TLS) → over. In the race the families alternate,
/// beginning with the one that the resolver prefers; an attempt that fails makes room for the next at once; the first that stands
/// wins and the others are closed (RFC 8305). One deadline serves for the next attempt and for the whole.
///
/// Thread: its loop's. Owner: who connects. Lifetime: until it has called; destroyed earlier, it closes everything and calls nobody.
class connector final : private timed, private resolve_owner
{
public:
    connector(loop& loop, resolver& names, connect_options const& options, connect_target target, connect_owner& owner);
    ~connector();
    connector(connector const&) = delete;
    connector& operator=(connector const&) = delete;

    /// Once.
    void start();

private:
    class wire;
    enum class step : std::uint8_t
    {
        resolving,
        racing,
        tunnelling,
        securing,
        over
    };

    void on_resolved(std::span<ip_address const> addresses, problem const& why) override;
    void on_deadline(time_point now) override;
    void on_wire(wire& from);

    [[nodiscard]] bool may_try(ip_address const& address) const noexcept;
    void race(std::span<ip_address const> addresses);
    void next_attempt();
    bool attempt(ip_address const& address);
    void attempt_ended(wire& which, int reason);
    void won(wire& which);
    void begin_tunnel();
    void tunnel();
    void begin_tls();
    void secure();
    void finish();
    void fail(problem why);
    void fail_later(problem why);
    void drop_wires();
    void schedule();
    [[nodiscard]] std::string const& peer_host() const noexcept;
    [[nodiscard]] std::uint16_t peer_port() const noexcept;
    [[nodiscard]] problem to_problem(int reason, ip_address const& address) const;

    loop& loop_;
    resolver& names_;
    connect_options const& options_;
    connect_target target_;
    connect_owner& owner_;
    step step_ = step::resolving;
    std::optional<resolver::lookup> lookup_;
    std::vector<ip_address> left_; // not tried yet, the next one last
    std::vector<std::unique_ptr<wire>> wires_;
    std::optional<ip_address> local_;
    time_point limit_ = time_point::max();
    time_point next_attempt_ = time_point::max();
    problem last_; // why the last attempt failed; or, before the race, what is to be reported
    tls_state tls_;
    std::string text_; // to the proxy, not written yet
    std::unique_ptr<http::response_reader> answer_;
};

} // namespace partyline::net
