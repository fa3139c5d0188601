// What tests of clients share: names that the test knows, an owner that remembers what it was told, addresses that never answer.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "net/connector.hpp"
#include "net/resolver.hpp"
#include "unit/net/net_world.hpp"

namespace partyline::net::test {

inline ip_address ip(std::string_view text) { return {*http::parse_ip(text)}; }

/// Answers in the next turn, or never.
class test_names final : public resolver
{
public:
    explicit test_names(loop& home) : home_(home) {}
    lookup start(std::string_view host, resolve_owner& owner) override
    {
        asked.emplace_back(host);
        waiting_[++last_] = &owner;
        if (!silent) home_.post([this, id = last_, name = std::string(host)] { answer(id, name); });
        return last_;
    }
    void cancel(lookup which) noexcept override { waiting_.erase(which); }

    std::map<std::string, std::vector<ip_address>> known;
    std::vector<std::string> asked;
    bool silent = false;

private:
    void answer(lookup id, std::string const& name)
    {
        auto const found = waiting_.find(id);
        if (found == waiting_.end()) return;
        auto* const owner = found->second;
        waiting_.erase(found);
        if (auto const at = known.find(name); at != known.end())
            owner->on_resolved(at->second, {});
        else
            owner->on_resolved({}, {errc::not_found, name + ": no such name"});
    }

    loop& home_;
    std::map<lookup, resolve_owner*> waiting_;
    lookup last_ = 0;
};

struct connect_observer final : connect_owner
{
    void on_connected(connector&, open_stream got) override
    {
        ++calls;
        stream = std::move(got);
        if (then) then();
    }
    void on_connect_failed(connector&, problem const& got) override
    {
        ++calls;
        why = got;
        if (then) then();
    }
    int calls = 0;
    open_stream stream;
    problem why;
    std::function<void()> then;
};

/// Listens on an address of this machine without ever answering a further connection: its queue is full.
class silent_address
{
public:
    silent_address(std::string const& host, std::uint16_t port)
    {
        ear_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int const on = 1;
        ::setsockopt(ear_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_port = htons(port);
        ::inet_pton(AF_INET, host.c_str(), &at.sin_addr);
        ready = ::bind(ear_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0 && ::listen(ear_, 0) == 0;
        for (int i = 0; i < 4 && ready; ++i)
            fill_.push_back(std::make_unique<plain_client>(reinterpret_cast<sockaddr*>(&at), socklen_t{sizeof at}));
    }
    silent_address(silent_address const&) = delete;
    silent_address& operator=(silent_address const&) = delete;
    ~silent_address() { ::close(ear_); }

    bool ready = false;

private:
    int ear_;
    std::vector<std::unique_ptr<plain_client>> fill_;
};

} // namespace partyline::net::test
