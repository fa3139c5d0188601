// A Socket.IO client over WebSocket on a blocking socket, small enough to be trusted: it knows frames without extensions, pings, and
// the packets of the main namespace. For tests that drive a whole server in their own process.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "support/raw_line.hpp"

namespace partyline::test {

class wire_client
{
public:
    /// Connects and joins the main namespace; `join` false: only connects. `headers`: whole lines.
    explicit wire_client(std::uint16_t port, std::string_view auth = "", bool join = true,
                         std::string_view headers = "")
        : line_(port)
    {
        line_.write(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: "
            "Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
            std::string(headers) + "\r\n");
        while (input_.find("\r\n\r\n") == std::string::npos) line_.read_more(input_);
        auto const head = input_.find("\r\n\r\n") + 4;
        head_ = input_.substr(0, head);
        input_.erase(0, head);
        opened_ = receive();
        if (!join) return;
        send("40" + std::string(auth));
        joined_ = receive();
    }
    /// The head of the 101.
    [[nodiscard]] std::string const& head() const noexcept { return head_; }
    /// The open packet.
    [[nodiscard]] std::string const& opened() const noexcept { return opened_; }
    /// What the server answered to CONNECT.
    [[nodiscard]] std::string const& joined() const noexcept { return joined_; }
    [[nodiscard]] std::string id() const { return joined_.substr(joined_.find("sid\":\"") + 6, 20); }

    /// A whole frame of a client.
    static std::string framed(int opcode, std::string_view content)
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
        return out.append(content);
    }
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
            while (input_.size() < 2) line_.read_more(input_);
            auto const opcode = byte(0) & 0x0F;
            std::size_t length = byte(1) & 0x7F;
            std::size_t head = length == 126 ? 4 : length == 127 ? 10 : 2;
            while (input_.size() < head) line_.read_more(input_);
            if (head > 2) {
                length = 0;
                for (std::size_t i = 2; i < head; ++i) length = length << 8 | byte(i);
            }
            while (input_.size() < head + length) line_.read_more(input_);
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
    void close() { line_.close(); }
    /// Breaks the connection: the server gets a reset.
    void abort() { line_.abort(); }

private:
    [[nodiscard]] unsigned char byte(std::size_t at) const noexcept { return static_cast<unsigned char>(input_[at]); }

    void frame(int opcode, std::string_view content) { line_.write(framed(opcode, content)); }

    raw_line line_;
    int last_ack_ = 0;
    std::string input_;
    std::string head_;
    std::string opened_;
    std::string joined_;
};

} // namespace partyline::test
