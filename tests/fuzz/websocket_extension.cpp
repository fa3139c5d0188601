// Any header as offer and as answer: reading ends, in bounds, and what is accepted is understood by the other role.
#include <cstdint>
#include <cstdlib>

#include "websocket/deflate_negotiation.hpp"
#include "websocket/extension.hpp"
#include "websocket/handshake.hpp"

using namespace partyline::websocket;

namespace {

void demand(bool holds)
{
    if (!holds) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    if (size == 0) return 0;
    std::string_view const header(reinterpret_cast<char const*>(data) + 1, size - 1);
    deflate_options options;
    options.server_takeover = static_cast<takeover>(data[0] % 3);
    options.client_takeover = static_cast<takeover>(data[0] / 3 % 3);
    if ((data[0] & 64) != 0) options.server_max_window_bits = 8 + data[0] % 8;
    if ((data[0] & 128) != 0) options.client_max_window_bits = 8 + data[0] / 8 % 8;

    if (auto const parsed = parse_extensions(header)) {
        demand(parsed->size() <= max_extensions);
        for (auto const& one : *parsed) demand(!one.name.empty() && one.parameters.size() <= max_extension_parameters);
    }
    if (auto const accepted = accept_deflate(header, options)) {
        auto const read_back = parse_extensions(accepted->header);
        demand(read_back && read_back->size() == 1);
        auto const& p = accepted->parameters;
        demand(p.server_max_window_bits >= 8 && p.server_max_window_bits <= 15);
        demand(p.client_max_window_bits >= 8 && p.client_max_window_bits <= 15);
        deflate_options const lenient{takeover::as_asked, takeover::as_asked, {}, {}};
        auto const agreed = confirm_deflate(accepted->header, lenient);
        demand(agreed && *agreed && **agreed == p);
    }
    (void)confirm_deflate(header, options);

    upgrade_request const request{.method = "GET",
                                  .upgrade = "websocket",
                                  .connection = "upgrade",
                                  .key = "dGhlIHNhbXBsZSBub25jZQ==",
                                  .version = "13",
                                  .protocols = header,
                                  .extensions = header};
    auto const answer = accept_upgrade(request, &options);
    if (auto const* accepted = std::get_if<upgrade_answer>(&answer))
        for (char c : accepted->protocol)
            demand(c > ' ' && c < 0x7f && c != ','); // nothing can be smuggled into the 101
    return 0;
}
