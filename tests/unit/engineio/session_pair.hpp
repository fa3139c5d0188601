// A network in a box: a server's session and a client's session talk to each other on a virtual clock. Requests and frames
// take as long as the test says, and any one of them may fail. Used by session_pair_test.cpp.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engineio/client_session.hpp"
#include "engineio/outgoing.hpp"
#include "engineio/session.hpp"
#include "unit/engineio/session_world.hpp"

namespace partyline::testing {

struct pair_options
{
    engineio::client_options client = {};
    engineio::session_options server = {};
    std::size_t max_payload = 1'000'000;
    bool offers_websocket = true;
    /// How long the next step takes.
    std::function<std::chrono::milliseconds()> latency = [] { return std::chrono::milliseconds(5); };
    /// The step of the network that fails: a request, an answer, or a WebSocket with what is on its way.
    std::optional<std::size_t> broken_step = {};
    /// Only steps of the WebSocket count and fail.
    bool breaks_links_only = false;
};

class session_pair
{
public:
    explicit session_pair(pair_options options)
        : options_(std::move(options)), server_context_(options_.server), client_(options_.client, client_context_)
    {
        settle();
    }

    void client_sends(engineio::delivery_ref item)
    {
        if (client_.send(std::move(item)) == engineio::send_result::sent) ++client_sent;
        settle();
    }
    void server_sends(engineio::delivery_ref item)
    {
        if (server_ && server_->send(std::move(item)) == engineio::send_result::sent) ++server_sent;
        settle();
    }
    void close_client()
    {
        client_.close(false, now_);
        settle();
    }
    void close_server()
    {
        if (server_) server_->close(false, now_);
        settle();
    }

    /// Lets time pass: what is on its way arrives, deadlines are kept.
    void after(std::chrono::milliseconds duration)
    {
        auto const end = now_ + duration;
        for (;;) {
            auto next = client_.next_deadline();
            if (server_) next = std::min(next, server_->next_deadline());
            if (!wire_.empty()) next = std::min(next, wire_.begin()->first);
            if (next > end) break;
            now_ = std::max(now_, next);
            client_.tick(now_);
            if (server_) server_->tick(now_);
            settle();
            if (wire_.empty() || wire_.begin()->first > now_) continue;
            auto step = std::move(wire_.begin()->second);
            wire_.erase(wire_.begin());
            step();
            settle();
        }
        now_ = end;
    }

    [[nodiscard]] engineio::client_session& client() { return client_; }
    [[nodiscard]] bool server_is_closed() const { return !server_ || server_->is_closed(); }
    [[nodiscard]] bool server_exists() const { return server_.has_value(); }
    /// How many steps the network has taken.
    [[nodiscard]] std::size_t steps() const { return steps_; }

    std::size_t client_sent = 0;
    std::size_t server_sent = 0;
    std::vector<std::string> client_heard;
    std::vector<std::string> server_heard;
    std::vector<std::string> client_end; // reasons: at most one each
    std::vector<std::string> server_end;
    bool upgraded = false;

private:
    using exchange_id = engineio::exchange_id;
    using link_id = engineio::link_id;

    /// Something travels. False: it does not arrive.
    bool travels(bool on_link)
    {
        if (options_.breaks_links_only && !on_link) return true;
        return steps_++ != options_.broken_step;
    }
    void later(std::function<void()> step) { wire_.emplace(now_ + options_.latency(), std::move(step)); }
    /// Frames of one WebSocket keep their order.
    void later_on(link_id link, bool to_server, std::function<void()> step)
    {
        auto& last = frames_until_[{link, to_server}];
        last = std::max(last, now_ + options_.latency());
        wire_.emplace(last, std::move(step));
    }

    // --- requests ------------------------------------------------------------------------------------------------

