// HTTP responses to long-polling clients: with a length or in chunks, on lines that are kept alive or not.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>

#include <unistd.h>

#include "load/polling_share.hpp"
#include "load/wire.hpp"

namespace sioload {

namespace {

struct body
{
    std::string text;
    std::size_t end = 0; ///< of the response
};

/// None: it is not whole yet.
std::optional<body> read_chunks(std::string const& in, std::size_t at)
{
    body read;
    for (;;) {
        auto const line = in.find("\r\n", at);
        if (line == std::string::npos) return std::nullopt;
        auto const size = std::strtoul(in.c_str() + at, nullptr, 16);
        if (in.size() < line + 2 + size + 2) return std::nullopt;
        read.text.append(in, line + 2, size);
        at = line + 2 + size + 2;
        if (size == 0) break;
    }
    read.end = at;
    return read;
}

} // namespace

/// Takes one whole response, and answers whether another may follow.
bool polling_share::take_response(client& c, direction on, nanoseconds when)
{
    auto& line = c.lines[on];
    auto const head_end = line.in.find("\r\n\r\n");
    if (head_end == std::string::npos) return false;
    std::string head = line.in.substr(0, head_end + 2);
    std::transform(head.begin(), head.end(), head.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    std::optional<body> read;
    constexpr std::string_view length = "\r\ncontent-length:";
    if (auto const at = head.find(length); at != std::string::npos) {
        auto const size = std::strtoul(head.c_str() + at + length.size(), nullptr, 10);
        if (line.in.size() >= head_end + 4 + size) read = body{line.in.substr(head_end + 4, size), head_end + 4 + size};
    } else if (head.find("\r\ntransfer-encoding: chunked") != std::string::npos) {
        read = read_chunks(line.in, head_end + 4);
    } else {
        ++counted_.bad;
        fail(c);
        return false;
    }
    if (!read) return false;
    bool const good = line.in.compare(9, 3, "200") == 0;
    line.in.erase(0, read->end);
    line.busy = false;
    ++counted_.responses;
    if (head.find("\r\nconnection: close") != std::string::npos) {
        ::close(line.socket);
        line.socket = -1;
    }
    if (!good) {
        ++counted_.bad;
        fail(c);
        return false;
    }
    took(c, on, read->text, when);
    return c.at != step::dead && line.socket >= 0 && !line.in.empty();
}

void polling_share::took(client& c, direction on, std::string_view text, nanoseconds when)
{
    if (on == post) {
        if (c.at == step::joining && !c.lines[get].busy) ask_for_more(c);
    } else {
        auto const before = c.at;
        packets(c, text, when);
        if (c.at == step::dead) return;
        if (before == step::http && c.at == step::joining)
            tell(c, "40");
        else
            ask_for_more(c);
    }
    speak(c);
}

} // namespace sioload
