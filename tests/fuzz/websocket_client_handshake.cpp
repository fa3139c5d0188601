// A server's answer to the opening handshake, one header a line: whatever it says, what is agreed was offered, and only a 101 with the
// right key and the two headers that belong to it is taken. "$" as the key stands for the right one, which no fuzzer would find.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "websocket/handshake.hpp"

using namespace partyline;

namespace {

void demand(bool holds)
{
    if (!holds) std::abort();
}

std::string_view next_line(std::string_view& rest)
{
    auto const end = rest.find('\n');
    auto const line = rest.substr(0, end);
    rest = end == rest.npos ? std::string_view{} : rest.substr(end + 1);
    return line;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    if (size == 0) return 0;
    auto const flags = data[0];
    std::string_view rest(reinterpret_cast<char const*>(data) + 1, size - 1);

    std::array<std::byte, 16> nonce{};
    nonce[0] = std::byte{flags};
    std::array<std::string_view, 2> const offered{"chat", "superchat"};
    std::span<std::string_view const> const protocols(offered.data(), flags % 3);
    websocket::deflate_options options;
    if ((flags & 16) != 0) options.client_max_window_bits = 8 + flags % 8;
    auto const* const deflate = (flags & 8) != 0 ? &options : nullptr;

    auto const request = websocket::request_upgrade(nonce, protocols, deflate);
    constexpr std::string_view name = "Sec-WebSocket-Key: ";
    auto const at = request.find(name);
    demand(at != request.npos);
    auto const right = websocket::accept_for(std::string_view(request).substr(at + name.size(), 24));

    websocket::upgrade_response answer;
    answer.status = (flags & 128) != 0 ? 200 : 101;
    answer.upgrade = next_line(rest);
    answer.connection = next_line(rest);
    answer.accept = next_line(rest);
    if (answer.accept == "$") answer.accept = right;
    answer.protocol = next_line(rest);
    answer.extensions = rest;

    auto const agreed = websocket::confirm_upgrade(answer, nonce, protocols, deflate);
    if (!agreed) {
        demand((agreed.error() == errc::refused) == (answer.status != 101));
        return 0;
    }
    demand(answer.status == 101 && answer.accept == right);
    bool known = agreed->protocol.empty();
    for (auto const each : protocols) known = known || each == agreed->protocol;
    demand(known);
    demand(!agreed->deflate || deflate);
    if (agreed->deflate) {
        for (auto const bits : {agreed->deflate->server_max_window_bits, agreed->deflate->client_max_window_bits})
            demand(bits >= 8 && bits <= 15);
    }
    return 0;
}