    void request(exchange_id exchange, std::optional<std::string> body)
    {
        open_requests_.insert(exchange);
        bool const arrives = travels(false);
        later([this, exchange, arrives, body = std::move(body)] {
            if (!open_requests_.contains(exchange)) return;
            if (!arrives) return broken(exchange);
            at_server_.insert(exchange);
            if (!server_) open_server();
            if (!body) return server_->receive_poll(exchange, now_);
            auto padded = *body + std::string(64, '\0');
            server_->receive_post(exchange, false, std::string_view(padded).substr(0, body->size()), now_);
            drain_server(); // while the body is there
        });
    }
    void answer(exchange_id exchange, int status, std::string body)
    {
        at_server_.erase(exchange);
        bool const arrives = travels(false);
        later([this, exchange, status, arrives, body = std::move(body)] {
            if (open_requests_.erase(exchange) == 0) return;
            if (!arrives) return client_.request_failed(exchange, {errc::disconnected}, now_);
            auto padded = body + std::string(64, '\0');
            client_.receive_response(exchange, status, std::string_view(padded).substr(0, body.size()), now_);
            drain_client();
        });
    }
    void broken(exchange_id exchange)
    {
        open_requests_.erase(exchange);
        client_.request_failed(exchange, {errc::disconnected}, now_);
    }
    void aborted(exchange_id exchange)
    {
        open_requests_.erase(exchange);
        later([this, exchange] {
            if (at_server_.erase(exchange) == 0) return;
            server_->poll_aborted(exchange, now_);
            server_->post_aborted(exchange, now_);
        });
    }

    // --- WebSockets ----------------------------------------------------------------------------------------------

    void open(link_id link)
    {
        bool const arrives = travels(true);
        client_links_.insert(link);
        later_on(link, true, [this, link, arrives] {
            if (!client_links_.contains(link)) return;
            if (!arrives) return lose_client(link, {errc::refused});
            bool accepted = true;
            if (server_)
                accepted = server_->probe(link, now_);
            else
                open_server(link);
            server_links_.insert(link);
            later_on(link, false, [this, link] {
                if (client_links_.contains(link)) client_.link_opened(link, now_);
            });
            if (!accepted) close_at_server(link);
        });
    }
    void to_server(link_id link, bool is_binary, std::string data)
    {
        if (broken_links_.contains(link)) return;
        if (!travels(true)) return break_link(link);
        later_on(link, true, [this, link, is_binary, data = std::move(data)] {
            if (!server_links_.contains(link)) return;
            auto padded = data + std::string(64, '\0');
            server_->receive(link, is_binary, std::string_view(padded).substr(0, data.size()), now_);
            drain_server();
        });
    }
    void to_client(link_id link, bool is_binary, std::string data)
    {
        if (broken_links_.contains(link)) return;
        if (!travels(true)) return break_link(link);
        later_on(link, false, [this, link, is_binary, data = std::move(data)] {
            if (!client_links_.contains(link)) return;
            auto padded = data + std::string(64, '\0');
            client_.receive(link, is_binary, std::string_view(padded).substr(0, data.size()), now_);
            drain_client();
        });
    }
    void close_at_client(link_id link)
    {
        client_links_.erase(link);
        later_on(link, true, [this, link] { lose_server(link); });
    }
    void close_at_server(link_id link)
    {
        server_links_.erase(link);
        later_on(link, false, [this, link] { lose_client(link, {}); });
    }
    /// Nothing that is written from now on arrives; both ends learn of it in a while.
    void break_link(link_id link)
    {
        broken_links_.insert(link);
        later([this, link] {
            lose_client(link, {});
            lose_server(link);
        });
    }
    void lose_client(link_id link, engineio::transport_failure why)
    {
        if (client_links_.erase(link) != 0) client_.link_closed(link, why, now_);
    }
    void lose_server(link_id link)
    {
        if (server_links_.erase(link) != 0) server_->link_closed(link, true, now_);
    }

    // --- shells --------------------------------------------------------------------------------------------------

    void open_server(link_id link = link_id::none)
    {
        auto const text = R"({"sid":"abc","upgrades":[)" +
                          std::string(options_.offers_websocket && link == link_id::none ? R"("websocket")" : "") +
                          R"(],"pingInterval":25000,"pingTimeout":20000,"maxPayload":)" +
                          std::to_string(options_.max_payload) + "}";
        auto packet = engineio::delivery_ref::make(engineio::make_control(engineio::packet_type::open, text));
        if (link == link_id::none)
            server_.emplace(server_context_, std::move(packet), now_);
        else
            server_.emplace(server_context_, std::move(packet), link, now_);
    }

