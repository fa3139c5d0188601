// An HTTP/1.1 client on a blocking socket: one request after the other, each answer read by its Content-Length. It knows nothing of
// Engine.IO but where a session's requests go. For tests that drive a whole server in their own process.
#pragma once

#include <cstdlib>

#include "support/raw_line.hpp"

namespace partyline::test {

struct http_reply
{
    int status = 0;
    std::string head; ///< with the empty line
    std::string body;

    /// The value of a header, its name as the server writes it; empty if there is none.
    [[nodiscard]] std::string header(std::string_view name) const
    {
        auto const at = head.find("\r\n" + std::string(name) + ": ");
        if (at == std::string::npos) return {};
        auto const begin = at + name.size() + 4;
        return head.substr(begin, head.find("\r\n", begin) - begin);
    }
};

inline constexpr std::string_view polling_handshake = "/socket.io/?EIO=4&transport=polling";
inline constexpr std::string_view websocket_handshake = "/socket.io/?EIO=4&transport=websocket";
inline constexpr std::string_view upgrade_headers =
    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

class http_client
{
public:
    explicit http_client(std::uint16_t port) : line_(port) {}

    /// `headers`: whole lines.
    http_reply ask(std::string_view method, std::string_view target, std::string_view headers = "",
                   std::string_view body = "")
    {
        std::string request(method);
        request.append(" ").append(target).append(" HTTP/1.1\r\nHost: x\r\n").append(headers);
        if (method == "POST") request.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
        line_.write(request.append("\r\n").append(body));
        return read_reply();
    }
    http_reply get(std::string_view target, std::string_view headers = "") { return ask("GET", target, headers); }
    http_reply post(std::string_view target, std::string_view body, std::string_view headers = "")
    {
        return ask("POST", target, headers, body);
    }

private:
    http_reply read_reply()
    {
        http_reply reply;
        while (input_.find("\r\n\r\n") == std::string::npos) line_.read_more(input_);
        auto const head_size = input_.find("\r\n\r\n") + 4;
        reply.head = input_.substr(0, head_size);
        reply.status = std::atoi(reply.head.c_str() + std::string_view("HTTP/1.1 ").size());
        auto length = static_cast<std::size_t>(std::atoi(reply.header("Content-Length").c_str()));
        while (input_.size() < head_size + length) line_.read_more(input_);
        reply.body = input_.substr(head_size, length);
        input_.erase(0, head_size + length);
        return reply;
    }

    raw_line line_;
    std::string input_;
};

/// One request on a connection of its own; all that comes until the server closes. `request`: up to its last header.
inline std::string ask_http(std::uint16_t port, std::string_view request)
{
    raw_line line(port);
    line.write(std::string(request) + "Host: x\r\nConnection: close\r\n\r\n");
    std::string all;
    try {
        for (;;) line.read_more(all);
    } catch (line_closed const&) {
        return all;
    }
}

/// The session's id in an open packet or in an answer that begins with one.
inline std::string sid_in(std::string_view text)
{
    auto const at = text.find("\"sid\":\"");
    return at == std::string_view::npos ? std::string() : std::string(text.substr(at + 7, 20));
}

/// A session over polling.
class polling_client
{
public:
    explicit polling_client(std::uint16_t port, std::string_view headers = "")
        : line_(port), opened_(line_.get(polling_handshake, headers)), target_(polling_handshake)
    {
        target_.append("&sid=").append(sid());
    }

    [[nodiscard]] http_reply const& opened() const noexcept { return opened_; }
    [[nodiscard]] std::string sid() const { return sid_in(opened_.body); }
    [[nodiscard]] std::string const& target() const noexcept { return target_; }
    http_reply post(std::string_view payload) { return line_.post(target_, payload); }
    http_reply poll() { return line_.get(target_); }

private:
    http_client line_;
    http_reply opened_;
    std::string target_;
};

} // namespace partyline::test
