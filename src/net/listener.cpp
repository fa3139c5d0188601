// Accepting, and what to do when there are no descriptors left to accept with.
#include "net/listener.hpp"

#include <cerrno>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <partyline/error.hpp>

#include "net/connections.hpp"

namespace partyline::net {

namespace {

constexpr auto pause_time = std::chrono::milliseconds(100);

int open_spare() noexcept { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

bool is_shortage(int reason) noexcept
{
    return reason == EMFILE || reason == ENFILE || reason == ENOBUFS || reason == ENOMEM;
}

} // namespace

// EPOLLEXCLUSIVE does not reach through a nested set, so several loops may wake for one connection; all but one find nothing.
// It still keeps them from being woken twice, and costs nothing.
listener::listener(loop& loop, connections& target, std::shared_ptr<listening_socket const> socket,
                   tls_context const* tls)
    : channel(socket->descriptor()),
      loop_(loop),
      target_(target),
      socket_(std::move(socket)),
      tls_(tls),
      spare_(open_spare())
{
    if (!loop_.add(*this, EPOLLIN | EPOLLEXCLUSIVE)) throw error(errc::system_failure, "epoll_ctl");
}

listener::~listener()
{
    if (!paused_)
        loop_.remove(*this);
    else
        loop_.cancel(*this);
    if (spare_ >= 0) ::close(spare_);
}

void listener::on_ready(std::uint32_t)
{
    for (int i = 0; i < batch; ++i) {
        sockaddr_storage address;
        socklen_t length = sizeof address;
        int const accepted =
            ::accept4(descriptor_, reinterpret_cast<sockaddr*>(&address), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (accepted < 0) {
            if (errno == EINTR || errno == ECONNABORTED) continue;
            if (is_shortage(errno) && refuse_one()) continue;
            return;
        }
        connection_info info;
        info.secure = tls_ != nullptr;
        if (!socket_->is_unix()) {
            int const on = 1;
            ::setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            info.remote = to_socket_address(reinterpret_cast<sockaddr const&>(address), length);
        }
        info.local = socket_->address();
        ++loop_.counters().accepted;
        target_.accept(accepted, tls_, std::move(info));
    }
}

// No descriptor is left: the spare one is given up to take one client off the queue and close it. Where that does not help,
// accepting pauses, because the queue would stay readable and the loop would spin.
bool listener::refuse_one()
{
    ++loop_.counters().accept_failures;
    if (spare_ >= 0) {
        ::close(spare_);
        int const refused = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
        if (refused >= 0) ::close(refused);
        spare_ = open_spare();
        if (refused >= 0 && spare_ >= 0) return true;
    }
    pause();
    return false;
}

void listener::pause()
{
    loop_.remove(*this);
    paused_ = true;
    loop_.schedule(*this, loop_.now() + pause_time);
}

void listener::on_deadline(time_point)
{
    if (spare_ < 0) spare_ = open_spare();
    paused_ = !loop_.add(*this, EPOLLIN | EPOLLEXCLUSIVE);
    if (paused_) loop_.schedule(*this, loop_.now() + pause_time);
}

} // namespace partyline::net
