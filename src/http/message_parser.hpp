// The one door to Boost.Beast: its parser behind a small face, so that its headers are compiled in one source file.
// Parses complete heads and the framing of chunked bodies; policy (limits, smuggling, status codes) is the readers'.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/http.hpp>

namespace partyline::http {

/// What a head says. Views into the text that was parsed.
struct parsed_head
{
    std::string_view method;
    std::string_view target;
    int status = 0;
    std::string_view reason;
    int minor_version = 1;
    std::vector<header_field> fields;
};

/// Not movable; made for one message.
class message_parser
{
public:
    enum class verdict : std::uint8_t
    {
        ok,
        need_more,
        complete,
        malformed,
        bad_version
    };

    static std::unique_ptr<message_parser> for_requests();
    static std::unique_ptr<message_parser> for_responses();
    virtual ~message_parser() = default;
    message_parser(message_parser const&) = delete;
    message_parser& operator=(message_parser const&) = delete;

    /// Parses a complete head, the empty line included. First call, once.
    [[nodiscard]] virtual verdict parse_head(std::string_view text, parsed_head& out) = 0;

    /// Parses on in a chunked body and appends what is body to `out`. `need_more` (with bytes that were not consumed) asks
    /// for the same bytes again with more behind them; `complete` follows the last chunk and its trailers.
    [[nodiscard]] virtual verdict parse_chunks(std::string_view input, std::size_t& consumed, std::string& out) = 0;

protected:
    message_parser() = default;
};

} // namespace partyline::http
