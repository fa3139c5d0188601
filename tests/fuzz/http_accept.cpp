// Lists with weights, entity tags and dates: any bytes, and only what was offered is chosen.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/compression.hpp"
#include "http/date.hpp"
#include "http/static_file.hpp"
#include "http/token.hpp"

using namespace partyline;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    http::coding const offered[] = {http::coding::gzip, http::coding::brotli};
    if (http::choose_coding(text, offered) == http::coding::deflate) std::abort();
    (void)http::etag_matches(text, "\"a\"", true);
    (void)http::etag_matches(text, "W/\"a\"", false);
    (void)http::list_has_token(text, "upgrade");
    if (auto const date = http::parse_date(text); date && http::format_date(*date).size() != text.size()) std::abort();
    return 0;
}
