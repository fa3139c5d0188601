// Queries, percent-decoding and paths of files: any bytes, and what is resolved stays below the root.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/percent.hpp"
#include "http/query.hpp"
#include "http/static_file.hpp"

using namespace partyline;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    http::query const query(text);
    for (auto const& parameter : query.parameters()) {
        if (query.count(parameter.name) == 0 || !query.first(parameter.name) || !query.last(parameter.name))
            std::abort();
    }
    auto const decoded = http::percent_decode(http::percent_encode(text));
    if (!decoded || *decoded != text || http::form_decode(http::percent_encode(text)) != text) std::abort();
    if (auto const path = http::resolve_path(text)) {
        if (path->starts_with('/') || path->find("..") == 0 || path->find("/.") != path->npos ||
            path->find('\\') != path->npos)
            std::abort();
    }
    http::byte_range range;
    if (http::parse_range(text, 1000, range) == http::range_verdict::partial &&
        (range.size == 0 || range.first >= 1000 || range.size > 1000 - range.first))
        std::abort();
    return 0;
}
