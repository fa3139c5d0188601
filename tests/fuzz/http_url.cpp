// Any text: what is taken keeps its promises, and is read the same way again from what it says of itself.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/ip_literal.hpp"
#include "http/url.hpp"

using namespace partyline;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    if (auto const address = http::parse_ip(text)) {
        if (http::parse_ip(http::to_string(*address)) != address) std::abort();
    }
    auto const found = http::parse_url(text);
    if (!found) return 0;
    if (found->port == 0 || found->host.empty() || !found->path.starts_with('/')) std::abort();
    auto const target = found->path + '?' + found->query;
    if (!http::is_request_target(target)) std::abort();
    auto const again = http::parse_url(found->origin() + target);
    if (!again || again->host != found->host || again->port != found->port || again->path != found->path ||
        again->query != found->query || again->secure != found->secure)
        std::abort();
    return 0;
}
