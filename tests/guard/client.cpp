// Drives the counted server, one thing after the other: nothing is sent before the last answer has come, so the server takes the same
// turns each time. Prints a line `NAME COUNT` for each path: how often it was walked between `begin` and `end NAME`.
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "guard/counter.hpp"

namespace {

using partyline::test::counter;
using partyline::test::heard;
using partyline::test::raw_line;
using partyline::test::wire_client;

std::string const text = R"("a line of text, as long as lines of chat are wont to be: 64 bytes.")";

/// A long-polling client on one connection that is kept alive.
class polling_client
{
public:
    explicit polling_client(std::uint16_t port) : line_(port)
    {
        auto const opened = get();
        session_ = "&sid=" + opened.substr(opened.find("\"sid\":\"") + 7, 20);
        post("40");
        get();
    }
    std::string get() { return exchange("GET", ""); }
    void post(std::string const& body) { heard(exchange("POST", body), "ok"); }

private:
    std::string exchange(std::string const& method, std::string const& body)
    {
        line_.write(
            method + " /socket.io/?EIO=4&transport=polling" + session_ +
            " HTTP/1.1\r\nHost: localhost:3000\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: */*\r\n" +
            (body.empty() ? ""
                          : "Content-Type: text/plain;charset=UTF-8\r\nContent-Length: " + std::to_string(body.size()) +
                                "\r\n") +
            "\r\n" + body);
        std::string in;
        std::size_t head = 0;
        while ((head = in.find("\r\n\r\n")) == std::string::npos) line_.read_more(in);
        auto const at = in.find("Content-Length: ");
        if (at == std::string::npos) heard(in, "a length");
        auto const size = std::strtoul(in.c_str() + at + 16, nullptr, 10);
        while (in.size() < head + 4 + size) line_.read_more(in);
        return in.substr(head + 4);
    }

    raw_line line_;
    std::string session_;
};

void messages(counter& counting, wire_client& line)
{
    counting.count("echo", 500, [&] {
        line.emit(R"("echo",)" + text);
        heard(line.receive(), R"(42["echo",)" + text + "]");
    });
    counting.count("typed_arguments", 500, [&] {
        line.emit(R"("typed","somebody",42,[1.5,2.25,-3])");
        heard(line.receive(), R"(42["typed","somebody",42,[1.5,2.25,-3]])");
    });
    std::string const large = '"' + std::string(16'000, 'x') + '"';
    counting.count("echo_16k", 100, [&] {
        line.emit(R"("echo",)" + large);
        heard(line.receive(), R"(42["echo",)" + large + "]");
    });
    counting.count("acknowledgement", 500, [&] { heard(line.ask(R"("ack",)" + text), text); });
}

void broadcasts(counter& counting, wire_client& line, std::uint16_t port)
{
    std::vector<std::unique_ptr<wire_client>> others;
    counting.count("connect", 100, [&] { others.push_back(std::make_unique<wire_client>(port)); });
    while (others.size() < 998) others.push_back(std::make_unique<wire_client>(port));
    // The one that counts hears broadcasts, too; so rooms are used.
    counting.count("join", 200,
                   [&, next = 0]() mutable { line.ask(R"("join","room)" + std::to_string(1'000 + next++) + '"'); });
    line.ask(R"("join","everybody")");
    for (auto const& each : others) each->ask(R"("join","everybody")");
    counting.count("broadcast_to_999", 20, [&] {
        line.emit(R"("room","everybody",)" + text);
        heard(line.receive(), R"(42["room",)" + text + "]");
        for (auto const& each : others) heard(each->receive(), R"(42["room",)" + text + "]");
    });
}

} // namespace

int main(int, char** words)
{
    try {
        auto const port = static_cast<std::uint16_t>(std::strtoul(words[1], nullptr, 10));
        counter counting(port);
        counting.count("nothing", 1, [] {});
        wire_client line(port);
        messages(counting, line);
        polling_client poller(port);
        counting.count("poll_and_post", 200, [&] {
            poller.post(R"(42["echo",)" + text + "]");
            heard(poller.get(), R"(42["echo",)" + text + "]");
        });
        counting.count("polling_handshake", 50, [&] { polling_client const another(port); });
        broadcasts(counting, line, port);
    } catch (std::exception const& why) {
        std::cerr << why.what() << '\n';
        return 1;
    }
}
