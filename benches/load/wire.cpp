// Frames, texts and TCP connections.
#include "load/wire.hpp"

#include <cerrno>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sioload {

namespace {

/// Each process has addresses of its own in 127.0.0.0/8, so that several loads do not fight for ports.
std::uint32_t first_source_address()
{
    auto const process = static_cast<std::uint32_t>(::getpid());
    return (127U << 24) | ((1 + process % 200) << 16) | ((process / 200 % 250) << 8) | 2;
}

} // namespace

std::string masked_frame(std::string_view payload, unsigned opcode)
{
    std::string frame;
    frame += static_cast<char>(0x80 | opcode);
    std::size_t const size = payload.size();
    auto const add_size = [&](int bytes) {
        for (int i = bytes - 1; i >= 0; --i) frame += static_cast<char>(static_cast<std::uint64_t>(size) >> (8 * i));
    };
    if (size < 126) {
        frame += static_cast<char>(0x80 | size);
    } else if (size < 65'536) {
        frame += static_cast<char>(0x80 | 126);
        add_size(2);
    } else {
        frame += static_cast<char>(0x80 | 127);
        add_size(8);
    }
    for (auto const each : mask) frame += static_cast<char>(each);
    for (std::size_t i = 0; i < size; ++i)
        frame += static_cast<char>(static_cast<unsigned char>(payload[i]) ^ mask[i & 3]);
    return frame;
}

std::string text_of_length(std::size_t length)
{
    constexpr std::string_view words[] = {"line",   "party",   "hello", "the", "everybody", "hears",
                                          "speaks", "whoever", "one",   "two", "three",     "count",
                                          "room",   "is",      "was",   "and", "there",     "telephone",
                                          "user",   "text",    "score", "of",  "in",        "to"};
    std::string text;
    std::uint32_t state = 2'463'534'242U;
    while (text.size() < length) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        text += words[state % std::size(words)];
        text += static_cast<char>('0' + state / 1'000 % 10);
        text += ' ';
    }
    text.resize(length);
    return text;
}

int open_tcp(load_options const& options, std::uint32_t number)
{
    int const made = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (made < 0) return -1;
    int const on = 1;
    ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(made, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    sockaddr_in from{};
    from.sin_family = AF_INET;
    // Fewer than half of the ephemeral ports for each address: beyond that connect() itself crawls.
    from.sin_addr.s_addr = htonl(first_source_address() + number / 8'000);
    ::bind(made, reinterpret_cast<sockaddr*>(&from), sizeof from);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(options.port));
    ::inet_pton(AF_INET, options.host.c_str(), &to.sin_addr);
    if (::connect(made, reinterpret_cast<sockaddr*>(&to), sizeof to) < 0 && errno != EINPROGRESS) {
        ::close(made);
        return -1;
    }
    return made;
}

void close_hard(load_options const& options, int socket)
{
    if (!options.fin) {
        linger const at_once{1, 0};
        ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    ::close(socket);
}

} // namespace sioload
