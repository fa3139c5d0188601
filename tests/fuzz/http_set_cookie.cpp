// Lines are Set-Cookie headers one after the other: whatever is kept, the jar stays within its bounds and its header can travel.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/cookie_jar.hpp"
#include "http/token.hpp"

using namespace partyline;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string_view text(reinterpret_cast<char const*>(data), size);
    http::cookie_jar jar;
    http::cookie_jar::time now{std::chrono::seconds(1'700'000'000)};
    http::cookie_scope const scope{"a.example.com", "/x/y", true};
    while (!text.empty()) {
        auto const end = text.find('\n');
        jar.store(text.substr(0, end), scope, now);
        text = end == text.npos ? std::string_view{} : text.substr(end + 1);
        now += std::chrono::seconds(1);
        if (jar.size() > http::cookie_jar::most_cookies) std::abort();
    }
    auto const header = jar.header(scope, now);
    if (!http::is_field_value(header)) std::abort();
    if (!jar.header({"b.example.org", "/", true}, now).empty()) std::abort();
    return 0;
}