    void settle()
    {
        drain_client();
        std::string body;
        if (auto const exchange = client_.flush_post(body)) request(*exchange, std::move(body));
        drain_client();
        if (auto const link = client_.link(); link != link_id::none) {
            auto const count = client_.queue().size();
            for (auto const& item : client_.queue())
                for (auto const& part : item->parts()) to_server(link, part.is_binary, std::string(part.packet()));
            client_.consume(count);
            drain_client();
        }
        if (!server_) return;
        drain_server();
        std::string payload;
        if (auto const answered = server_->flush_poll(payload)) answer(answered->exchange, 200, std::move(payload));
        drain_server();
        if (auto const link = server_->link(); link != link_id::none) {
            auto const count = server_->queue().size();
            for (auto const& item : server_->queue())
                for (auto const& part : item->parts()) to_client(link, part.is_binary, std::string(part.packet()));
            server_->consume(count);
            drain_server();
        }
    }

    void drain_client()
    {
        while (auto const event = client_.next_event())
            std::visit([this](auto const& each) { at_client(each); }, *event);
    }
    void at_client(engineio::message_received const& event)
    {
        client_heard.push_back((event.is_binary ? "b" : "") + std::string(event.data));
    }
    void at_client(engineio::start_get const& event) { request(event.exchange, std::nullopt); }
    void at_client(engineio::open_link const& event) { open(event.link); }
    void at_client(engineio::write_text const& event) { to_server(event.link, false, std::string(event.text)); }
    void at_client(engineio::close_link const& event) { close_at_client(event.link); }
    void at_client(engineio::abort_exchange const& event) { aborted(event.exchange); }
    void at_client(engineio::post_farewell const& event) { request(event.exchange, "1"); }
    void at_client(engineio::upgraded const&) { upgraded = true; }
    void at_client(engineio::client_closed const& event)
    {
        client_end.push_back(std::string(name(event.reason)) + ": " + std::string(event.detail));
    }
    void at_client(engineio::session_opened const&) {}
    void at_client(engineio::ping_received const&) {}
    void at_client(engineio::upgrade_failed const&) {}

    void drain_server()
    {
        while (auto const event = server_->next_event())
            std::visit([this](auto const& each) { at_server(each); }, *event);
    }
    void at_server(engineio::message_received const& event)
    {
        server_heard.push_back((event.is_binary ? "b" : "") + std::string(event.data));
    }
    void at_server(engineio::probe_answered const& event) { to_client(event.link, false, "3probe"); }
    void at_server(engineio::upgraded const&) {}
    void at_server(engineio::respond const& event)
    {
        using engineio::answer;
        bool const ok = event.what == answer::ok || event.what == answer::noop || event.what == answer::close;
        auto const* const body = event.what == answer::ok ? "ok" : event.what == answer::noop ? "6" : "1";
        this->answer(event.exchange, ok ? 200 : 400, ok ? body : "");
    }
    void at_server(engineio::close_link const& event) { close_at_server(event.link); }
    void at_server(engineio::abort_exchange const& event)
    {
        at_server_.erase(event.exchange);
        later([this, exchange = event.exchange] {
            if (open_requests_.contains(exchange)) broken(exchange);
        });
    }
    void at_server(engineio::closed const& event)
    {
        server_end.push_back(std::string(name(event.reason)) + ": " + std::string(event.detail));
    }

    pair_options options_;
    engineio::session_context server_context_;
    engineio::client_context client_context_;
    engineio::client_session client_;
    std::optional<engineio::session> server_;
    engineio::time_point now_{};
    std::multimap<engineio::time_point, std::function<void()>> wire_;
    std::map<std::pair<link_id, bool>, engineio::time_point> frames_until_;
    std::set<exchange_id> open_requests_; // the client waits
    std::set<exchange_id> at_server_;     // the server has not answered
    std::set<link_id> client_links_;
    std::set<link_id> server_links_;
    std::set<link_id> broken_links_;
    std::size_t steps_ = 0;
};

} // namespace partyline::testing
