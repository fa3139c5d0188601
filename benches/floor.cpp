// The floor: no more than a loop of `recv` and `send` that answers what sioload asks by WebSocket, without parsing JSON, and without rooms,
// limits, heartbeats, compression or long-polling. No server can be cheaper by much; it is there to be compared with, and nothing else.
// PORT comes from the environment.
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "websocket/frame.hpp"
#include "websocket/handshake.hpp"
#include "websocket/message_reader.hpp"

namespace {

namespace websocket = partyline::websocket;

constexpr websocket::message_limits limits;
constexpr std::string_view session =
    R"({"sid":"abcdefghijklmnopqrst","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})";

struct client
{
    int descriptor;
    std::string head; // of the handshake, until it is whole
    bool is_open = false;
    websocket::message_reader reader{websocket::role::server, limits};
};

class loop
{
public:
    explicit loop(std::uint16_t port)
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int const on = 1;
        ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        socklen_t size = sizeof address;
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 4096) != 0 ||
            ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        {
            std::cerr << "cannot listen: " << std::strerror(errno) << '\n';
            std::exit(1);
        }
        std::cout << "listening " << ntohs(address.sin_port) << std::endl;
        watch(listener_, nullptr);
    }

    [[noreturn]] void run()
    {
        std::array<epoll_event, 256> ready{};
        for (;;) {
            int const count = ::epoll_wait(epoll_, ready.data(), ready.size(), -1);
            for (int i = 0; i < count; ++i) {
                auto* const who = static_cast<client*>(ready[static_cast<std::size_t>(i)].data.ptr);
                who ? read(*who) : accept();
            }
        }
    }

private:
    void watch(int descriptor, client* who)
    {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = who;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
    }

    void accept()
    {
        int descriptor = -1;
        while ((descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
            int const on = 1;
            ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            if (clients_.size() <= static_cast<std::size_t>(descriptor)) clients_.resize(descriptor + 1U);
            auto& place = clients_[static_cast<std::size_t>(descriptor)];
            place = std::make_unique<client>();
            place->descriptor = descriptor;
            watch(descriptor, place.get());
        }
    }

    void read(client& from)
    {
        auto const count = ::recv(from.descriptor, buffer_.data(), buffer_.size() - 64, 0);
        if (count < 0 && errno == EAGAIN) return;
        if (count <= 0) return forget(from);
        std::span<char> bytes(buffer_.data(), static_cast<std::size_t>(count));
        if (!from.is_open) return open(from, {bytes.data(), bytes.size()});
        from.reader.receive(bytes);
        while (auto const event = from.reader.next_event()) {
            auto const* const message = std::get_if<websocket::message>(&*event);
            if (!message) return forget(from);
            answer(from, message->data);
        }
        send(from, out_);
        out_.clear();
        if (to_all_.empty()) return;
        for (auto const* const each : open_) send(*each, to_all_);
        to_all_.clear();
    }

    void open(client& who, std::string_view bytes)
    {
        who.head += bytes;
        if (!who.head.ends_with("\r\n\r\n")) return;
        constexpr std::string_view name = "\r\nSec-WebSocket-Key: ";
        auto const key = who.head.find(name);
        if (key == std::string::npos) return forget(who);
        auto const begin = key + name.size();
        auto const accepted =
            websocket::accept_for(std::string_view(who.head).substr(begin, who.head.find('\r', begin) - begin));
        std::string text =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
            accepted + "\r\n\r\n";
        add(text, "0" + std::string(session));
        send(who, text);
        who.head = {};
        who.is_open = true;
    }

    void answer(client& from, std::string_view packet)
    {
        if (packet == "40") {
            open_.push_back(&from);
            return add(out_, R"(40{"sid":"abcdefghijklmnopqrst"})");
        }
        if (packet.starts_with(R"(42["broadcast",)")) return add(to_all_, packet);
        if (packet.starts_with("42[")) return add(out_, packet); // an echo
        auto const bracket = packet.find('[');
        auto const comma = packet.find(',');
        if (!packet.starts_with("42") || comma == std::string_view::npos) return;
        std::string text = "43";
        text.append(packet.substr(2, bracket - 2)).append("[").append(packet.substr(comma + 1));
        add(out_, text);
    }

    static void add(std::string& out, std::string_view payload)
    {
        websocket::append_frame(out, {.code = websocket::opcode::text}, payload);
    }

    void send(client const& to, std::string_view bytes)
    {
        while (!bytes.empty()) {
            auto const sent = ::send(to.descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent > 0) {
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            } else if (errno == EAGAIN) { // a load reads what it is sent
                pollfd room{to.descriptor, POLLOUT, 0};
                ::poll(&room, 1, -1);
            } else {
                return; // the reading will say it
            }
        }
    }

    void forget(client& who)
    {
        out_.clear(); // nobody else's
        std::erase(open_, &who);
        ::close(who.descriptor);
        clients_[static_cast<std::size_t>(who.descriptor)].reset();
    }

    int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<std::unique_ptr<client>> clients_; // by descriptor
    std::vector<client*> open_;                    // who has joined
    std::string out_;                              // what one read has asked for goes out in one piece,
    std::string to_all_;                           // to its sender and to everybody
    std::array<char, 65'536 + 64> buffer_{};
};

} // namespace

int main()
{
    char const* const port = std::getenv("PORT");
    loop(static_cast<std::uint16_t>(port == nullptr ? 0 : std::strtol(port, nullptr, 10))).run();
}
