// Cookie headers read, and cookies of any content written: what is written never splits a header or adds an attribute.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/cookie.hpp"

using namespace partyline;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    for (auto const& pair : http::parse_cookies(text)) {
        if (!http::find_cookie(text, pair.name)) std::abort();
    }
    auto const part = text.substr(0, size / 2);
    auto const rest = text.substr(size / 2);
    auto const written =
        http::serialize({.name = std::string(part), .path = std::string(rest), .domain = std::string(rest)});
    auto const valued = http::serialize({.name = "n", .value = std::string(text)});
    for (auto const* one : {&written, &valued}) {
        if (!*one) continue;
        if ((*one)->find_first_of("\r\n") != std::string::npos) std::abort();
        if (std::count((*one)->begin(), (*one)->end(), ';') > 4) std::abort();
    }
    return 0;
}
