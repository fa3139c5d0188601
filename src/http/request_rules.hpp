// What a server must check in a request head beyond its grammar, so that no two machines in a row can read it differently
// (RFC 9112 sections 3.2, 6.3 and 11.2). Called by request_reader with what the parser found.
#pragma once

#include <cstdint>
#include <optional>

#include "http/message_parser.hpp"

namespace partyline::http {

/// How the body of a request is delimited, and what becomes of the connection.
struct request_framing
{
    std::optional<std::uint64_t> content_length;
    bool chunked = false;
    bool expects_continue = false;
    bool keep_alive = true;
};

/// 0, or the status with which to refuse: 400, 417, or 501 for a transfer coding that is not known.
[[nodiscard]] int judge(parsed_head const& head, request_framing& out) noexcept;

} // namespace partyline::http
