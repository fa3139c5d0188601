// The turn of a thread of long-polling clients, and what they say.
#include "load/polling_share.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load/wire.hpp"

namespace sioload {

namespace {

constexpr std::size_t buffer_size = 1 << 20;

} // namespace

polling_share::polling_share(load_options const& options, run_state& state, std::uint32_t count, std::uint32_t first)
    : options_(options),
      state_(state),
      first_(first),
      window_(options.window),
      concurrency_(std::max(1U, options.concurrency / options.threads)),
      all_(count),
      stamps_(std::size_t{count} * window_),
      buffer_(new char[buffer_size]),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      message_("42[\"echo\",\"" + text_of_length(options.payload) + "\"]"),
      target_(options.path + "?EIO=4&transport=polling"),
      headers_(" HTTP/1.1\r\nHost: " + options.host + ":" + std::to_string(options.port) + "\r\n")
{
    for (std::uint32_t i = 0; i < count; ++i) all_[i].id = i;
}

polling_share::~polling_share() { ::close(epoll_); }

void polling_share::connect_more()
{
    while (under_way_ < concurrency_ && next_ < all_.size()) {
        auto& c = all_[next_++];
        ++under_way_;
        c.began = now();
        nanoseconds none = 0;
        state_.first_connect.compare_exchange_strong(none, c.began);
        c.at = step::http;
        ask_for_more(c);
    }
}

void polling_share::fail(client& c)
{
    if (c.at == step::dead) return;
    if (c.at == step::up) {
        ++counted_.closed;
    } else {
        ++counted_.refused;
        --under_way_;
        ++state_.failed;
    }
    c.at = step::dead;
    for (auto& each : c.lines) {
        if (each.socket >= 0) close_hard(options_, each.socket);
        each.socket = -1;
    }
}

bool polling_share::open(client& c, direction on)
{
    auto& line = c.lines[on];
    line.socket = open_tcp(options_, (first_ + c.id) * 2 + on);
    if (line.socket < 0) return false;
    line.connected = false;
    line.in.clear();
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.u64 = std::uint64_t{c.id} * 2 + on;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, line.socket, &event);
    return true;
}

void polling_share::request(client& c, direction on, std::string text)
{
    auto& line = c.lines[on];
    line.busy = true;
    if (line.socket < 0 && !open(c, on)) return fail(c);
    if (!line.connected) {
        line.unsent += text;
        return;
    }
    auto sent = ::send(line.socket, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN) return fail(c);
    sent = std::max<ssize_t>(sent, 0);
    if (static_cast<std::size_t>(sent) == text.size()) return;
    ++counted_.blocked;
    line.unsent = text.substr(static_cast<std::size_t>(sent));
}

void polling_share::ask_for_more(client& c)
{
    request(c, get, "GET " + target_ + (c.sid.empty() ? "" : "&sid=" + c.sid) + headers_ + "\r\n");
}

void polling_share::tell(client& c, std::string const& body)
{
    request(c, post,
            "POST " + target_ + "&sid=" + c.sid + headers_ +
                "Content-Type: text/plain;charset=UTF-8\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\n\r\n" + body);
}

/// Fills the window, unless a POST is under way.
void polling_share::speak(client& c)
{
    if (c.at != step::up || c.lines[post].busy) return;
    auto const count = running_ ? window_ - c.under_way : 0;
    if (count == 0 && !c.owes_pong) return;
    std::string body;
    if (std::exchange(c.owes_pong, false)) body = "3";
    auto const when = now();
    for (std::uint32_t i = 0; i < count; ++i) {
        if (!body.empty()) body += '\x1e';
        body += message_;
        stamp(c, c.write_at++) = when;
    }
    c.under_way += count;
    counted_.sent += count;
    tell(c, body);
}

void polling_share::packets(client& c, std::string_view body, nanoseconds when)
{
    while (!body.empty() && c.at != step::dead) {
        auto const end = body.find('\x1e');
        packet(c, body.substr(0, end), when);
        body = end == std::string_view::npos ? std::string_view() : body.substr(end + 1);
    }
}

