// A loop with its connections and a listener on a free port, and plain clients beside it, all on the test's one thread: nothing
// moves unless the test asks for it, and nobody sleeps.
#pragma once

#include <chrono>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <partyline/http.hpp>

#include "engineio/delivery.hpp"
#include "engineio/outgoing.hpp"
#include "net/connections.hpp"
#include "net/listener.hpp"
#include "net/listening_socket.hpp"
#include "net/loop.hpp"
#include "websocket/frame.hpp"

namespace partyline::net::test {

using namespace std::chrono_literals;

/// A non-blocking client socket that collects what it is sent.
class plain_client
{
public:
    explicit plain_client(std::uint16_t port, int receive_buffer = 0)
    {
        fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (receive_buffer > 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to);
        int const on = 1;
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    explicit plain_client(sockaddr const* to, socklen_t length)
        : fd_(::socket(to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
    {
        ::connect(fd_, to, length);
    }
    plain_client(plain_client const&) = delete;
    plain_client& operator=(plain_client const&) = delete;
    ~plain_client() { close(); }

    void send(std::string_view bytes) { unsent_ += bytes; }
    void pump()
    {
        if (fd_ < 0) return;
        if (!unsent_.empty()) {
            auto const put = ::send(fd_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
            if (put > 0) unsent_.erase(0, static_cast<std::size_t>(put));
        }
        if (stopped) return;
        char buffer[65536];
        for (;;) {
            auto const got = ::recv(fd_, buffer, sizeof buffer, 0);
            if (got > 0) {
                text.append(buffer, static_cast<std::size_t>(got));
                if (static_cast<std::size_t>(got) < sizeof buffer) continue;
                return;
            }
            if (got == 0)
                ended = true;
            else if (errno != EAGAIN && errno != ENOTCONN)
                ended = was_reset = true;
            return;
        }
    }
    [[nodiscard]] bool all_sent() const { return unsent_.empty(); }
    void finish() { ::shutdown(fd_, SHUT_WR); }
    void reset()
    {
        linger const at_once{1, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close();
    }
    void close()
    {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }
    [[nodiscard]] int descriptor() const { return fd_; }

    std::string text; // received
    bool ended = false;
    bool was_reset = false;
    bool stopped = false; // does not read

private:
    int fd_ = -1;
    std::string unsent_;
};

/// A delivery of one text message, or with a binary one behind it.
inline engineio::delivery_ref make_delivery(std::string_view text, std::vector<binary> attachments = {},
                                            bool compress = true)
{
    engineio::outgoing_part part;
    part.buffer = std::string(16, '\0') + std::string(text);
    part.begin = 16;
    return engineio::delivery_ref::make(engineio::make_message(std::move(part), std::move(attachments), compress));
}

/// Touches the 64 bytes that have to be readable behind received data: a sanitizer objects where they are not.
inline void touch_behind(std::string_view data)
{
    for (std::size_t i = 0; i < 64; ++i) [[maybe_unused]] char const volatile byte = data.data()[data.size() + i];
}

/// A frame as a client sends it, masked.
inline std::string client_frame(websocket::opcode code, std::string_view payload, bool fin = true, bool rsv1 = false)
{
    std::string out;
    websocket::append_frame(out,
                            {.code = code,
                             .fin = fin,
                             .rsv1 = rsv1,
                             .mask = websocket::mask_key{0x12, 0x34, 0x56, 0x78},
                             .payload_size = 0},
                            payload);
    return out;
}
inline std::string text_frame(std::string_view payload) { return client_frame(websocket::opcode::text, payload); }

/// A frame as the server sends it.
inline std::string server_frame(std::string_view payload, websocket::opcode code = websocket::opcode::text)
{
    std::string out;
    websocket::append_frame(out, {.code = code, .fin = true, .rsv1 = false, .mask = {}, .payload_size = 0}, payload);
    return out;
}

/// The owner of a link: keeps the queue, as a session does, and writes it at the end of each turn.
class test_owner final : public link_owner
{
public:
    void on_message(link& from, bool is_binary, std::string_view data) override
    {
        messages.emplace_back(data);
        if (on_data) on_data(from, is_binary, data);
    }
    void on_writable(link&) override { ++writable; }
    void on_link_closed(link&, link_end how) override
    {
        ++ends;
        end = how;
        current = nullptr;
    }

    void flush()
    {
        if (!current || (queue.empty() && !always_write)) return;
        std::size_t const done = current->write(queue);
        queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(done));
        if (current && current->blocked()) ++blocked_flushes;
    }

    link* current = nullptr;
    std::vector<engineio::delivery_ref> queue;
    std::vector<std::string> messages;
    std::function<void(link&, bool, std::string_view)> on_data;
    link_end end;
    int ends = 0;
    int writable = 0;
    int blocked_flushes = 0;
    bool always_write = false;
};

class net_world final : public loop_host, public http_host
{
public:
    explicit net_world(http_options chosen = {}, tls_context const* tls = nullptr, loop_options loops = {},
                       bool listening = true)
        : options(chosen), shard(*this, loops), table(shard, *this, options)
    {
        if (!listening) return;
        socket = listen_on({.host = "127.0.0.1"}).front();
        ear = std::make_unique<listener>(shard, table, socket, tls);
    }
    ~net_world() { shard.retire(std::move(ear)); }

    [[nodiscard]] std::uint16_t port() const { return socket->address().port; }

    plain_client& connect(int receive_buffer = 0)
    {
        clients.push_back(std::make_unique<plain_client>(port(), receive_buffer));
        return *clients.back();
    }

    /// Lets everybody work until `condition` holds; false after five seconds.
    template <class Condition>
    bool until(Condition condition, std::chrono::milliseconds limit = 5s)
    {
        auto const end = std::chrono::steady_clock::now() + limit;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > end) return false;
            step();
        }
        return true;
    }
    void step(std::chrono::milliseconds patience = 1ms)
    {
        for (auto& client : clients) client->pump();
        shard.run_for(patience);
        for (auto* other : beside) other->step(0ms);
        for (auto& client : clients) client->pump();
    }
    bool until_text(plain_client& client, std::string_view expected)
    {
        return until([&] { return client.text.find(expected) != std::string::npos; });
    }

    /// A client whose upgrade has been accepted; its text is empty.
    plain_client& open_link(test_owner& owner, link_options const& how, std::string_view early = {},
                            int receive_buffer = 0)
    {
        accept_as = &owner;
        accept_with = &how;
        auto& client = connect(receive_buffer);
        client.send(upgrade_request);
        client.send(early);
        EXPECT_TRUE(until([&] { return owner.current != nullptr; }));
        EXPECT_TRUE(until_text(client, "\r\n\r\n"));
        client.text.erase(0, client.text.find("\r\n\r\n") + 4);
        return client;
    }

    static constexpr std::string_view upgrade_request =
        "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    // loop_host
    void on_wake() override { ++wakes; }
    void on_turn_end() override
    {
        ++turn_ends;
        if (at_turn_end) at_turn_end();
        for (auto* owner : owners) owner->flush();
    }
    void on_slow_turn(std::chrono::nanoseconds) override { ++slow_turns; }

    // http_host
    std::uint64_t on_head(exchange_id exchange, http::request const& request) override
    {
        return head ? head(exchange, request) : 1000;
    }
    void on_request(exchange_id exchange, http::request const& request, std::string_view body) override
    {
        requests.push_back(std::string(request.method_text()) + " " + request.target +
                           (body.empty() ? "" : " " + std::string(body)));
        last = exchange;
        if (answer)
            answer(exchange, request, body);
        else
            table.respond(exchange, http::response::text(200, "ok"));
    }
    void on_upgrade(exchange_id exchange, http::request const& request) override
    {
        last = exchange;
        ++upgrades;
        if (upgrade) return upgrade(exchange, request);
        if (accept_as) accept(exchange);
    }
    void on_aborted(exchange_id exchange) override { aborted.push_back(exchange); }
    http::response refusal(int status, http::request const* request) override
    {
        refused.push_back(std::to_string(status) + " " + (request ? request->target : ""));
        return http_host::refusal(status, request);
    }

    link* accept(exchange_id exchange)
    {
        owners.push_back(accept_as);
        accept_as->current = table.accept_websocket(exchange, "HTTP/1.1 101 Switching Protocols\r\n\r\n", deflate,
                                                    *accept_with, *accept_as);
        return accept_as->current;
    }

    http_options options;
    loop shard;
    connections table;
    std::shared_ptr<listening_socket const> socket;
    std::unique_ptr<listener> ear;
    std::vector<std::unique_ptr<plain_client>> clients;
    std::vector<net_world*> beside;

    std::function<std::uint64_t(exchange_id, http::request const&)> head;
    std::function<void(exchange_id, http::request const&, std::string_view)> answer;
    std::function<void(exchange_id, http::request const&)> upgrade;
    std::function<void()> at_turn_end;
    std::vector<std::string> requests;
    std::vector<std::string> refused;
    std::vector<exchange_id> aborted;
    exchange_id last = 0;
    int upgrades = 0;
    int wakes = 0;
    int turn_ends = 0;
    int slow_turns = 0;

    test_owner* accept_as = nullptr;
    link_options const* accept_with = nullptr;
    std::optional<websocket::deflate_parameters> deflate;
    std::vector<test_owner*> owners;
};

} // namespace partyline::net::test
