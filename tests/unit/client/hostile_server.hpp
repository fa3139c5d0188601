// A server that breaks every rule, on a real port: each connection runs a script on a thread of its own, until the server is told to be
// good; from then on connections are passed on to one that is. It does not know Partyline.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "websocket/handshake.hpp"

namespace partyline::test {

/// One connection in the hands of a script. Everything fails once the other end has closed it, or the server is over.
class hostile_line
{
public:
    hostile_line(int descriptor, std::atomic<bool> const& over) noexcept : descriptor_(descriptor), over_(over) {}

    /// All of it, or nothing that counts.
    bool send(std::string_view bytes)
    {
        while (!bytes.empty()) {
            if (over_) return false;
            auto const sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent < 0 && errno == EAGAIN) {
                wait(POLLOUT);
                continue;
            }
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    /// The same bytes again and again, until the other end has had enough.
    void flood(std::string_view bytes)
    {
        while (send(bytes)) {
        }
    }
    /// One byte after the other, and a pause behind each.
    void drip(std::string_view bytes, std::chrono::milliseconds pause = std::chrono::milliseconds(5))
    {
        while (true)
            for (char const& each : bytes) {
                if (!send({&each, 1})) return;
                pollfd heard{descriptor_, POLLRDHUP, 0};
                ::poll(&heard, 1, static_cast<int>(pause.count()));
                if ((heard.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) return;
            }
    }
    /// The head of a request, with its empty line; empty: there will be none. What follows is left for the next.
    std::string request()
    {
        for (;;) {
            if (auto const end = received_.find("\r\n\r\n"); end != std::string::npos) {
                auto head = received_.substr(0, end + 4);
                received_.erase(0, end + 4);
                return head;
            }
            if (!receive()) return {};
        }
    }
    /// Until the other end closes.
    void hold()
    {
        while (receive()) received_.clear();
    }
    /// Says no more, and reads until the other end closes. To close at once would destroy what that end has not read yet, if it had sent something.
    void end()
    {
        ::shutdown(descriptor_, SHUT_WR);
        hold();
    }
    /// Reads nothing, until the other end closes or the server is over.
    void be_silent()
    {
        while (!over_) {
            pollfd heard{descriptor_, POLLRDHUP, 0};
            ::poll(&heard, 1, tick);
            if ((heard.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) return;
        }
    }

    // --- what most scripts begin with ----------------------------------------------------------------------------

    bool answer(std::string_view body, std::string_view headers = {})
    {
        return send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
                    std::string(headers) + "\r\n" + std::string(body));
    }
    /// Agrees to the WebSocket that was asked for; with compression, where that was offered.
    bool upgrade(bool compressed = false)
    {
        auto const head = request();
        auto const key = value_of(head, "Sec-WebSocket-Key: ");
        websocket::deflate_options const deflate;
        auto const made = websocket::accept_upgrade({.method = "GET",
                                                     .upgrade = "websocket",
                                                     .connection = "Upgrade",
                                                     .key = key,
                                                     .version = "13",
                                                     .extensions = value_of(head, "Sec-WebSocket-Extensions: ")},
                                                    compressed ? &deflate : nullptr);
        auto const* const yes = std::get_if<websocket::upgrade_answer>(&made);
        return yes && send(yes->head + "\r\n");
    }
    /// A frame as a server sends it: the first byte as it stands (0x81: a whole text).
    bool frame(unsigned char first, std::string_view payload)
    {
        return send(head_of(first, payload.size()) + std::string(payload));
    }
    static std::string head_of(unsigned char first, std::uint64_t size)
    {
        std::string out(1, static_cast<char>(first));
        int const bytes = size < 126 ? 0 : size < 65'536 ? 2 : 8;
        out += static_cast<char>(bytes == 0 ? size : bytes == 2 ? 126 : 127);
        for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(size >> (8 * i));
        return out;
    }
    bool text(std::string_view payload) { return frame(0x81, payload); }
    bool bytes(std::string_view payload) { return frame(0x82, payload); }

    static std::string value_of(std::string const& head, std::string_view name)
    {
        auto const at = head.find(name);
        if (at == std::string::npos) return {};
        auto const begin = at + name.size();
        return head.substr(begin, head.find("\r\n", begin) - begin);
    }

private:
    static constexpr int tick = 20; // ms

    void wait(short what) const
    {
        pollfd heard{descriptor_, what, 0};
        ::poll(&heard, 1, tick);
    }
    bool receive()
    {
        char buffer[16 * 1024];
        while (!over_) {
            auto const got = ::recv(descriptor_, buffer, sizeof buffer, MSG_DONTWAIT);
            if (got > 0) {
                received_.append(buffer, static_cast<std::size_t>(got));
                return true;
            }
            if (got == 0 || errno != EAGAIN) return false;
            wait(POLLIN);
        }
        return false;
    }

    int descriptor_;
    std::atomic<bool> const& over_;
    std::string received_;
};

class hostile_server
{
public:
    using script = std::function<void(hostile_line&)>;

    explicit hostile_server(script play)
        : play_(std::move(play)), ear_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        int const little = 32 * 1024; // so that what is on the way is little, too
        ::setsockopt(ear_, SOL_SOCKET, SO_SNDBUF, &little, sizeof little);
        if (::bind(ear_, reinterpret_cast<sockaddr*>(&at), size) != 0 || ::listen(ear_, 64) != 0 ||
            ::getsockname(ear_, reinterpret_cast<sockaddr*>(&at), &size) != 0)
            throw std::runtime_error("the hostile server cannot listen");
        port_ = ntohs(at.sin_port);
        accepting_ = std::thread([this] { accept(); });
    }
    hostile_server(hostile_server const&) = delete;
    hostile_server& operator=(hostile_server const&) = delete;
    ~hostile_server()
    {
        over_ = true;
        accepting_.join();
        for (auto& each : lines_) each.join();
        ::close(ear_);
    }

    [[nodiscard]] std::string url(std::string_view rest = {}) const
    {
        return "http://127.0.0.1:" + std::to_string(port_) + std::string(rest);
    }
    /// Connections from now on reach the server on that port.
    void be_good(std::uint16_t port) { good_ = port; }
    [[nodiscard]] int connections() const noexcept { return connections_; }

private:
    void accept()
    {
        while (!over_) {
            pollfd heard{ear_, POLLIN, 0};
            if (::poll(&heard, 1, 20) != 1) continue;
            int const descriptor = ::accept4(ear_, nullptr, nullptr, SOCK_CLOEXEC);
            if (descriptor < 0) continue;
            ++connections_;
            lines_.emplace_back([this, descriptor] {
                if (std::uint16_t const port = good_; port != 0) {
                    pass_on(descriptor, port);
                } else {
                    hostile_line line(descriptor, over_);
                    play_(line);
                }
                ::close(descriptor);
            });
        }
    }
    void pass_on(int left, std::uint16_t port)
    {
        int const right = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_port = htons(port);
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        bool alive = ::connect(right, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0;
        while (alive && !over_) {
            pollfd heard[2] = {{left, POLLIN, 0}, {right, POLLIN, 0}};
            ::poll(heard, 2, 20);
            for (int i = 0; i < 2 && alive; ++i) {
                if (heard[i].revents == 0) continue;
                char buffer[16 * 1024];
                auto const got = ::recv(heard[i].fd, buffer, sizeof buffer, 0);
                alive = got > 0;
                hostile_line to(heard[1 - i].fd, over_);
                if (alive) alive = to.send({buffer, static_cast<std::size_t>(got)});
            }
        }
        ::close(right);
    }

    script play_;
    int ear_;
    std::uint16_t port_ = 0;
    std::atomic<bool> over_{false};
    std::atomic<std::uint16_t> good_{0};
    std::atomic<int> connections_{0};
    std::vector<std::thread> lines_; // touched by `accepting_` until that has ended
    std::thread accepting_;
};

} // namespace partyline::test
