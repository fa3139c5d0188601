// A client's loop on the test's thread, beside a `net_world` that serves it: connections without listeners, names of the test's.
#pragma once

#include "net/http_client.hpp"
#include "net/link_opener.hpp"
#include "net/no_host.hpp"
#include "unit/net/connecting.hpp"

namespace partyline::net::test {

/// Remembers what it was told, and does what the test wants then.
struct open_observer final : link_open_owner
{
    void on_link_open(link_opener&, link& got, std::string_view chosen) override
    {
        ++calls;
        opened = &got;
        protocol = chosen;
        if (then) then();
    }
    void on_link_refused(link_opener&, problem const& got, int got_status) override
    {
        ++calls;
        why = got;
        status = got_status;
        if (then) then();
    }
    int calls = 0;
    link* opened = nullptr;
    std::string protocol;
    problem why;
    int status = 0;
    std::function<void()> then;
};

struct call_observer final : http_client_owner
{
    void on_response(call_id call, http::received_response response) override
    {
        touch_behind(response.body);
        responses.emplace_back(call, std::move(response));
        if (then) then();
    }
    void on_call_failed(call_id call, problem const& why) override
    {
        failures.emplace_back(call, why);
        if (then) then();
    }
    [[nodiscard]] std::size_t calls() const { return responses.size() + failures.size(); }
    std::vector<std::pair<call_id, http::received_response>> responses;
    std::vector<std::pair<call_id, problem>> failures;
    std::function<void()> then;
};

/// Drives the server's world and its own loop together.
class client_world final : public loop_host
{
public:
    explicit client_world(net_world& server) : server_(server)
    {
        origin.where = {"127.0.0.1", server.port(), false};
        origin.authority = "127.0.0.1:" + std::to_string(server.port());
    }

    void on_wake() override {}
    void on_turn_end() override
    {
        for (auto* owner : owners) owner->flush();
    }

    template <class Condition>
    bool until(Condition condition, std::chrono::milliseconds limit = 10s)
    {
        auto const end = std::chrono::steady_clock::now() + limit;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > end) return false;
            step();
        }
        return true;
    }
    void step()
    {
        home.run_for(200us);
        server_.step(0ms);
        for (auto& client : server_.clients) client->pump();
    }
    [[nodiscard]] link_opener::place place() { return {home, names, table, nonces}; }

    loop home{*this};
    http_options unused;
    no_host nobody;
    connections table{home, nobody, unused};
    test_names names{home};
    random nonces;
    http_origin origin;
    std::vector<test_owner*> owners;

private:
    net_world& server_;
};

} // namespace partyline::net::test
