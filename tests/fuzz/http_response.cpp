// The first byte chooses how the rest is cut and what was asked; whatever the pieces, the outcome must be that of one piece.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/response_reader.hpp"

using namespace partyline;

namespace {

struct outcome
{
    std::string text;
    errc error{};
    std::size_t consumed = 0;
};

outcome read(std::string_view text, std::size_t piece, http::asked request)
{
    http::response_limits const limits{.body_bytes = 10'000};
    http::response_reader reader(limits, request);
    outcome seen;
    while (!text.empty() && !reader.failed() && !reader.complete()) {
        std::string const block(text.substr(0, piece));
        text.remove_prefix(block.size());
        seen.consumed += reader.receive(block);
        if (reader.buffered() > 100'000 + block.size()) std::abort();
    }
    reader.end();
    if (reader.complete() == reader.failed()) std::abort();
    if (reader.failed()) {
        seen.error = reader.error();
        seen.consumed = 0;
        return seen;
    }
    auto const response = reader.take();
    if (response.body.size() > limits.body_bytes || response.status < 101) std::abort();
    seen.text = std::to_string(response.status) + response.reason + (response.keep_alive ? "+" : "-");
    for (auto const field : response.headers) seen.text.append(field.name).append(":").append(field.value).append("\n");
    seen.text += response.body;
    return seen;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    if (size == 0) return 0;
    std::string_view const text(reinterpret_cast<char const*>(data) + 1, size - 1);
    auto const request = static_cast<http::asked>(data[0] >> 4 & 3);
    if (request > http::asked::connect) return 0;
    auto const whole = read(text, std::string_view::npos, request);
    auto const split = read(text, data[0] % 16 + 1u, request);
    // A limit and a fault in the same bytes may be found in either order.
    if ((whole.error == errc{}) != (split.error == errc{}) || whole.text != split.text ||
        whole.consumed != split.consumed)
        std::abort();
    return 0;
}
