// A Socket.IO client over WebSocket on a blocking socket, small enough to be trusted: it knows frames without extensions, pings, and
// the packets of the main namespace. For tests that drive a whole server in their own process.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace partyline::test {

/// A blocking TCP connection to this machine that gives up reading after ten seconds.
inline int connect_to(std::uint16_t port)
{
    int const fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    timeval const patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    int const on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) throw std::runtime_error("cannot connect");
    return fd;
}

/// One HTTP request on a connection of its own; all that comes until the server closes. `request`: up to its last header.
inline std::string ask_http(std::uint16_t port, std::string_view request)
{
    int const fd = connect_to(port);
    auto const text = std::string(request) + "Host: x\r\nConnection: close\r\n\r\n";
    (void)::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    std::string all;
    char buffer[4096];
    for (;;) {
        auto const got = ::recv(fd, buffer, sizeof buffer, 0);
        if (got <= 0) break;
        all.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(fd);
    return all;
}

/// Nothing more will come.
struct line_closed : std::runtime_error
{
    line_closed() : std::runtime_error("the server has closed the connection") {}
};

class wire_client
{
public:
    /// Connects and joins the main namespace; `join` false: only connects.
    explicit wire_client(std::uint16_t port, std::string_view auth = "", bool join = true)
    {
        fd_ = connect_to(port);
        write("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: "
              "Upgrade\r\n"
              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        while (input_.find("\r\n\r\n") == std::string::npos) read_more();
        input_.erase(0, input_.find("\r\n\r\n") + 4);
        receive(); // the open packet
        if (!join) return;
        send("40" + std::string(auth));
        joined_ = receive();
    }
    wire_client(wire_client const&) = delete;
    wire_client& operator=(wire_client const&) = delete;
    ~wire_client() { close(); }

    /// What the server answered to CONNECT.
    [[nodiscard]] std::string const& joined() const noexcept { return joined_; }
    [[nodiscard]] std::string id() const { return joined_.substr(joined_.find("sid\":\"") + 6, 20); }

    void send(std::string_view text) { frame(0x1, text); }
    void send_binary(std::string_view bytes) { frame(0x2, bytes); }
    /// An event: `emit(R"("say",1)")`.
    void emit(std::string_view name_and_arguments) { send("42[" + std::string(name_and_arguments) + "]"); }
    /// An event with an acknowledgement: the arguments of the answer, as JSON, without the brackets.
    std::string ask(std::string_view name_and_arguments)
    {
        auto const id = std::to_string(++last_ack_);
        send("42" + id + "[" + std::string(name_and_arguments) + "]");
        auto const answer = receive();
        auto const head = "43" + id + "[";
        if (!answer.starts_with(head)) throw std::runtime_error("no answer, but " + answer);
        return answer.substr(head.size(), answer.size() - head.size() - 1);
    }
    /// The id of an event that asks for an answer, and its text behind the id.
    struct question
    {
        std::string id;
        std::string event;
    };
    question receive_question()
    {
        auto const text = receive();
        auto const bracket = text.find('[');
        return {text.substr(2, bracket - 2), text.substr(bracket)};
    }
    void answer(question const& asked, std::string_view arguments)
    {
        send("43" + asked.id + "[" + std::string(arguments) + "]");
    }

    /// The next message, pings answered. Throws `line_closed`, or after ten seconds.
    std::string receive()
    {
        for (;;) {
            while (input_.size() < 2) read_more();
            auto const opcode = byte(0) & 0x0F;
            std::size_t length = byte(1) & 0x7F;
            std::size_t head = length == 126 ? 4 : length == 127 ? 10 : 2;
            while (input_.size() < head) read_more();
            if (head > 2) {
                length = 0;
                for (std::size_t i = 2; i < head; ++i) length = length << 8 | byte(i);
            }
            while (input_.size() < head + length) read_more();
            auto content = input_.substr(head, length);
            input_.erase(0, head + length);
            if (opcode == 0x8) {
                frame(0x8, content);
                close();
                throw line_closed();
            }
            if (opcode == 0x1 && content == "2") {
                send("3");
                continue;
            }
            return content;
        }
    }
    /// Reads on until the server has closed.
    void expect_close()
    {
        try {
            for (;;) receive();
        } catch (line_closed const&) {
        }
    }

    /// Closes as a process does that ends.
    void close()
    {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }
    /// Breaks the connection: the server gets a reset.
    void abort()
    {
        linger const none{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &none, sizeof none);
        close();
    }

private:
    [[nodiscard]] unsigned char byte(std::size_t at) const noexcept { return static_cast<unsigned char>(input_[at]); }

    void read_more()
    {
        char buffer[16 * 1024];
        auto const got = ::recv(fd_, buffer, sizeof buffer, 0);
        if (fd_ < 0 || got == 0 || (got < 0 && (errno == ECONNRESET || errno == EPIPE))) throw line_closed();
        if (got < 0) throw std::runtime_error("nothing came within ten seconds");
        input_.append(buffer, static_cast<std::size_t>(got));
    }
    void write(std::string_view bytes)
    {
        while (!bytes.empty()) {
            auto const done = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (done <= 0) throw line_closed();
            bytes.remove_prefix(static_cast<std::size_t>(done));
        }
    }
    void frame(int opcode, std::string_view content)
    {
        std::string out(1, static_cast<char>(0x80 | opcode));
        if (content.size() < 126) {
            out += static_cast<char>(0x80 | content.size());
        } else {
            bool const wide = content.size() > 0xFFFF;
            out += static_cast<char>(wide ? 0xFF : 0xFE);
            for (int shift = wide ? 56 : 8; shift >= 0; shift -= 8)
                out += static_cast<char>(content.size() >> shift & 0xFF);
        }
        out.append(4, '\0'); // a mask of zeros is a mask
        write(out.append(content));
    }

    int fd_ = -1;
    int last_ack_ = 0;
    std::string input_;
    std::string joined_;
};

} // namespace partyline::test
