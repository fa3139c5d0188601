// From a TCP connection to a client that has joined the main namespace, and its end.
#include <cerrno>

#include <sys/socket.h>
#include <unistd.h>

#include "load/websocket_share.hpp"
#include "load/wire.hpp"

namespace sioload {

void websocket_share::connect_more()
{
    while (under_way_ < concurrency_ && started_ < quota_) {
        std::uint32_t id = next_;
        if (next_ < all_.size()) {
            ++next_;
        } else {
            if (reusable_.empty()) return;
            id = reusable_.back();
            reusable_.pop_back();
        }
        ++started_;
        start(id);
    }
}

void websocket_share::start(std::uint32_t id)
{
    auto& c = all_[id];
    c.began = now();
    nanoseconds none = 0;
    state_.first_connect.compare_exchange_strong(none, c.began);
    ++under_way_;
    c.at = step::tcp;
    c.to_skip = 0;
    c.whole = true;
    c.incomplete.clear();
    c.socket = open_tcp(options_, first_ + id);
    if (c.socket < 0) {
        c.at = step::dead;
        --under_way_;
        ++counted_.refused;
        ++state_.failed;
        return;
    }
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.u32 = id;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, c.socket, &event);
    // On loopback the connection stands when connect() returns: the request is sent at once.
    auto const sent = ::send(c.socket, request_.data(), request_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent == static_cast<ssize_t>(request_.size())) c.at = step::http;
}

void websocket_share::came_up(connection& c)
{
    auto const when = now();
    counted_.handshake.add(when - c.began);
    c.at = step::up;
    --under_way_;
    if (options_.churn) {
        ::close(c.socket);
        c.socket = -1;
        c.at = step::none;
        reusable_.push_back(c.id);
    }
    state_.last_up.store(when, std::memory_order_relaxed);
    state_.up.fetch_add(1, std::memory_order_relaxed);
}

void websocket_share::drop(connection& c)
{
    if (c.socket < 0) return;
    close_hard(options_, c.socket);
    c.socket = -1;
    if (c.at == step::up) {
        ++counted_.closed;
    } else {
        ++counted_.refused;
        --under_way_;
        ++state_.failed;
    }
    c.at = step::dead;
    c.unsent.clear();
}

void websocket_share::http(connection& c, char const* data, std::size_t size, nanoseconds when)
{
    if (!c.response) c.response = std::make_unique<std::string>();
    c.response->append(data, size);
    auto const end = c.response->find("\r\n\r\n");
    if (end == std::string::npos) {
        if (c.response->size() > 16'384) drop(c);
        return;
    }
    // The answer to the key of RFC 6455, section 1.3.
    if (!c.response->starts_with("HTTP/1.1 101") ||
        c.response->find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") == std::string::npos) {
        ++counted_.bad;
        return drop(c);
    }
    c.at = step::open;
    std::string const more = c.response->substr(end + 4);
    c.response.reset();
    if (!more.empty()) parse(c, more.data(), more.data() + more.size(), when);
}

void websocket_share::handshake_message(connection& c, char const* data, std::size_t size)
{
    if (size == 0) return;
    std::string_view const text(data, size);
    if (c.at == step::open && text.starts_with("0{")) {
        c.at = step::joining;
        send(c, join_namespace_);
    } else if (c.at == step::joining && text.starts_with("40")) {
        came_up(c);
    } else if (text[0] == '2') {
        send(c, pong_);
    } else if (text.starts_with("44")) {
        ++counted_.bad;
        drop(c);
    }
}

void websocket_share::close_all()
{
    for (auto& c : all_) {
        if (c.socket >= 0) close_hard(options_, c.socket);
        c.socket = -1;
    }
}

} // namespace sioload
