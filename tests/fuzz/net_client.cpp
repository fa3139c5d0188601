// A server, or a proxy before it, that answers a client's requests and WebSocket handshakes with anything, cut anywhere, over a socket.
// Whatever comes: each exchange is told once, what is handed over is within its limits, and nothing is left afterwards.
//
// The first byte is what the client does, the second how the answers are cut. Answers end with 0xff; each is sent when another head of
// a request has come, or another connection was made where there is none to wait for. "$" after "Sec-WebSocket-Accept: " stands for
// the right key.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/http_client.hpp"
#include "net/link_opener.hpp"
#include "net/no_host.hpp"
#include "websocket/handshake.hpp"

using namespace partyline;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t most_bytes = 20'000; // of a body or message
constexpr std::string_view end_of_head = "\r\n\r\n";

void demand(bool holds)
{
    if (!holds) std::abort();
}

/// The other end: one listening socket, and those that were accepted in this run.
class answering_end
{
public:
    answering_end() : ear_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))
    {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        demand(::bind(ear_, reinterpret_cast<sockaddr*>(&at), size) == 0 && ::listen(ear_, 64) == 0);
        ::getsockname(ear_, reinterpret_cast<sockaddr*>(&at), &size);
        port_ = ntohs(at.sin_port);
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }

    void begin(std::string_view answers, std::size_t piece, bool closes)
    {
        answers_ = answers;
        piece_ = piece;
        closes_ = closes;
    }
    void end()
    {
        while (accept()) {
        }
        for (auto const& each : lines_) {
            // no state of a closed connection may pile up over millions of runs
            linger const at_once{1, 0};
            ::setsockopt(each.descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
            ::close(each.descriptor);
        }
        lines_.clear();
    }
    /// Answers whether something has moved.
    bool step()
    {
        bool moved = accept();
        for (auto& each : lines_) moved |= step(each);
        return moved;
    }

private:
    struct line
    {
        int descriptor;
        std::string heard;
        std::string unsent;
        bool over = false;
    };

    bool accept()
    {
        int const got = ::accept4(ear_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (got >= 0) lines_.push_back({got, {}, {}});
        return got >= 0;
    }
    bool step(line& at)
    {
        if (at.over) return false;
        bool moved = false;
        char buffer[4096];
        for (ssize_t got = 0; (got = ::recv(at.descriptor, buffer, sizeof buffer, 0)) > 0; moved = true)
            at.heard.append(buffer, static_cast<std::size_t>(got));
        if (auto const head = at.heard.find(end_of_head); head != std::string::npos && at.unsent.empty()) {
            at.unsent = next_answer(std::string_view(at.heard).substr(0, head));
            at.heard.erase(0, head + end_of_head.size());
            moved = true;
            if (at.unsent.empty() && closes_) {
                ::shutdown(at.descriptor, SHUT_WR);
                at.over = true;
            }
        }
        if (at.unsent.empty()) return moved;
        auto const put = ::send(at.descriptor, at.unsent.data(), std::min(piece_, at.unsent.size()), MSG_NOSIGNAL);
        if (put <= 0) {
            at.over = true;
        } else {
            at.unsent.erase(0, static_cast<std::size_t>(put));
        }
        return true;
    }
    std::string next_answer(std::string_view request)
    {
        auto const end = answers_.find('\xff');
        std::string answer(answers_.substr(0, end));
        answers_ = end == answers_.npos ? std::string_view{} : answers_.substr(end + 1);
        constexpr std::string_view asked = "Sec-WebSocket-Key: ";
        constexpr std::string_view told = "Sec-WebSocket-Accept: $";
        auto const key = request.find(asked);
        auto const place = answer.find(told);
        if (key != request.npos && place != answer.npos)
            answer.replace(place + told.size() - 1, 1, websocket::accept_for(request.substr(key + asked.size(), 24)));
        return answer;
    }

    int ear_;
    std::uint16_t port_ = 0;
    std::vector<line> lines_;
    std::string_view answers_;
    std::size_t piece_ = 1;
    bool closes_ = false;
};

/// What all runs have in common.
struct client_end final : net::loop_host
{
    void on_wake() override {}
    void on_turn_end() override {}

    net::loop home{*this};
    net::http_options unused;
    net::no_host nobody;
    net::connections table{home, nobody, unused};
    net::system_resolver names{home};
    net::random nonces;
};

struct observer final : net::http_client_owner, net::link_open_owner, net::link_owner
{
    void on_response(net::call_id call, http::received_response response) override
    {
        told(call);
        demand(response.body.size() <= most_bytes && response.status >= 100);
    }
    void on_call_failed(net::call_id call, net::problem const&) override { told(call); }
    void on_link_open(net::link_opener&, net::link& made, std::string_view) override
    {
        ++opens;
        opened = &made;
        opener.reset();
    }
    void on_link_refused(net::link_opener&, net::problem const&, int) override
    {
        ++opens;
        opener.reset();
    }
    void on_message(net::link& from, bool, std::string_view data) override
    {
        demand(&from == opened && data.size() <= most_bytes);
        ++messages;
    }
    void on_writable(net::link&) override {}
    void on_link_closed(net::link& from, net::link_end) override
    {
        demand(&from == opened);
        opened = nullptr;
    }
    void told(net::call_id call)
    {
        demand(call >= 1 && call <= 2 && !heard[call - 1]);
        heard[call - 1] = true;
    }

    std::unique_ptr<net::link_opener> opener;
    net::link* opened = nullptr;
    bool heard[2] = {false, false};
    int opens = 0;
    int messages = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    static auto& server = *new answering_end;
    static auto& client = *new client_end;
    if (size < 2) return 0;
    auto const does = data[0];
    bool const opens_link = (does & 1) != 0;
    bool const two_requests = (does & 2) != 0;
    bool const by_proxy = (does & 4) != 0;
    bool const closes = (does & 8) != 0;
    int const steps = (does & 16) != 0 ? (does >> 5) + 1 : 300; // given up in the middle of it
    std::string_view const answers(reinterpret_cast<char const*>(data) + 2, size - 2);
    server.begin(answers, data[1] == 0 ? answers.size() + 1 : data[1], closes);

    net::http_origin origin;
    origin.where = {"127.0.0.1", server.port(), false};
    origin.authority = "127.0.0.1";
    http::cookie_jar jar;
    origin.cookies = &jar;
    if (by_proxy) {
        origin.connect.proxy.emplace();
        origin.connect.proxy->host = "127.0.0.1";
        origin.connect.proxy->port = server.port();
        origin.connect.proxy->has_credentials = true;
        origin.connect.proxy->user = "me";
    }
    net::http_client_options options;
    options.limits.body_bytes = most_bytes;
    net::link_options links;
    links.messages.max_message_size = most_bytes;
    {
        observer seen;
        net::http_client requests(client.home, client.names, origin, options, seen);
        if (opens_link) {
            net::link_wish wish{.target = "/", .protocols = {"chat"}, .deflate = websocket::deflate_options{}};
            seen.opener = std::make_unique<net::link_opener>(
                net::link_opener::place{client.home, client.names, client.table, client.nonces}, origin,
                std::move(wish), links, seen, seen);
            seen.opener->start();
        } else {
            requests.start({.method = "GET"});
            if (two_requests) requests.start({.method = "POST", .body = "body"});
        }
        int quiet = 0;
        for (int i = 0; i < steps && quiet < 3; ++i) {
            bool const moved = server.step();
            bool const turned = client.home.run_for(0ns);
            quiet = moved || turned ? 0 : quiet + 1;
        }
        demand(seen.opens <= 1);
        if (seen.opened) seen.opened->abort();
    }
    server.end();
    for (int i = 0; i < 4; ++i) client.home.run_for(0ns);
    return 0;
}