void polling_share::packet(client& c, std::string_view text, nanoseconds when)
{
    if (text.starts_with("0{")) {
        constexpr std::string_view key = "\"sid\":\"";
        auto const at = text.find(key);
        if (at == std::string_view::npos) return fail(c);
        c.sid = text.substr(at + key.size(), text.find('"', at + key.size()) - at - key.size());
        c.at = step::joining;
    } else if (text.starts_with('2')) {
        c.owes_pong = true;
        ++counted_.pings;
    } else if (text.starts_with("40") && c.at == step::joining) {
        c.at = step::up;
        --under_way_;
        counted_.handshake.add(when - c.began);
        state_.last_up.store(when);
        ++state_.up;
    } else if (text.starts_with("42")) {
        if (text != message_) ++counted_.bad;
        ++counted_.received;
        if (c.under_way == 0) return;
        --c.under_way;
        auto const left = stamp(c, c.read_at++);
        if (!state_.measured(when)) return;
        counted_.latency.add(when - left);
        ++counted_.messages;
    } else if (text.starts_with('1')) {
        fail(c);
    }
}

void polling_share::serve(epoll_event const& event)
{
    auto& c = all_[event.data.u64 / 2];
    auto const on = static_cast<direction>(event.data.u64 & 1);
    auto& line = c.lines[on];
    if (line.socket < 0 || c.at == step::dead) return;
    if (!line.connected) {
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(line.socket, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) return fail(c);
        if ((event.events & EPOLLOUT) == 0) return;
        line.connected = true;
    }
    if ((event.events & EPOLLOUT) != 0 && !line.unsent.empty()) {
        auto const sent = ::send(line.socket, line.unsent.data(), line.unsent.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) line.unsent.erase(0, static_cast<std::size_t>(sent));
    }
    if ((event.events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) read(c, on);
}

void polling_share::read(client& c, direction on)
{
    auto& line = c.lines[on];
    bool ended = false;
    for (;;) {
        auto const got = ::recv(line.socket, buffer_.get(), buffer_size, MSG_DONTWAIT);
        if (got <= 0) {
            ended = got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
            break;
        }
        line.in.append(buffer_.get(), static_cast<std::size_t>(got));
        if (static_cast<std::size_t>(got) < buffer_size) break;
    }
    auto const when = now();
    while (line.socket >= 0 && take_response(c, on, when)) {
    }
    if (!ended || line.socket < 0 || c.at == step::dead) return;
    if (line.busy) return fail(c); // closed under a request
    ::close(line.socket);          // kept alive for too long: the next request opens another
    line.socket = -1;
}

void polling_share::run()
{
    ::prctl(PR_SET_TIMERSLACK, 1);
    std::vector<epoll_event> events(512);
    std::uint64_t published_sent = 0;
    std::uint64_t published_received = 0;
    for (;;) {
        auto const now_in = state_.now.load(std::memory_order_acquire);
        if (now_in == phase::stop) break;
        if (now_in == phase::connect) connect_more();
        if (now_in == phase::run && !began_) {
            began_ = running_ = true;
            for (auto& c : all_) speak(c);
        }
        if (now_in >= phase::drain) running_ = false;
        int const count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), options_.spin ? 0 : 20);
        for (int i = 0; i < count; ++i) serve(events[static_cast<std::size_t>(i)]);
        state_.sent.fetch_add(counted_.sent - std::exchange(published_sent, counted_.sent), std::memory_order_relaxed);
        state_.received.fetch_add(counted_.received - std::exchange(published_received, counted_.received),
                                  std::memory_order_relaxed);
    }
}

void polling_share::close_all()
{
    for (auto& c : all_)
        for (auto& each : c.lines) {
            if (each.socket >= 0) close_hard(options_, each.socket);
            each.socket = -1;
        }
}

} // namespace sioload
