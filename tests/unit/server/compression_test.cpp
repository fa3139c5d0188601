// permessage-deflate, as the options say.
#include <random>

#include "running_server.hpp"

namespace partyline::test {

namespace {

/// Bytes of the first message of an event that a server of this level compresses.
std::size_t compressed_size(int level, std::string const& text)
{
    server_options options;
    options.per_message_deflate = deflate_options{.level = level};
    running_server line([&](server& io) { io.on_connection([&](socket s) { s.emit("text", text); }); },
                        std::move(options));
    raw_line client(line.port);
    std::string_view const request =
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
    client.write(request);
    client.write(std::string_view("\x81\x82\0\0\0\0"
                                  "40",
                                  8));
    std::string input;
    std::size_t size = 0;
    while (size == 0) {
        client.read_more(input);
        auto at = input.find("\r\n\r\n");
        if (at == input.npos) continue;
        for (at += 4; at + 4 <= input.size();) {
            auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(input[at + i]); };
            std::size_t const length = byte(1) == 126 ? byte(2) << 8 | byte(3) : byte(1);
            if (byte(0) == 0xC1) size = length; // the first compressed text
            at += length + (byte(1) == 126 ? 4 : 2);
        }
    }
    return size;
}

} // namespace

TEST(compression, has_the_level_of_the_options)
{
    std::mt19937 random(1);
    std::string text;
    while (text.size() < 30'000) text += "word" + std::to_string(random() % 500) + ' ';
    auto const fastest = compressed_size(1, text);
    auto const smallest = compressed_size(9, text);
    EXPECT_GT(smallest, 1000U);
    EXPECT_LT(smallest, fastest);
    EXPECT_THROW(server({.per_message_deflate = deflate_options{.level = 10}}), error);
    EXPECT_THROW(server({.per_message_deflate = deflate_options{.level = -1}}), error);
}

} // namespace partyline::test
