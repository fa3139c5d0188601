// Requests and session ids for the tests of the front door, without a parser.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/http.hpp>

#include "base/id.hpp"

namespace partyline::testing {

inline http::request make_request(std::string_view method, std::string_view target,
                                  std::vector<http::header_field> headers = {})
{
    http::request made;
    made.method = http::to_method(method);
    if (made.method == http::method::unknown) made.unknown_method = method;
    made.target = target;
    made.headers = http::header_block(std::span<http::header_field const>(headers));
    return made;
}

/// "AAECAwQFBgcICQoLDA0O" for `first` 0: the bytes count upwards.
inline base::id20 make_id(unsigned first = 0)
{
    std::array<std::byte, base::id20::random_bytes> bytes{};
    for (unsigned i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(first + i);
    return base::id20::make(bytes);
}

} // namespace partyline::testing
