// The first byte chooses how the rest is cut; whatever the pieces, the outcome must be that of one piece.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/request_reader.hpp"

using namespace partyline;

namespace {

struct outcome
{
    std::string requests;
    int status = 0;
};

outcome read(std::string_view text, std::size_t piece)
{
    http::request_reader reader;
    outcome seen;
    while (!text.empty() && !reader.failed()) {
        std::string const block(text.substr(0, piece));
        text.remove_prefix(block.size());
        std::string_view input = block;
        while (!input.empty() && !reader.failed()) {
            input.remove_prefix(reader.receive(input));
            if (reader.at_body()) reader.body_limit(10'000);
            if (!reader.complete()) continue;
            if (reader.body().size() > 10'000) std::abort();
            auto const request = reader.take();
            seen.requests += std::string(request.method_text()) + ' ' + request.target + '\n' +
                             std::string(request.path()) + '?' + std::string(request.query()) + '@' +
                             std::string(request.host()) + '\n';
            for (auto const field : request.headers) {
                seen.requests += field.name;
                seen.requests += ':';
                seen.requests += field.value;
                seen.requests += '\n';
            }
            seen.requests += request.body;
            (void)request.is_upgrade_to("websocket");
            reader.next();
            if (!reader.idle() || reader.buffered() != 0) std::abort();
        }
    }
    seen.status = reader.status();
    return seen;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    if (size == 0) return 0;
    std::string_view const text(reinterpret_cast<char const*>(data) + 1, size - 1);
    auto const whole = read(text, std::string_view::npos);
    auto const split = read(text, data[0] % 16 + 1u);
    if (whole.status != split.status || whole.requests != split.requests) std::abort();
    return 0;
}
