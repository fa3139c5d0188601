// What decodes encodes to the very same text; what is encoded decodes to the very same bytes.
#include <cstdlib>

#include "base/base64.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    using namespace partyline::base;
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    if (auto const bytes = decode_base64(text); bytes && encode_base64(*bytes) != text) std::abort();
    auto const bytes = std::as_bytes(std::span(data, size));
    auto const back = decode_base64(encode_base64(bytes));
    if (!back || !std::equal(bytes.begin(), bytes.end(), back->begin(), back->end())) std::abort();
    return 0;
}
