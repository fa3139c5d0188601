// The turn of a thread of WebSocket clients: phases, waiting, sending.
#include "load/websocket_share.hpp"

#include <algorithm>
#include <cerrno>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load/wire.hpp"

namespace sioload {

namespace {

std::string upgrade_request(load_options const& options)
{
    return "GET " + options.path + "?EIO=4&transport=websocket HTTP/1.1\r\nHost: " + options.host + ":" +
           std::to_string(options.port) +
           "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
           "Sec-WebSocket-Version: 13\r\n" +
           (options.deflate ? "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "
                              "client_no_context_takeover\r\n"
                            : "") +
           "\r\n";
}

} // namespace

websocket_share::websocket_share(load_options const& options, run_state& state, std::uint32_t index,
                                 std::uint32_t count, std::uint32_t first)
    : options_(options),
      state_(state),
      index_(index),
      first_(first),
      concurrency_(std::max(1U, options.concurrency / options.threads)),
      quota_(count),
      all_(options.churn ? std::min(count, concurrency_) : count),
      events_(options.rate > 0 ? 64 : 512),
      memory_(new char[room_before + buffer_size]),
      buffer_(memory_.get() + room_before),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      request_(upgrade_request(options)),
      join_namespace_(masked_frame("40")),
      pong_(masked_frame("3"))
{
    for (std::uint32_t i = 0; i < all_.size(); ++i) all_[i].id = i;
    scenario_ = make_scenario(*this);
}

websocket_share::~websocket_share() { ::close(epoll_); }

void websocket_share::send(connection& to, std::string_view bytes)
{
    if (to.socket < 0) return;
    if (!to.unsent.empty()) {
        to.unsent.append(bytes);
        return;
    }
    auto sent = ::send(to.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
        if (errno != EAGAIN && errno != EWOULDBLOCK) return drop(to);
        sent = 0;
    }
    if (static_cast<std::size_t>(sent) == bytes.size()) return;
    ++counted_.blocked;
    to.unsent = bytes.substr(static_cast<std::size_t>(sent));
}

void websocket_share::flush(connection& c)
{
    while (!c.unsent.empty()) {
        auto const sent = ::send(c.socket, c.unsent.data(), c.unsent.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent <= 0) {
            if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
            return drop(c);
        }
        c.unsent.erase(0, static_cast<std::size_t>(sent));
    }
    c.unsent.shrink_to_fit();
}

void websocket_share::join_rooms()
{
    for (auto& c : all_) {
        if (c.at != step::up) continue;
        auto const name = options_.rooms == 1 ? options_.room : room_name(options_, (first_ + c.id) % options_.rooms);
        send(c, masked_frame("420[\"join\",\"" + name + "\"]"));
    }
}

/// The last ones of all clients read no more.
void websocket_share::mute_slow_readers()
{
    auto const first_slow = options_.connections - std::min(options_.slow, options_.connections - 1);
    for (auto& c : all_) {
        if (c.at != step::up || first_ + c.id < first_slow) continue;
        ::epoll_ctl(epoll_, EPOLL_CTL_DEL, c.socket, nullptr);
        c.muted = true;
    }
}

std::uint32_t websocket_share::close_slow_readers()
{
    std::uint32_t cut_off = 0;
    for (auto& c : all_) {
        if (!c.muted || c.socket < 0) continue;
        pollfd asked{c.socket, POLLRDHUP, 0};
        ::poll(&asked, 1, 0);
        if ((asked.revents & (POLLHUP | POLLERR | POLLRDHUP)) != 0) ++cut_off;
        close_hard(options_, c.socket);
        c.socket = -1;
    }
    return cut_off;
}

void websocket_share::enter(phase now_in)
{
    phase_ = now_in;
    if (now_in == phase::connect) connect_more();
    if (now_in == phase::join && !joined_) {
        joined_ = true;
        join_rooms();
    }
    if (now_in == phase::run && !began_) {
        began_ = running_ = true;
        if (options_.kind == scenario_kind::slow) mute_slow_readers();
        scenario_->begin();
        if (options_.rate > 0) due_ = scenario_->pace(now());
    }
    if (now_in >= phase::drain) running_ = false;
}

void websocket_share::serve(epoll_event const& event)
{
    auto& c = all_[event.data.u32];
    if (c.socket < 0) return;
    if (c.at == step::tcp) {
        if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) return drop(c);
        if ((event.events & EPOLLOUT) == 0) return;
        c.at = step::http;
        return send(c, request_);
    }
    if ((event.events & EPOLLOUT) != 0 && !c.unsent.empty()) flush(c);
    if (c.socket >= 0 && (event.events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) readable(c);
}

void websocket_share::wait_and_serve()
{
    bool const naps = options_.coalesce_us > 0 && options_.rate <= 0 && phase_ >= phase::run;
    timespec patience{0, 20'000'000};
    if (options_.spin || naps) {
        patience.tv_nsec = 0;
    } else if (running_ && due_ != 0) {
        auto const when = now();
        patience.tv_nsec = due_ > when ? static_cast<long>(std::min<nanoseconds>(due_ - when, 20'000'000)) : 0;
    }
    auto const asked = options_.spin ? now() : 0;
    int const count = ::epoll_pwait2(epoll_, events_.data(), static_cast<int>(events_.size()), &patience, nullptr);
    if (running_ && due_ != 0) due_ = scenario_->pace(now());
    if (options_.spin && count == 0) { // what a spinning thread does not do
        auto const when = now();
        if (measured(asked) && measured(when)) counted_.idle += when - asked;
    }
    for (int i = 0; i < count; ++i) serve(events_[static_cast<std::size_t>(i)]);
    // On a network nobody would be woken by the server's core: a sleep on a timer keeps that out of the server's account.
    if (naps && count < 48) {
        timespec const nap{0, static_cast<long>(options_.coalesce_us * 1e3)};
        ::clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, nullptr);
    }
    publish(count <= 0 || phase_ == phase::drain);
}

void websocket_share::publish(bool always)
{
    if (phase_ < phase::run || (!always && counted_.received - published_received_ < 1'000)) return;
    state_.sent.fetch_add(counted_.sent - published_sent_, std::memory_order_relaxed);
    state_.received.fetch_add(counted_.received - published_received_, std::memory_order_relaxed);
    published_sent_ = counted_.sent;
    published_received_ = counted_.received;
}

void websocket_share::run()
{
    ::prctl(PR_SET_TIMERSLACK, 1);
    for (;;) {
        auto const now_in = state_.now.load(std::memory_order_acquire);
        if (now_in == phase::stop) break;
        enter(now_in);
        wait_and_serve();
    }
    counted_.inflated = inflated_.count();
}

} // namespace sioload
