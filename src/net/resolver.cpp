// Theory of operation of `system_resolver`: names go into a queue that the helper threads share, answers into a list, and an
// eventfd in the loop's set says that there are some. All of that is counted, so that a thread which hangs in the name service
// harms nobody but itself.
#include "net/resolver.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <partyline/error.hpp>

#include "http/token.hpp"

namespace partyline::net {

namespace {

constexpr unsigned most_threads = 4;
constexpr std::size_t most_addresses = 32;

std::optional<ip_address> to_address(sockaddr const& address) noexcept
{
    ip_address out;
    if (address.sa_family == AF_INET) {
        sockaddr_in four;
        std::memcpy(&four, &address, sizeof four);
        std::memcpy(out.literal.bytes.data(), &four.sin_addr, 4);
        return out;
    }
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 six;
        std::memcpy(&six, &address, sizeof six);
        out.literal.size = 16;
        std::memcpy(out.literal.bytes.data(), &six.sin6_addr, 16);
        out.scope = six.sin6_scope_id;
        return out;
    }
    return std::nullopt;
}

} // namespace

std::optional<std::vector<ip_address>> addresses_without_lookup(std::string_view host)
{
    if (auto const literal = http::parse_ip(host)) return std::vector{ip_address{*literal}};
    if (host.ends_with('.')) host.remove_suffix(1);
    constexpr std::string_view name = "localhost";
    if (host.size() < name.size() || !http::equals_ignoring_case(host.substr(host.size() - name.size()), name))
        return std::nullopt;
    if (host.size() != name.size() && host[host.size() - name.size() - 1] != '.') return std::nullopt;
    return std::vector{ip_address{*http::parse_ip("::1")}, ip_address{*http::parse_ip("127.0.0.1")}};
}

resolved look_up(std::string const& host)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (int const reason = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); reason != 0)
        return {{}, {errc::not_found, host + ": " + ::gai_strerror(reason)}};
    resolved out;
    for (auto const* each = found; each && out.addresses.size() < most_addresses; each = each->ai_next) {
        auto const address = to_address(*each->ai_addr);
        if (address && std::find(out.addresses.begin(), out.addresses.end(), *address) == out.addresses.end())
            out.addresses.push_back(*address);
    }
    ::freeaddrinfo(found);
    return out;
}

struct system_resolver::shared_state
{
    explicit shared_state(std::function<resolved(std::string const&)> f)
        : ask(std::move(f)), event(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))
    {
        if (event < 0) throw error(errc::system_failure, std::string("eventfd: ") + std::strerror(errno));
    }
    ~shared_state() { ::close(event); }
    shared_state(shared_state const&) = delete;
    shared_state& operator=(shared_state const&) = delete;

    void ring() const noexcept
    {
        std::uint64_t const one = 1;
        [[maybe_unused]] auto const ignored = ::write(event, &one, sizeof one); // fails only where it is set already
    }

    std::function<resolved(std::string const&)> const ask;
    int const event;
    std::mutex mutex; // guards the rest
    std::deque<std::string> wanted;
    std::vector<std::pair<std::string, resolved>> answers;
    unsigned threads = 0;
    bool closed = false;
};

/// The eventfd in the loop's set. It closes nothing: the descriptor is the shared state's.
class system_resolver::bell final : public channel
{
public:
    bell(system_resolver& home, int descriptor) noexcept : channel(descriptor), home_(home) {}
    void on_ready(std::uint32_t) override { home_.deliver(); }
    void on_deadline(time_point) override {}

private:
    system_resolver& home_;
};

system_resolver::system_resolver(loop& loop, std::function<resolved(std::string const&)> ask)
    : loop_(loop),
      state_(std::make_shared<shared_state>(std::move(ask))),
      bell_(std::make_unique<bell>(*this, state_->event))
{
    if (!loop_.add(*bell_, EPOLLIN))
        throw error(errc::system_failure, std::string("epoll_ctl: ") + std::strerror(errno));
}

system_resolver::~system_resolver()
{
    {
        std::lock_guard const hold(state_->mutex);
        state_->closed = true;
        state_->wanted.clear();
    }
    loop_.retire(std::move(bell_));
}

resolver::lookup system_resolver::start(std::string_view host, resolve_owner& owner)
{
    auto const [entry, fresh] = waiting_.try_emplace(std::string(host));
    entry->second.push_back({++last_, &owner});
    if (!fresh) return last_; // is being looked up already
    bool helper = false;
    {
        std::lock_guard const hold(state_->mutex);
        state_->wanted.emplace_back(host);
        helper = state_->threads < most_threads;
        state_->threads += helper;
    }
    if (!helper) return last_;
    // Signals of the program are not for this thread.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
        std::thread(work, state_).detach();
    } catch (std::system_error const& failure) {
        std::lock_guard const hold(state_->mutex);
        if (--state_->threads == 0) { // nobody else will come to it
            for (auto& name : state_->wanted)
                state_->answers.emplace_back(std::move(name), resolved{{}, {errc::system_failure, failure.what()}});
            state_->wanted.clear();
            state_->ring();
        }
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return last_;
}

void system_resolver::cancel(lookup which) noexcept
{
    for (auto& each : delivering_)
        if (each.id == which) each.owner = nullptr;
    // gone at once: a name service that hangs must not gather everybody who gave up
    for (auto& [host, list] : waiting_)
        if (std::erase_if(list, [which](waiting const& each) { return each.id == which; }) != 0) return;
}

std::size_t system_resolver::waiting_count() const noexcept
{
    std::size_t count = 0;
    for (auto const& [host, list] : waiting_) count += list.size();
    return count;
}

void system_resolver::work(std::shared_ptr<shared_state> state)
{
    std::unique_lock hold(state->mutex);
    while (!state->closed && !state->wanted.empty()) {
        auto host = std::move(state->wanted.front());
        state->wanted.pop_front();
        hold.unlock();
        resolved found;
        try {
            found = state->ask(host);
            if (found.addresses.empty() && !found.why) found.why = {errc::not_found, host};
        } catch (std::exception const& failure) {
            found = {{}, {errc::system_failure, host + ": " + failure.what()}};
        }
        hold.lock();
        state->answers.emplace_back(std::move(host), std::move(found));
        state->ring();
    }
    --state->threads;
}

void system_resolver::deliver()
{
    std::uint64_t rung = 0;
    [[maybe_unused]] auto const ignored = ::read(state_->event, &rung, sizeof rung);
    std::vector<std::pair<std::string, resolved>> answers;
    {
        std::lock_guard const hold(state_->mutex);
        answers.swap(state_->answers);
    }
    for (auto const& [host, found] : answers) {
        auto const entry = waiting_.find(host);
        if (entry == waiting_.end()) continue;
        delivering_ = std::move(entry->second);
        waiting_.erase(entry); // who asks from now on asks anew
        for (std::size_t i = 0; i < delivering_.size(); ++i)
            if (auto* const owner = std::exchange(delivering_[i].owner, nullptr))
                owner->on_resolved(found.why ? std::span<ip_address const>() : found.addresses, found.why);
    }
    delivering_.clear();
}

} // namespace partyline::net
