// The validator fed in two pieces agrees with the whole-text check, and what was mended is valid.
#include <cstdlib>

#include "base/utf8.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    using namespace partyline::base;
    if (size == 0) return 0;
    std::string_view const text(reinterpret_cast<char const*>(data + 1), size - 1);
    std::size_t const split = text.empty() ? 0 : data[0] % text.size();
    utf8_validator v;
    bool const by_pieces = v.feed(text.substr(0, split)) && v.feed(text.substr(split)) && v.complete();
    if (by_pieces != is_utf8(text)) std::abort();
    auto const mended = sanitize(text);
    if (!is_utf8(mended) || (by_pieces && mended != text)) std::abort();
    return 0;
}
