// From host names to addresses. An interface, so that tests and programs with a name service of their own bring theirs;
// `system_resolver` is the default. It does not know who connects, nor in which order the addresses are tried.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "http/ip_literal.hpp"
#include "net/loop.hpp"
#include "net/problem.hpp"

namespace partyline::net {

/// An address without a port.
struct ip_address
{
    http::ip_literal literal;
    std::uint32_t scope = 0; ///< interface of a link-local IPv6 address

    friend bool operator==(ip_address const&, ip_address const&) = default;
};

/// Who waits for addresses. The call comes on the loop's thread, never out of `start`.
class resolve_owner
{
public:
    /// The addresses in the order of preference, at least one; or the problem, and none.
    virtual void on_resolved(std::span<ip_address const> addresses, problem const& why) = 0;

protected:
    ~resolve_owner() = default;
};

/// Thread: its loop's. Owner: the client. Lifetime: longer than who waits.
class resolver
{
public:
    using lookup = std::uint64_t;

    virtual ~resolver() = default;
    /// Asks for the addresses of `host`; `owner` is called once, unless `cancel` comes first.
    virtual lookup start(std::string_view host, resolve_owner& owner) = 0;
    virtual void cancel(lookup which) noexcept = 0;
};

/// What needs no name service: addresses, and "localhost" and all below it, which is this machine (RFC 6761 section 6.3).
[[nodiscard]] std::optional<std::vector<ip_address>> addresses_without_lookup(std::string_view host);

/// What a lookup found.
struct resolved
{
    std::vector<ip_address> addresses;
    problem why;
};
/// getaddrinfo. Blocks, for seconds where a name server is silent.
[[nodiscard]] resolved look_up(std::string const& host);

/// getaddrinfo on helper threads, of which there are at most four and none while nobody asks. A lookup that hangs is left behind at
/// destruction, not waited for. Several who ask for one name at a time share a lookup.
///
/// Thread: its loop's. Owner: the client. Lifetime: shorter than the loop; not destroyed out of `on_resolved`.
class system_resolver final : public resolver
{
public:
    /// `ask` is called on helper threads, and may be called until it returns, whatever becomes of this object.
    explicit system_resolver(loop& loop, std::function<resolved(std::string const&)> ask = look_up);
    ~system_resolver() override;
    system_resolver(system_resolver const&) = delete;
    system_resolver& operator=(system_resolver const&) = delete;

    lookup start(std::string_view host, resolve_owner& owner) override;
    void cancel(lookup which) noexcept override;
    /// How many wait for an answer.
    [[nodiscard]] std::size_t waiting_count() const noexcept;

private:
    struct shared_state;
    class bell;
    struct waiting
    {
        lookup id;
        resolve_owner* owner; // null once cancelled
    };
    static void work(std::shared_ptr<shared_state> state);
    void deliver();

    loop& loop_;
    std::shared_ptr<shared_state> state_;
    std::unique_ptr<bell> bell_;
    std::unordered_map<std::string, std::vector<waiting>> waiting_;
    std::vector<waiting> delivering_;
    lookup last_ = 0;
};

} // namespace partyline::net
